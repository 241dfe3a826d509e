"""Creates the inputs of failure_test.py: valid ones, damaged ones, and non-inputs."""
import gzip
import io
import json
import struct
import zipfile
import zlib

BOMB_BYTES = 10_000_000_000
BOMB_BLOCK_BYTES = 1 << 20


def conversation(number, text=None):
    text = text or f"I live in Berlin and work as a baker. This is note {number}."
    message = {"id": f"message-{number}", "author": {"role": "user"}, "create_time": 1.7e9, "metadata": {},
               "content": {"content_type": "text", "parts": [text]}}
    return {"title": f"Talk {number}", "create_time": 1.7e9, "update_time": 1.7e9, "id": f"conversation-{number}",
            "conversation_id": f"conversation-{number}", "current_node": "leaf",
            "mapping": {"root": {"id": "root", "message": None, "parent": None, "children": ["leaf"]},
                        "leaf": {"id": "leaf", "message": message, "parent": "root", "children": []}}}


def export(count, text=None):
    return json.dumps([conversation(number, text) for number in range(count)])


def archive(members, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()


def encrypted_archive():
    """An archive whose entry is marked as encrypted: flag bit 0 in both of its headers."""
    content = bytearray(archive({"conversations.json": export(2)}))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def bomb(head):
    """A ZIP64 of some 10 MB whose conversations.json begins with `head` and goes on with 10 GB of zeros. Its checksum is
    wrong, but must not be reached.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"0" * BOMB_BLOCK_BYTES) + packer.flush(zlib.Z_FULL_FLUSH)
    packed += block * (BOMB_BYTES // BOMB_BLOCK_BYTES) + packer.flush()
    size = len(head) + BOMB_BYTES // BOMB_BLOCK_BYTES * BOMB_BLOCK_BYTES
    name = b"conversations.json"
    sizes = struct.pack("<HHQQ", 1, 16, size, len(packed))
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 8, 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, len(name),
                        len(sizes)) + name + sizes
    central = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 8, 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF,
                          len(name), len(sizes), 0, 0, 0, 0, 0) + name + sizes
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(central), len(local) + len(packed), 0)
    return local + bytes(packed) + central + end


def without_messages():
    empty = conversation(0)
    empty["mapping"] = {"root": {"id": "root", "message": None, "parent": None, "children": []}}
    return json.dumps([empty])


def deep_inside():
    bracket = '{"a":' * 100_000 + "1" + "}" * 100_000
    return '[{"title":"x","mapping":{"r":{"id":"r","parent":null,"children":[],"message":%s}}}]' % bracket


# Name, content, exit code of `extract`, text in the message. `build` ends with 4 for each.
UNUSABLE = [
    ("empty.json", b"", 4, "is empty"),
    ("blank.txt", b" \n\n", 4, "white space"),
    ("cut_in_first.json", export(3)[:300], 4, "the file is truncated at byte 300 inside conversation 1"),
    ("deep.json", "[" * 100_000 + "]" * 100_000, 4, "without conversations"),
    ("deep_open.json", "[" * 100_000, 4, "without conversations"),
    ("deep_inside.json", deep_inside(), 4, "import.max_json_depth"),
    ("not.json", "{not json at all", 4, "is not JSON"),
    ("words.json", "Just words.\n", 4, "is not JSON"),
    ("other.json", '{"alpha": 1}', 4, "alpha"),
    ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(2000), 4, "a PNG image"),
    ("paper.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(2000), 4, "PDF"),
    ("conversations.json.gz", gzip.compress(export(3).encode()), 4, "gzip data: unpack it"),
    ("program", b"\x7fELF\x02\x01\x01" + bytes(2000), 4, "an ELF program"),
    ("noise.bin", bytes(range(256)) * 20, 4, "binary data"),
    ("utf16.json", export(3).encode("utf-16"), 4, "UTF-16"),
    ("utf16_big.json", b"\xfe\xff" + export(3).encode("utf-16-be"), 4, "UTF-16"),
    ("no_chats.zip", archive({"a.png": b"\x89PNG\r\n\x1a\n", "b.json": b'{"a":1}'}), 4, "no chats"),
    ("no_files.zip", archive({}), 4, "without files"),
    ("encrypted.zip", encrypted_archive(), 4, "encrypted"),
    ("cut.zip", archive({"conversations.json": export(50)})[:500], 4, "incomplete ZIP"),
    ("no_conversations.json", "[]", 4, "without conversations"),
    ("no_messages.json", without_messages(), 4, "contains no messages"),
]
