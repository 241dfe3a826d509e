#!/usr/bin/env python3
"""Characters masked in Presidio's public synthetic sets: presidio.py PERSONAL_DUMP SET.json... [--peer] [--show LABEL]

The sets are data/synth_dataset_v2.json and tests/data/generated_large.json of microsoft/presidio-research; they are not
part of this repository. Recall: of the characters of the sets' spans, how many are masked, whatever the kind. Precision: of
the characters that are masked, how many are in a span, whatever its label. White space at the ends of words does not count.
--peer also runs presidio-analyzer with a spaCy model (CONTEXTPACK_SPACY_MODEL, default en_core_web_sm) on the same texts.
"""
import collections
import json
import os
import subprocess
import sys

# Labels that redaction does not aim at: places, organisations, nationalities, titles, ages, any date, plain URLs.
NOT_AIMED_AT = {"GPE", "LOCATION", "ORGANIZATION", "NRP", "TITLE", "PREFIX", "AGE", "DATE_TIME", "DOMAIN_NAME"}


def own_spans(program, texts):
    data = b"".join(b"%d\n%s" % (len(t), t) for t in (text.encode() for text in texts))
    output = subprocess.run([program], input=data, stdout=subprocess.PIPE, check=True).stdout.decode()
    lines = iter(output.splitlines())
    for text in texts:
        encoded = text.encode()
        spans = []
        for line in lines:
            if line == ".":
                break
            start, end, kind = line.split()
            start, end = (len(encoded[:int(at)].decode(errors="ignore")) for at in (start, end))
            spans.append((start, end, kind))
        yield spans


def peer_spans(texts):
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    model = os.environ.get("CONTEXTPACK_SPACY_MODEL", "en_core_web_sm")
    provider = NlpEngineProvider(nlp_configuration={
        "nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]})
    analyzer = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    for text in texts:
        yield [(found.start, found.end, found.entity_type) for found in analyzer.analyze(text, "en")]


def score(name, samples, all_spans, show):
    found = collections.Counter()
    wanted = collections.Counter()
    masked = correct = aimed_correct = 0
    by_kind = collections.Counter()
    for sample, spans in zip(samples, all_spans):
        text = sample["full_text"]
        kinds = {}
        for start, end, kind in spans:
            for at in range(start, end):
                if not text[at].isspace():
                    kinds[at] = kind
        labels = {}
        for span in sample["spans"]:
            for at in range(span["start_position"], span["end_position"]):
                if not text[at].isspace():
                    labels[at] = span["entity_type"]
            own = range(span["start_position"], span["end_position"])
            missed = sum(at not in kinds and not text[at].isspace() for at in own)
            if show == span["entity_type"] and missed:
                print("missed %r in %r" % (span["entity_value"], text[:160]))
        for start, end, kind in spans:
            wrong = sum(at not in labels for at in range(start, end) if not text[at].isspace())
            if show == "wrong" and wrong:
                print("wrong %s %r in %r" % (kind, text[start:end], text[:160]))
        for at, label in labels.items():
            wanted[label] += 1
            found[label] += at in kinds
        masked += len(kinds)
        correct += sum(at in labels for at in kinds)
        for at, kind in kinds.items():
            by_kind[kind, at in labels] += 1
    aimed = [label for label in wanted if label not in NOT_AIMED_AT]
    print("%s: precision %.3f, recall %.3f of all labels, %.3f of those aimed at" % (
        name, correct / max(1, masked), sum(found.values()) / sum(wanted.values()),
        sum(found[label] for label in aimed) / sum(wanted[label] for label in aimed)))
    print("   recall by label: " + ", ".join("%s %.2f" % (label, found[label] / count) for label, count in wanted.most_common()))
    kinds = sorted({kind for kind, _ in by_kind})
    print("   precision by kind: " + ", ".join("%s %.2f" % (
        kind, by_kind[kind, True] / (by_kind[kind, True] + by_kind[kind, False])) for kind in kinds))


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    show = arguments.pop() if "--show" in sys.argv else None
    if len(arguments) < 2:
        sys.exit(__doc__)
    for path in arguments[1:]:
        with open(path, encoding="utf-8") as file:
            samples = json.load(file)
        texts = [sample["full_text"] for sample in samples]
        print("%s: %d texts, %d characters" % (os.path.basename(path), len(texts), sum(map(len, texts))))
        score("contextpack", samples, own_spans(arguments[0], texts), show)
        if "--peer" in sys.argv:
            score("presidio-analyzer", samples, peer_spans(texts), None)


if __name__ == "__main__":
    main()
