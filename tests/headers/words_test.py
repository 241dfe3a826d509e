"""Fails where code compares a status or a plan as text: a row's words become numbers when it is read."""
import pathlib
import re
import sys

# Where words come in: the command line, Stripe's events, and a status that another service may spell otherwise.
BOUNDARIES = ("cli/", "payments/stripe/event.c", "store/source.c")
LISTS = r"#define (?:\w+_STATUS|PAYMENT_PLAN|TRANSACTION_TYPE|ADMIN_ACTION_TYPE)_WORDS((?:.*\\\n)*.*)"


def read_words(source):
    text = (source / "model/words.h").read_text(encoding="utf-8")
    return {word for match in re.finditer(LISTS, text) for word in re.findall(r'"(\w+)"', match.group(1))}


def main(source):
    words = read_words(source)
    compared = re.compile(r"\bstrn?(?:case)?cmp\([^;{]*?\"(" + "|".join(sorted(words)) + r')"', re.DOTALL)
    problems = []
    for path in sorted(source.rglob("*.[ch]")):
        name = path.relative_to(source).as_posix()
        if name.startswith(BOUNDARIES):
            continue
        text = path.read_text(encoding="utf-8")
        problems += [f"{path}:{text.count(chr(10), 0, match.start()) + 1}: compares \"{match.group(1)}\" as text"
                     for match in compared.finditer(text)]
    print("\n".join(problems) or f"none of {len(words)} words is compared as text")
    return 1 if problems or len(words) < 20 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
