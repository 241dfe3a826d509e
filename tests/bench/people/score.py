#!/usr/bin/env python3
"""How well a pack knows its person: score.py TRUTH PACK.md [--list]

A fact is told when one line of the pack holds all its keywords ("a|b" is either). A former home counts as told as
former only in a line that says so."""
import json, re, sys

PAST = re.compile(r"previous|former|used to|until|moved|relocated|left|no longer|after|before|behind|years in|from ", re.I)


def tells(line, keywords):
    return all(any(re.search(r"(?<!\w)" + re.escape(word) + r"(?!\w)", line, re.I) for word in key.split("|"))
               for key in keywords)


def score(truth, pack):
    lines = [line for line in pack.split("\n") if line.strip()]
    told = [fact for fact in truth["facts"] if any(tells(line, fact["keywords"]) for line in lines)]
    wrong = [fact for fact in truth["false"] if any(tells(line, fact["keywords"]) for line in lines)]
    changed = 0
    for change in truth["changed"]:
        now = any(tells(line, [change["new"]]) for line in lines)
        stale = any(tells(line, [change["old"]]) and not PAST.search(line) for line in lines
                                        if not re.match(r"\s*(>|- (\[[0-9-]+\] )?“)", line))
        changed += now and not stale
    return told, wrong, changed


def main():
    truth = json.load(open(sys.argv[1], encoding="utf-8"))
    pack = open(sys.argv[2], encoding="utf-8").read()
    told, wrong, changed = score(truth, pack)
    print("told %d/%d wrong %d/%d changed %d/%d" % (len(told), len(truth["facts"]), len(wrong), len(truth["false"]),
                                                   changed, len(truth["changed"])))
    if "--list" in sys.argv:
        for fact in truth["facts"]:
            if fact not in told:
                print("  missed", fact["kind"], fact["keywords"])
        for fact in wrong:
            print("  wrong ", fact["kind"], fact["keywords"], [line for line in pack.split("\n") if tells(line, fact["keywords"])][:2])


if __name__ == "__main__":
    main()
