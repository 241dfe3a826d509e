"""Memory use of importing JSON: at most four times the bytes of the largest conversation, for any JSON.

    json_memory_test.py COMMAND [--megabytes N] [--only PATTERN] [--full] [--build] [--print]

Each shape is one file whose conversations are of about N megabytes, plain and in a ZIP archive, read by `extract`, and
plain by `build` with --build. The peak is the resident memory of the process without what reading a short file takes.
Shapes are those below, of ChatGPT and Claude, and those of json_shapes.py, of every other provider.

An ordinary run takes conversations of 3 megabytes, and of each other provider the shortest messages and files, 2
megabytes of each. --full takes all shapes, also in ZIP archives. CONTEXTPACK_FULL=1 is --full with 43 megabytes, and 10
of other providers.
"""
import argparse
import json
import multiprocessing
import os
import pathlib
import re
import sys
import tempfile
import zipfile

from command import Failure, Home
from json_shapes import all_shapes, named, repeated

FACTOR = 4
CONSTANT = 6 << 20  # buffers of blocks, of archives and of the database, whatever is read
BLOCKS = 3 << 20  # buffers of blocks alone
HEAD = '{"title":"t","create_time":1700000000,"conversation_id":"c","current_node":"a",'
MESSAGE = ('"a":{"id":"a","parent":null,"children":[],"message":{"id":"a","author":{"role":"user"},'
           '"create_time":1700000000,"content":{"content_type":"text","parts":["I live in Porto"]},"metadata":%s}}')


def with_metadata(value):
    return "[" + HEAD + '"mapping":{' + MESSAGE % value + "}}]"


def with_mapping(members):
    return "[" + HEAD + '"mapping":{' + MESSAGE % "{}" + "," + members + "}}]"


def with_parts(parts):
    return with_metadata("{}").replace('"parts":["I live in Porto"]', '"parts":["I live in Porto",' + parts + "]")


def node(name, parent, text, children=""):
    return ('"%s":{"id":"%s","parent":"%s","children":[%s],"message":{"author":{"role":"user"},"content":'
            '{"content_type":"text","parts":["%s"]},"metadata":{"request_id":"1234567890","timestamp_":"absolute"}}}'
            % (name, name, parent, children, text))


def chain(size):
    """As a long real conversation: 215 bytes a node."""
    parts, last, length = [], "a", 0
    while length < size:
        name = "%08x" % len(parts)
        parts.append(node(name, last, "short words of a long talk", '"%08x"' % (len(parts) + 1)))
        length += len(parts[-1]) + 1
        last = name
    return ",".join(parts)


def small_nodes(size):
    return named(size, '"%s":{"message":{"content":"x"}}')


def deep(size):
    nest = "[" * 400 + "]" * 400
    return '{"x":[' + repeated(size, nest) + "]}"


def claude(messages, more=""):
    return ('[{"uuid":"u","name":"n","account":{"uuid":"x"},%s"chat_messages":[{"uuid":"first","sender":"human",'
            '"text":"I live in Porto"},%s]}]' % (more, messages))


