#!/usr/bin/env python3
"""Precision and recall of the search for personal data: personal_corpus_test.py PERSONAL_DUMP DIRECTORY [-v]

A mark counts as found if all its characters are masked; a span as correct if at most three of its characters are outside of marks.
"""
import os
import re
import subprocess
import sys

LIMITS = {"development": (0.97, 0.97), "blind": (0.95, 0.90)}


def read_cases(path):
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if not line or line.startswith("# "):
                continue
            text, marks, end = "", [], 0
            line = line.replace("\\n", "\n")
            for match in re.finditer(r"\[\[(\w+):(.*?)\]\]", line):
                text += line[end:match.start()]
                marks.append((len(text), len(text) + len(match[2]), match[1]))
                text += match[2]
                end = match.end()
            yield text + line[end:], marks


def find_spans(program, texts):
    data = b"".join(b"%d\n%s" % (len(t), t) for t in (text.encode() for text in texts))
    output = subprocess.run([program], input=data, stdout=subprocess.PIPE, check=True).stdout.decode()
    for text, lines in zip(texts, output.split(".\n")):
        encoded = text.encode()
        yield [tuple(len(encoded[:int(at)].decode()) for at in line.split()[:2]) for line in lines.splitlines()]


def measure(program, path, verbose):
    cases = list(read_cases(path))
    marks_found = marks = spans_right = spans_count = 0
    for (text, wanted), spans in zip(cases, find_spans(program, [text for text, _ in cases])):
        covered = {at for start, end in spans for at in range(start, end)}
        inside = {at for start, end, _ in wanted for at in range(start, end)}
        found = [all(at in covered or text[at] == " " for at in range(start, end)) for start, end, _ in wanted]
        right = [sum(at not in inside for at in range(start, end)) <= 3 for start, end in spans]
        marks += len(wanted)
        marks_found += sum(found)
        spans_count += len(spans)
        spans_right += sum(right)
        if verbose and not (all(found) and all(right)):
            print("%r: %s" % (text, [text[start:end] for start, end in spans]))
    lookalikes = sum(not wanted for _, wanted in cases)
    precision = spans_right / max(1, spans_count)
    recall = marks_found / max(1, marks)
    name = os.path.splitext(os.path.basename(path))[0]
    print("%s: %d marks, %d look-alikes: precision %.4f, recall %.4f" % (name, marks, lookalikes, precision, recall))
    return precision >= LIMITS[name][0] and recall >= LIMITS[name][1]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    halves = sys.argv[3:] if len(sys.argv) > 3 and sys.argv[3] in LIMITS else list(LIMITS)
    passed = [measure(sys.argv[1], os.path.join(sys.argv[2], half + ".txt"), "-v" in sys.argv) for half in
              (h for h in halves if h in LIMITS)]
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
