#!/usr/bin/env python3
"""Documents and archives that are made to hurt their reader, and what must come of each.

    bomb_maker.py FOLDER

Writes the set to a folder. PDF bombs are hooks of the tests' helper program (tests/unit/pdf/hooks.c), so that they need
no PDFium: a document that loops, one that eats memory, one that crashes the process."""
import dataclasses
import functools
import io
import pathlib
import struct
import sys
import zipfile
import zlib

MIB = 1 << 20
WORD = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
GOOD = "The next document is read."


@dataclasses.dataclass
class Bomb:
    name: str
    data: bytes
    words: str  # of the message, a regular expression; "" if there is none
    code: int = 0  # of the command; 0: read, with what is left out told
    settings: tuple = ()
    text: str = ""  # what is read all the same


def pack(members, level=6):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as made:
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return file.getvalue()


def document(body):
    return f"<?xml version='1.0'?><w:document {WORD}><w:body>{body}</w:body></w:document>"


def paragraph(text):
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(content, *others):
    return pack([("[Content_Types].xml", "<Types/>"), ("word/document.xml", content), *others])


def large_entry(megabytes):
    """One entry that inflates a thousandfold."""
    return docx(document(paragraph("a" * (megabytes * MIB))))


def overlapping(count, megabytes):
    """Entries of the directory that all point to the same data, each of which counts."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = b"a" * (megabytes * MIB)
    packed = packer.compress(content) + packer.flush()
    crc = zlib.crc32(content)

    def header(name):
        return struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0x21, crc, len(packed), len(content), len(name), 0) + name

    body = header(b"0.txt") + packed
    central = b""
    for number in range(count):
        name = b"%d.txt" % number if number else b"0.txt"
        central += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0x21, crc, len(packed), len(content), len(name),
                               0, 0, 0, 0, 0, 0) + name
    return body + central + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(central), len(body), 0)


def nested(depth, content):
    for number in range(depth):
        content = pack([(f"{number}.zip", content)])
    return content


def wide(levels, width):
    """A few kilobytes that unpack to width**levels files of a megabyte."""
    content = pack([("text.txt", b"a" * MIB)])
    for _ in range(levels):
        content = pack([(f"{number}.zip", content) for number in range(width)])
    return content


LENGTHS = [(257 + i, 3 + i, 0) for i in range(8)] + [
    (265 + 4 * (bits - 1) + i, 3 + (4 + i << bits), bits) for bits in range(1, 6) for i in range(4)]
DISTANCES = [(i, 1 + i, 0) for i in range(4)] + [
    (4 + 2 * (bits - 1) + i, 1 + (2 + i << bits), bits) for bits in range(1, 14) for i in range(2)]


def literal(count):
    """A block of DEFLATE without compression, but for its bytes."""
    return struct.pack("<BHH", 0, count, count ^ 0xFFFF)


def symbol(table, value, width):
    """The bits of a length or distance: the code, and the rest from its least bit on."""
    code, base, extra = [row for row in table if row[1] <= value][-1]
    rest = value - base
    return f"{code - 256 if table is LENGTHS else code:0{width}b}" + "".join(str(rest >> bit & 1) for bit in range(extra))


def repeat(count, lengths, empty_blocks=0, is_last=False):
    """A block that writes the last `count` bytes again, in matches of these lengths, and blocks that write nothing."""
    assert sum(lengths) == count
    bits = ("1" if is_last else "0") + "10"
    bits += "".join(symbol(LENGTHS, length, 7) + symbol(DISTANCES, count, 5) for length in lengths) + "0000000"
    bits += ("010" + "0000000") * empty_blocks
    assert is_last or 38 <= len(bits) <= 40, len(bits)  # so that the next block begins with a whole byte
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at:at + 8][::-1], 2) for at in range(0, len(bits), 8))


def quine_with(crc):
    """The quine as it is when its own checksum is `crc`."""
    name = b"r.zip"
    prefix_length, suffix_length = 30 + len(name), 46 + len(name) + 22
    last_length = 4
    tail_length = last_length + suffix_length
    last = repeat(tail_length, [tail_length], is_last=True)
    again = repeat(prefix_length + 10, [prefix_length + 10], 1)
    twenty = repeat(20, [10, 10])
    assert len(last) == last_length
    five, four, none, tail = literal(5), literal(20), literal(0), literal(tail_length)

    def code(prefix, suffix):
        start = literal(prefix_length) + prefix + literal(prefix_length + 10)
        return (start + start + again + five + again + five + five + four + again + five + five + four + twenty +
                four + twenty + four + twenty + four + twenty + four + twenty + none + none + tail +
                twenty + none + none + tail + last + suffix + last)

    packed = len(code(bytes(prefix_length), bytes(suffix_length)))
    size = prefix_length + packed + suffix_length
    common = struct.pack("<HHHHHIIIH", 20, 0, 8, 0, 0x21, crc, packed, size, len(name))
    prefix = b"PK\x03\x04" + common + bytes(2) + name
    suffix = (b"PK\x01\x02\x14\x00" + common + bytes(16) + name +
              struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, 46 + len(name), prefix_length + packed, 0))
    return prefix + code(prefix, suffix) + suffix


def quine():
    """A ZIP whose only entry is that same ZIP, byte by byte, for as long as anybody unpacks it: DEFLATE blocks that contain
    the code, and blocks that repeat what was just written. The checksum of a text is linear in each bit of it, so that the
    checksum that a ZIP with itself inside has is the solution of 32 equations."""
    base = zlib.crc32(quine_with(0))
    rows = []
    for bit in range(32):  # what setting a bit of the checksum changes, and the bit itself
        rows.append((zlib.crc32(quine_with(1 << bit)) ^ base ^ 1 << bit, 1 << bit))
    wanted, crc = base, 0
    for bit in range(32):
        pivot = next((row for row in rows if row[0] >> bit & 1), None)
        if pivot is None:
            continue
        rows = [(row[0] ^ pivot[0], row[1] ^ pivot[1]) if row[0] >> bit & 1 else row for row in rows if row is not pivot]
        if wanted >> bit & 1:
            wanted, crc = wanted ^ pivot[0], crc ^ pivot[1]
    made = quine_with(crc)
    assert wanted == 0 and zlib.crc32(made) == crc
    assert zipfile.ZipFile(io.BytesIO(made)).read("r.zip") == made
    return made


def entities():
    lines = ["<!ENTITY e0 'aaaaaaaaaa'>"] + [f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12)]
    return f"<?xml version='1.0'?><!DOCTYPE w [{''.join(lines)}]>" + document(paragraph("&e11;"))[21:]


def external_entity():
    return "<?xml version='1.0'?><!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + document(paragraph("&x;"))[21:]


def deep(count):
    return f"<w:document {WORD}>" + "<w:body>" * count


def wrong_checksum():
    data = bytearray(docx(document(paragraph("a"))))
    for signature, at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        start = 0
        while (start := data.find(signature, start)) >= 0:
            data[start + at] ^= 1
            start += 4
    return bytes(data)


def nested_mail(depth):
    head = "From: a\r\nTo: b\r\nSubject: c\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
    return (head * depth).encode()


def mail_of_parts(count):
    head = "From: a\r\nTo: b\r\nSubject: c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return (head + "--b\r\n\r\nx\r\n" * count).encode()


def chats(megabytes):
    start = '[{"title": "x", "mapping": {"a": {"message": "'
    return pack([("conversations.json", start.encode() + b"0" * (megabytes * MIB))])


PARTIAL, INVALID, LIMIT = 3, 4, 10


@functools.lru_cache(None)
def make():
    """All of them, each with the outcome that names its limit."""
    return [
        Bomb("ratio.docx", large_entry(8), r"document\.max_ratio \(200\)", LIMIT),
        Bomb("total.docx", large_entry(3), r"document\.max_inflated_bytes \(1048576\)", LIMIT,
             ("document.max_inflated_bytes=1048576", "document.max_ratio=100000")),
        Bomb("ratio.zip", chats(24), r"archive\.max_ratio \(200\)", LIMIT),
        Bomb("wide.zip", wide(2, 8), r"archive\.max_ratio \(200\)", LIMIT),
        Bomb("entries.docx", docx(document(paragraph("a")), *[(f"x/{n}", "") for n in range(10000)]),
             r"document\.max_entries \(10000\)", LIMIT),
        Bomb("overlapping.zip", overlapping(64, 1), "entries that overlap", INVALID),
        Bomb("checksum.docx", wrong_checksum(), "CRC error", INVALID),
        Bomb("quine.zip", quine(), r"archive\.max_depth \(3\)", LIMIT),
        Bomb("nested.zip", nested(6, docx(document(paragraph("a")))), r"archive\.max_depth \(3\)", LIMIT),
        Bomb("entities.docx", docx(entities()), r"document type declaration \(DTD\)", INVALID),
        Bomb("external.docx", docx(external_entity()), r"document type declaration \(DTD\)", INVALID),
        Bomb("depth.docx", docx(deep(100000)), r"import\.max_xml_depth \(512\)", LIMIT),
        Bomb("depth.html", b"<!doctype html>" + b"<div><b><i>" * 30000 + b"kept", r"import\.max_html_(ms|memory_bytes)", LIMIT,
             ("import.max_html_ms=200", "import.max_html_memory_bytes=33554432")),
        Bomb("depth.rtf", b"{\\rtf1 " + b"{" * 200000 + b"kept", "", text="kept"),
        Bomb("mail.eml", nested_mail(200), r"archive\.max_depth \(3\)", PARTIAL, text="Subject: c"),
        Bomb("parts.eml", mail_of_parts(20000), r"document\.max_entries \(10000\)", LIMIT),
        Bomb("loop.pdf", b"loop", r"pdf\.max_cpu_ms \(200\)", LIMIT, ("pdf.max_cpu_ms=200",)),
        Bomb("memory.pdf", b"memory", r"pdf\.max_memory_bytes", LIMIT),
        Bomb("crash.pdf", b"crash", "PDFium crashed while it read", INVALID),
        Bomb("stack.pdf", b"stack", "PDFium crashed while it read", INVALID),
    ]


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for bomb in make():
        (folder / bomb.name).write_bytes(bomb.data)
    (folder / "good.docx").write_bytes(docx(document(paragraph(GOOD))))


if __name__ == "__main__":
    main()