def citations(size):
    """Equal markers that each stand for a long text."""
    marker = "\ue200cite\ue202turn0search0\ue201"
    text = marker * (size // 2 // len(marker.encode()))
    reference = json.dumps([{"matched_text": marker, "alt": "A" * (size // 2)}], ensure_ascii=False)
    return with_metadata('{"content_references":%s}' % reference).replace("I live in Porto", text + "I live in Porto")


def titled(size):
    half = size // 2
    return ("[" + HEAD.replace('"title":"t",', "") + '"mapping":{' + MESSAGE % "{}" + "," + small_nodes(half) +
            '},"title":"' + "t" * half + '"}]')


def double_encoded(size):
    blocks = json.dumps([{"type": "text", "text": "said \"so\"\n" * (size // 14)}])
    return claude('{"uuid":"2","sender":"assistant","content":%s}' % json.dumps(blocks))


def manifest(size):
    return '{"data_files":[{"filename":"conversations.json"}],"x":[' + repeated(size, "{}") + "]}"


SHAPES = {
    "wide array of objects": lambda size: with_metadata('{"x":[' + repeated(size, "{}") + "]}"),
    "wide array of arrays": lambda size: with_metadata('{"x":[' + repeated(size, "[]") + "]}"),
    "wide array of numbers": lambda size: with_metadata('{"x":[' + repeated(size, "0") + "]}"),
    "wide object": lambda size: with_metadata("{" + named(size, '"%s":0') + "}"),
    "deep nesting": lambda size: with_metadata(deep(size)),
    "long keys": lambda size: with_metadata('{"%s":1,"%s":2}' % ("k" * (size // 2), "\\u006b" * (size // 12))),
    "long numbers": lambda size: with_metadata('{"x":[%s,-0.%s]}' % ("1" * (size // 2), "9" * (size // 2))),
    "escapes": lambda size: with_parts('"' + "\\n\\\"\\u00e9\\ud83d\\ude00" * (size // 22) + '"'),
    "duplicate keys": lambda size: with_metadata("{" + repeated(size, '"x":{}') + "}"),
    "empty strings": lambda size: with_parts(repeated(size, '""')),
    "short strings": lambda size: with_parts(repeated(size, '"a"')),
    "one giant string": lambda size: with_parts('"' + "words and more " * (size // 15) + '"'),
    "nulls and booleans": lambda size: with_metadata('{"x":[' + repeated(size, "null,true,false") + "]}"),
    "double-encoded": double_encoded,
    "many small conversations": lambda size: "[" + repeated(size, with_metadata("{}")[1:-1]) + "]",
    "long chain": lambda size: with_mapping(chain(size)),
    "small nodes": lambda size: with_mapping(small_nodes(size)),
    "empty nodes": lambda size: with_mapping(named(size, '"%s":{}')),
    "nodes that are no objects": lambda size: with_mapping(named(size, '"%s":0')),
    "equal nodes": lambda size: with_mapping(repeated(size, '"b":{}')),
    "many children": lambda size: with_mapping('"b":{"children":[' + repeated(size, '"a"') + "]}"),
    "citations": citations,
    "long title": titled,
    "Claude: small messages": lambda size: claude(repeated(size, '{"text":"a"}')),
    "Claude: messages with ids": lambda size: claude(named(size, '{"uuid":"%s"}')),
    "Claude: empty messages": lambda size: claude(repeated(size, "{}")),
    "Claude: null messages": lambda size: claude(repeated(size, "0")),
    "Claude: long model": lambda size: claude(repeated(size // 2, '{"text":"a"}'), '"model":"%s",' % ("m" * (size // 2))),
    "Claude: small blocks": lambda size: claude('{"uuid":"2","content":[' + repeated(size, '"a"') + "]}"),
    "Claude: small files": lambda size: claude('{"uuid":"2","text":"t","files":[' +
                                               repeated(size, '{"file_name":"a"}') + "]}"),
    "Claude: tool input": lambda size: claude('{"uuid":"2","content":[{"type":"tool_use","name":"n","input":{' +
                                              named(size, '"%s":0') + "}}]}"),
}


def largest_conversation(name, size, text_length):
    return len(with_metadata("{}")) if name == "many small conversations" else text_length


def write_files(folder, name, size):
    """In a separate process, so that its memory is not attributed to the command."""
    text = SHAPES[name](size).encode("utf-8")
    (folder / "conversations.json").write_bytes(text)
    with zipfile.ZipFile(folder / "plain.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("conversations.json", text)
    with zipfile.ZipFile(folder / "manifest.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("export_manifest.json", manifest(min(size, 15 << 20)))
        archive.writestr("conversations.json", with_metadata("{}"))


def run_apart(function, *arguments):
    process = multiprocessing.Process(target=function, args=arguments)
    process.start()
    process.join()
    if process.exitcode != 0:
        raise Failure(f"{function.__name__} failed")


def peak_of(home, *arguments):
    """Bytes of the largest resident set, and how the command ended."""
    process = home.start(*arguments, stdout=open(os.devnull, "w"), stderr=open(home.folder / "errors", "w"))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * 1024, process.returncode


def check(home, command, path, limit, label, options):
    peak, code = peak_of(home, *command, path)
    if options.print:
        print(f"{label:60} {peak / 1e6:8.1f} MB of {limit / 1e6:8.1f}  code {code}", flush=True)
    if code not in (0, 3, 5):  # 3: something was left out, 5: nothing was found
        raise Failure(f"{label}: ended with {code}: {(home.folder / 'errors').read_text()[:500]}")
    if peak > limit:
        raise Failure(f"{label}: took {peak} bytes, may take {limit}")


def check_shape(home, name, size, options):
    run_apart(write_files, home.out, name, size)
    path = home.out / "conversations.json"
    allowed = FACTOR * largest_conversation(name, size, path.stat().st_size) + CONSTANT
    check(home, ["extract"], path, allowed + options.extract_base, f"{name}, extract", options)
    check(home, ["extract"], home.out / "plain.zip", allowed + options.extract_base, f"{name}, extract ZIP", options)
    if options.build:
        check(home, ["build"], path, allowed + options.build_base, f"{name}, build", options)


def write_chat(folder, name, shape, size, with_archive):
    text = shape(size).encode("utf-8")
    (folder / name).write_bytes(text)
    if with_archive:
        with zipfile.ZipFile(folder / "plain.zip", "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(name, text)


def check_chat(home, label, options):
    name, shape, _ = all_shapes()[label]
    run_apart(write_chat, home.out, name, shape, options.chat_megabytes << 20, options.full)
    path = home.out / name
    allowed = FACTOR * path.stat().st_size + options.extract_base
    check(home, ["extract"], path, allowed + BLOCKS, f"{label}, extract", options)
    if options.full:
        check(home, ["extract"], home.out / "plain.zip", allowed + CONSTANT, f"{label}, extract ZIP", options)
    if options.build:
        allowed += options.build_base - options.extract_base
        check(home, ["build"], path, allowed + CONSTANT, f"{label}, build", options)
    path.unlink()


def check_manifest(home, _, options):
    size = min(options.megabytes << 20, 15 << 20)
    run_apart(write_files, home.out, "wide array of objects", size)
    check(home, ["extract"], home.out / "manifest.zip", FACTOR * size + CONSTANT + options.extract_base, "manifest",
          options)


def wanted_checks(options):
    """(function, name) of each check."""
    checks = [(lambda home, name, options: check_shape(home, name, options.megabytes << 20, options), name)
              for name in SHAPES]
    checks += [(check_chat, name) for name, (_, _, is_short) in all_shapes().items() if is_short or options.full]
    checks.append((check_manifest, "manifest"))
    return [(function, name) for function, name in checks if options.only is None or re.search(options.only, name)]


def check_all(options, folder):
    home = Home(options.command, folder)
    home.out.mkdir()
    short = home.out / "short.json"
    short.write_text(with_metadata("{}"))
    options.extract_base, _ = peak_of(home, "extract", short)
    options.build_base, _ = peak_of(home, "build", short)
    failures = []
    for function, name in wanted_checks(options):
        try:
            function(home, name, options)
        except Failure as failure:
            failures.append(str(failure))
    if failures:
        raise Failure("\n".join(failures))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", type=pathlib.Path)
    is_full = bool(os.environ.get("CONTEXTPACK_FULL"))
    parser.add_argument("--megabytes", type=int, default=43 if is_full else 3)
    parser.add_argument("--chat-megabytes", type=int, default=10 if is_full else 2)
    parser.add_argument("--only", help="a regular expression: of the names of shapes")
    parser.add_argument("--full", action="store_true", default=is_full)
    parser.add_argument("--print", action="store_true")
    parser.add_argument("--build", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            check_all(options, folder)
        except Failure as failure:
            print(failure, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
