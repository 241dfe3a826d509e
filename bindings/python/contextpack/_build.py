"""From files to a pack's documents, in one call."""
import os
import pathlib
from ctypes import byref, c_char_p, c_void_p, pointer
from typing import Any, Iterable, NamedTuple, Optional, Tuple, Union

from . import _raw
from ._call import text
from ._checked import optional, refuse
from ._enums import OpenEnum
from ._library import lib
from ._records import BuildResultFields
from ._snapshot import Field, read
from .cancel import Cancel
from .drivers import Analyzer, Database, Storage
from .engine import Engine
from .errors import ContextPackError, ErrorCode
from .export import ExportType, Format
from .run import NoteFunction, ProgressFunction, Run
from .session import Session

__all__ = ["BuildResult", "BuiltDocument", "BuiltInput", "InputOutcome", "build"]

PathLike = Union[str, "os.PathLike[str]"]


class InputOutcome(OpenEnum):
    """What came of an input."""

    NEW = _raw.CPK_INPUT_NEW
    #: The pack had a part of its messages.
    GROWN = _raw.CPK_INPUT_GROWN
    #: The pack had all of its messages.
    KNOWN = _raw.CPK_INPUT_KNOWN
    #: The pack had the same bytes.
    UNCHANGED = _raw.CPK_INPUT_UNCHANGED
    #: A part of its chunks is analysed, as it was asked for.
    PARTIAL = _raw.CPK_INPUT_PARTIAL
    #: An earlier build had left it unfinished.
    RESUMED = _raw.CPK_INPUT_RESUMED
    #: An earlier build had left it unfinished, and it still is.
    DEFERRED = _raw.CPK_INPUT_DEFERRED
    #: A file of a folder that holds nothing usable.
    SKIPPED = _raw.CPK_INPUT_SKIPPED
    FAILED = _raw.CPK_INPUT_FAILED
    #: A folder that can't be read.
    UNREADABLE = _raw.CPK_INPUT_UNREADABLE


class BuiltInput(NamedTuple):
    """What came of one input."""

    path: str
    outcome: InputOutcome
    source_id: Optional[str]
    #: None when nothing failed.
    error_code: Optional[ErrorCode]
    error_message: Optional[str]
    #: What of the input was not read; None if all was.
    loss_summary: Optional[str]
    #: Whether content of the input was lost: damaged, missing, unreadable or over a limit.
    is_partial: bool


class BuiltDocument(NamedTuple):
    """A document on the disk."""

    type: ExportType
    export_id: str
    #: None when the form was not asked for.
    markdown_path: Optional[pathlib.Path]
    json_path: Optional[pathlib.Path]
    #: Exact o200k_base tokens of the Markdown.
    token_count: int
    #: False: nothing had changed since it was made.
    is_new: bool

    def read_text(self) -> str:
        """The Markdown, as it is on the disk now."""
        if self.markdown_path is None:
            refuse("the document was built without Markdown")
        return self.markdown_path.read_text(encoding="utf-8")


class BuildResult(BuildResultFields, more=("inputs", "documents")):
    """What came of a build."""

    __slots__ = ()

    inputs: Field[Tuple[BuiltInput, ...]] = Field("inputs", None, "What came of each input.")
    documents: Field[Tuple[BuiltDocument, ...]] = Field("documents", None, "The documents that were written.")


