"""Redaction: secrets and personal data of a text are replaced."""
from ctypes import byref
from typing import List, NamedTuple, Optional, Union

from . import _raw
from ._call import call
from ._checked import encode
from ._library import lib
from ._stream import collector
from .tokens import _bytes_of

__all__ = ["RedactReport", "Redacted", "redact"]


class RedactReport(NamedTuple):
    """How often something of a kind was replaced."""

    person: int
    email: int
    phone: int
    address: int
    ip_address: int
    #: URLs with credentials.
    url: int
    birth_date: int
    card_number: int
    #: Licence numbers and the like.
    id_number: int
    api_key: int
    private_key: int
    password: int
    authorization: int
    seed_phrase: int
    bank_account: int
    national_id: int
    passport: int


class Redacted(NamedTuple):
    """The text that is left, and what was replaced in it."""

    text: str
    report: RedactReport


def redact(text: Union[str, bytes], *, names: Optional[str] = None, key: Optional[str] = None) -> Redacted:
    """Replaces secrets by notices ("[password withheld]") and personal data by placeholders ("[EMAIL_120934]").

    `names` are known names, separated by commas. The same value has the same placeholder in all texts that are redacted
    with the same `key`, a secret of the caller; by default the key is random. Bytes that are not UTF-8 become U+FFFD.
    """
    data = _bytes_of(text)
    options = _raw.cpk_redact_options()
    lib.cpk_redact_options_init(byref(options), _raw.STRUCT_SIZES["cpk_redact_options"])
    options.names = None if names is None else encode("names", names)
    options.key = None if key is None else encode("key", key)
    report = _raw.cpk_redact_report()
    lib.cpk_redact_report_init(byref(report), _raw.STRUCT_SIZES["cpk_redact_report"])
    pieces: List[bytes] = []
    call(lib.cpk_redact, data, len(data), byref(options), collector(pieces), None, byref(report))
    return Redacted(b"".join(pieces).decode("utf-8", "replace"),
                    RedactReport(*[getattr(report, name) for name in RedactReport._fields]))
