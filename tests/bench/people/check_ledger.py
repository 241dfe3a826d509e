#!/usr/bin/env python3
"""Checks that ledger.json and chat.txt of invented people agree.

usage: check_ledger.py [PERSON_DIRECTORY ...] [--show]

The pieces that count as the person's are those of U>, F>, B> and !!, judged by the line and by the sentence. Faults:
  - a current fact or a trap that matches no line of the person's, and a current fact that needs more than one sentence
  - a pattern of a trap that matches neither a line of the person's nor the trap's `text`
  - a current or outdated fact whose own `text`, told as an assertion, matches none of its patterns
  - a current fact whose `text` matches a trap or an outdated fact
  - a sentence that matches both a trap and a current fact
--show prints for each fact the sentences that match, to be read by a person.
"""
import json
import os
import re
import sys

import make_export

END = re.compile(r'(?<=[.!?。！？])\s*(?=[^\s.!?。！？」"])|\n+')


def own_lines(directory, kind):
    path = os.path.join(directory, 'chat.txt')
    for _, marker, text in make_export.pieces(path):
        if marker in ('U>', 'B>', '!!', 'F>'):
            text = re.sub(r'^[a-z ]+: ', '', text) if marker == '!!' else text
            for line in text.split('\n'):
                if line.strip():
                    yield line.strip()


def sentences(lines):
    for line in lines:
        yield from (s.strip() for s in END.split(line) if s and s.strip())


def hits(fact, text):
    return [p for p in fact['re'] if re.search(p, text, re.I)]


def check(directory, show):
    with open(os.path.join(directory, 'ledger.json'), encoding='utf-8') as file:
        ledger = json.load(file)
    lines = list(own_lines(directory, ledger['format']))
    parts = list(sentences(lines))
    faults = []
    for kind in ('current', 'outdated', 'traps'):
        idents = [f['id'] for f in ledger[kind]]
        faults += [f'{kind}: {i} twice' for i in set(idents) if idents.count(i) > 1]
        for fact in ledger[kind]:
            name = f'{kind}: {fact["id"]}'
            by_part = [s for s in parts if hits(fact, s)]
            by_line = [s for s in lines if hits(fact, s)]
            if show:
                print(f'{name} -- {fact["text"]}')
                for s in by_part or by_line:
                    print(f'      {s[:170]}')
            if not by_line and kind != 'outdated':
                faults.append(f'{name}: nothing of the person\'s matches')
            if by_line and not by_part and kind == 'current':
                faults.append(f'{name}: matches a line, but no sentence')
            for p in fact['re']:
                if not any(re.search(p, s, re.I) for s in lines + [fact['text']]) and kind == 'traps':
                    faults.append(f'{name}: {p} matches nothing')
            if kind != 'traps' and not hits(fact, fact['text']):
                faults.append(f'{name}: its own text is not matched: {fact["text"]}')
            if kind == 'current':
                for other in ('outdated', 'traps'):
                    for f in ledger[other]:
                        if hits(f, fact['text']):
                            faults.append(f'{name}: {fact["text"]!r} matches {other} {f["id"]}')
    for s in parts:
        traps = [f['id'] for f in ledger['traps'] if hits(f, s)]
        current = [f['id'] for f in ledger['current'] if hits(f, s)]
        if traps and current:
            faults.append(f'trap {traps} and current {current}: {s[:160]}')
    counts = ', '.join(f'{len(ledger[k])} {k}' for k in ('current', 'outdated', 'traps', 'questions'))
    print(f'{os.path.basename(directory)}: {counts}; {len(parts)} sentences of the person; {len(faults)} faults')
    for fault in faults:
        print('  ', fault)
    return bool(faults)


def main():
    directories = [a for a in sys.argv[1:] if a != '--show'] or make_export.people()
    return any([check(os.path.abspath(d), '--show' in sys.argv) for d in directories])


if __name__ == '__main__':
    sys.exit(main())
