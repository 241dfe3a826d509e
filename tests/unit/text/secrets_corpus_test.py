"""Measures the detection of secrets on the corpus of tests/data/secrets: secrets_corpus_test.py DUMP DATA [--verbose].

Recall counts a secret as found when all of it is covered. Precision counts a span as right when it lies on a secret and
covers at most a few bytes more. Fails below the limits."""
import importlib
import pathlib
import subprocess
import sys

PRECISION = 0.98
RECALL = 0.95
MARGIN = 6  # bytes that a span may cover beside its secret: a quote, a sign, "key="
POSITIVES = 400
KINDS = 30
LOOKALIKES = 2000


def scan(program, texts):
    data = b"".join(b"%d\n%s" % (len(t), t) for t in (text.encode() for text in texts))
    output = subprocess.run([program], input=data, stdout=subprocess.PIPE, check=True).stdout.decode()
    result = [[]]
    for line in output.splitlines():
        if line == ".":
            result.append([])
        else:
            start, end, kind = line.split()
            result[-1].append((int(start), int(end), kind))
    assert len(result) == len(texts) + 1, "the program answered for another number of texts"
    return result[:-1]


class Score:
    def __init__(self):
        self.found = self.missed = self.right = self.wrong = 0

    def add(self, other):
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def precision(self):
        return self.right / max(1, self.right + self.wrong)

    def recall(self):
        return self.found / max(1, self.found + self.missed)


def measure(program, half, lines, verbose):
    score = Score()
    positives = half.positives()
    lookalikes = half.lookalikes() + lines
    for (kind, text, value), spans in zip(positives, scan(program, [text for _, text, _ in positives])):
        raw = text.encode()
        start = raw.index(value.encode())
        end = start + len(value.encode())
        if any(s <= start and e >= end for s, e, _ in spans):
            score.found += 1
        else:
            score.missed += 1
            if verbose:
                print("MISSED", kind, repr(text), spans)
        for s, e, found in spans:
            if s < end and e > start and s >= start - MARGIN and e <= end + MARGIN:
                score.right += 1
            else:
                score.wrong += 1
                if verbose:
                    print("WRONG", kind, found, repr(text), repr(raw[s:e].decode(errors="replace")))
    for text, spans in zip(lookalikes, scan(program, lookalikes)):
        for s, e, found in spans:
            score.wrong += 1
            if verbose:
                print("FALSE", found, repr(text), repr(text.encode()[s:e].decode(errors="replace")))
    return score, len(positives), len(lookalikes), {kind for kind, _, _ in positives}


def main(program, data, halves, verbose):
    sys.path.insert(0, str(data))
    total = Score()
    kinds = set()
    count = others = 0
    failed = False
    for name in halves:
        lines = (data / f"{name}-lines.txt").read_text(encoding="utf-8").splitlines()
        score, positives, lookalikes, of_half = measure(program, importlib.import_module(name), lines, verbose)
        print(f"{name}: {positives} secrets, {lookalikes} look-alikes: precision {score.precision():.4f} "
              f"recall {score.recall():.4f}")
        failed |= score.precision() < PRECISION or score.recall() < RECALL
        total.add(score)
        kinds |= of_half
        count += positives
        others += lookalikes
    print(f"both: {count} secrets of {len(kinds)} kinds, {others} look-alikes: precision {total.precision():.4f} "
          f"recall {total.recall():.4f}")
    if len(halves) == 2:
        failed |= count < POSITIVES or len(kinds) < KINDS or others < LOOKALIKES
    return 1 if failed else 0


if __name__ == "__main__":
    chosen = [a for a in sys.argv[3:] if not a.startswith("-")] or ["develop", "blind"]
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]), chosen, "--verbose" in sys.argv))