def build(*paths: PathLike, output: Optional[PathLike] = None, name: Optional[str] = None,
          types: Union[ExportType, str, Iterable[Union[ExportType, str]]] = ExportType.STANDARD,
          formats: Union[Format, Iterable[Format]] = (Format.MARKDOWN, Format.JSON),
          max_tokens: Optional[int] = None, file_mode: int = 0o600, session: Optional[Session] = None,
          database: Union[PathLike, Database, None] = None, storage: Union[PathLike, Storage, None] = None,
          analyzer: Union[str, Analyzer, None] = None, partial: bool = False, max_chunks: Optional[int] = None,
          strict: bool = False, progress: Optional[ProgressFunction] = None, note: Optional[NoteFunction] = None,
          cancel: Optional[Cancel] = None, password: Optional[str] = None) -> BuildResult:
    """Builds a pack of files and folders, and writes its documents to a folder. The same call again, also with a newer
    export, does only what is new; one that was broken off goes on where it was.

        contextpack.build("export.zip", "notes.md", output="out")

    An input that can't be used does not stop the others: `inputs` tells what came of each. When none was good, or
    something else failed, the call raises; the exception's `result` is what came of the inputs all the same, or None.

    :param paths: files, and folders, whose files are taken: what holds nothing usable there is skipped
    :param output: the folder for the documents, made if it is missing; by default one named after the pack
    :param name: of the pack, found or created; by default of the first path's file or folder, or "Context pack"
    :param types: which documents are written: "compact", "standard", "complete"
    :param max_tokens: of compact and standard documents, instead of the settings'
    :param file_mode: permissions of the files
    :param session: a user's; by default the machine's own user, see Engine.local(), which gets database, storage and
        analyzer
    :param partial: when credits are short, as many chunks are analysed as they cover
    :param max_chunks: at most so many are analysed, of all inputs together
    :param strict: an input of which content would be lost fails, and is not added
    :param password: opens encrypted documents; stored nowhere
    """
    if session is None:
        with Engine.local(database, storage, analyzer=analyzer) as own:
            return build(*paths, output=output, name=name, types=types, formats=formats, max_tokens=max_tokens,
                         file_mode=file_mode, session=own, partial=partial, max_chunks=max_chunks, strict=strict,
                         progress=progress, note=note, cancel=cancel, password=password)
    if database is not None or storage is not None or analyzer is not None:
        refuse("database, storage and analyzer are the session's")
    run = Run(progress, note, cancel, partial, max_chunks, password=password)
    options = _raw.cpk_build_options()
    lib.cpk_build_options_init(byref(options), _raw.STRUCT_SIZES["cpk_build_options"])
    options.types = _bits([ExportType.from_name(kind) if isinstance(kind, str) else kind for kind in _each(types)])
    options.formats = _bits(_each(formats))
    options.file_mode = file_mode
    options.flags = _raw.CPK_BUILD_STRICT if strict else 0
    options.name = optional("name", name)
    options.output = None if output is None else os.fsencode(output)
    options.max_tokens = 0 if max_tokens is None else max_tokens
    options.run_options = pointer(run._options)
    return _build(session, run, [os.fsencode(path) for path in paths], options)


def _each(values: Any) -> Any:
    return [values] if isinstance(values, (str, int)) else list(values)


def _bits(values: Any) -> int:
    """The bits of CPK_BUILD_COMPACT ... and CPK_BUILD_MARKDOWN ..., which are in the order of the values."""
    bits = 0
    for value in values:
        bits |= 1 << (value - 1)
    if bits == 0:
        refuse("types and formats name at least one each")
    return bits


def _build(session: Session, run: Run, paths: Any, options: Any) -> BuildResult:
    out = c_void_p()
    array = (c_char_p * len(paths))(*paths)
    try:
        session._work(run, lib.cpk_build, array, len(paths), byref(options), byref(out))
        return _result(out)
    except ContextPackError as error:
        error.result = _result(out) if out else None
        raise
    finally:
        lib.cpk_build_result_free(out)


def _text(found: Optional[bytes]) -> Optional[str]:
    return None if found is None else text(found)


def _path(found: Optional[bytes]) -> Optional[pathlib.Path]:
    return None if found is None else pathlib.Path(os.fsdecode(found))


def _input(result: Any, index: int) -> BuiltInput:
    code = lib.cpk_build_result_input_error_code(result, index)
    return BuiltInput(os.fsdecode(lib.cpk_build_result_input_path(result, index) or b""),
                      InputOutcome(lib.cpk_build_result_input_outcome(result, index)),
                      _text(lib.cpk_build_result_input_source_id(result, index)),
                      None if code == _raw.CPK_OK else ErrorCode(code),
                      _text(lib.cpk_build_result_input_error_message(result, index)),
                      _text(lib.cpk_build_result_input_loss_summary(result, index)),
                      lib.cpk_build_result_input_is_partial(result, index) != 0)


def _document(result: Any, index: int) -> BuiltDocument:
    return BuiltDocument(ExportType(lib.cpk_build_result_document_type(result, index)),
                         text(lib.cpk_build_result_document_export_id(result, index)),
                         _path(lib.cpk_build_result_document_markdown_path(result, index)),
                         _path(lib.cpk_build_result_document_json_path(result, index)),
                         lib.cpk_build_result_document_token_count(result, index),
                         bool(lib.cpk_build_result_document_is_new(result, index)))


def _result(result: Any) -> BuildResult:
    return read(BuildResult, result,
                tuple(_input(result, index) for index in range(lib.cpk_build_result_input_count(result))),
                tuple(_document(result, index) for index in range(lib.cpk_build_result_document_count(result))))
