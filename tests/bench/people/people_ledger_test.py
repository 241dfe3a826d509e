#!/usr/bin/env python3
"""What packs of people whose facts are known must reach: people_ledger_test.py PROGRAM [unittest's arguments]"""
import importlib.machinery
import importlib.util
import json
import os
import re
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import check_ledger
import dilute
import make_export
import score_ledger

loader = importlib.machinery.SourceFileLoader('measure', os.path.join(HERE, 'measure'))
measure = importlib.util.module_from_spec(importlib.util.spec_from_loader('measure', loader))
loader.exec_module(measure)

PROGRAM = sys.argv.pop(1)

# What the people of tests/data/people together must reach: at least `recall`, `known`, `budget`; at most the others.
LEAST = ('recall', 'known', 'budget', 'standard recall')
# The budget counts short histories too, which have not enough to fill a pack.
FLOORS = {
    'plain':         {'recall': .92, 'known': .75, 'false': .03, 'traps': .02, 'budget': .85, 'standard recall': .97},
    'all kinds':     {'recall': .82, 'known': .60, 'false': .05, 'traps': .02, 'unrelated': .08, 'standard recall': .96},
    'all languages': {'recall': .86, 'known': .65, 'false': .05, 'traps': .02, 'unrelated': .06, 'standard recall': .95},
}

LEDGER = {'current': [{'id': 'home', 'imp': 3, 're': ['\\bporto\\b']}, {'id': 'cat', 'imp': 1, 're': ['\\bcat\\b']}],
          'outdated': [{'id': 'old', 'imp': 1, 're': ['lisbon']}],
          'traps': [{'id': 'novel', 're': ['lighthouse']}]}


class Packs(unittest.TestCase):
    def test_packs_reach_the_floors(self):
        people = make_export.people()
        self.assertGreaterEqual(len(people), 4)
        for name, floors in FLOORS.items():
            some = people if name == 'plain' else people[::2]  # diluted ones take long
            figures = measure.summary([measure.measure(PROGRAM, person, name) for person in some])
            for key, floor in floors.items():
                with self.subTest(export=name, figure=key):
                    compare = self.assertGreaterEqual if key in LEAST else self.assertLessEqual
                    compare(round(figures[key], 3), floor)


class Ledgers(unittest.TestCase):
    def test_ledgers_agree_with_the_chats(self):
        for person in make_export.people():
            with self.subTest(person=os.path.basename(person)):
                self.assertFalse(check_ledger.check(os.path.abspath(person), False))


class Scorer(unittest.TestCase):
    def score(self, *lines, **more):
        return score_ledger.score('\n'.join(lines), LEDGER, **more)

    def test_recall_is_weighted_by_importance(self):
        result = self.score('## Now', '- Lives in Porto (as of 2025-03)')
        self.assertEqual((result['recall'], result['told'], result['known']), (.75, .75, 1))
        self.assertEqual(result['missed'], ['cat'])

    def test_quotes_count_for_recall_only(self):
        result = self.score('## In their own words', '- [2025-03-01] “my cat hates the porto rain”')
        self.assertEqual((result['recall'], result['told'], result['assertions'], result['quotes']), (1, 0, 0, 1))

    def test_false_assertions_tell_nothing(self):
        result = self.score('## Now', '- Lives in a lighthouse with a cat', '- Lives in Lisbon')
        self.assertEqual((result['recall'], len(result['false'])), (0, 2))

    def test_former_values_are_not_false(self):
        self.assertFalse(self.score('## Was', '- Lives in Lisbon')['false'])
        self.assertFalse(self.score('## Now', '- Formerly in Lisbon')['false'])

    def test_labels_decide_what_patterns_do_not_know(self):
        result = self.score('## Now', '- Likes tea', '- Likes rum', labels={'Likes tea': 'o', 'Likes rum': 'X'})
        self.assertEqual((result['known'], result['false'], result['unread']), (1, ['Likes rum'], []))

    def test_topics_are_not_scored(self):
        self.assertEqual(self.score('## Recent topics', '- porto', '## How they write', '- cat')['recall'], 0)

    def test_traps_in_quotes(self):
        self.assertEqual(len(self.score('## In their own words', '- [2025-03-01] “born in a lighthouse”')['traps']), 1)


class Dilution(unittest.TestCase):
    def test_every_list_is_long_and_every_slot_known(self):
        for language in dilute.LANGUAGES:
            lists = dilute.lists_of(language)
            for kind in dilute.KINDS:
                self.assertGreaterEqual(len(set(lists[kind])), 40, (language, kind))
                self.assertEqual(len(set(lists[kind])), len(lists[kind]), (language, kind))
            for name, entries in lists.items():
                for entry in entries:
                    unknown = set(re.findall(r'\{([a-z_]+)\}', entry)) - set(lists) - {'id'}
                    self.assertFalse(unknown, (language, name))

    def test_same_arguments_same_bytes(self):
        with tempfile.TemporaryDirectory() as directory:
            for person in make_export.people():
                export = make_export.write_export(person, directory)
                written = []
                for k, seed in enumerate((1, 1, 2)):
                    path = os.path.join(directory, f'{k}.zip')
                    before, after = dilute.dilute(export, path, 9, seed)
                    self.assertEqual(after, 10 * before)
                    with open(path, 'rb') as file:
                        written.append(file.read())
                self.assertEqual(written[0], written[1])
                self.assertNotEqual(written[0], written[2])

    def test_quotes_of_unrelated_conversations_are_found(self):
        with tempfile.TemporaryDirectory() as directory:
            person = make_export.people()[0]
            export, mixed = make_export.write_export(person, directory), os.path.join(directory, 'diluted.zip')
            dilute.dilute(export, mixed)
            own = score_ledger.user_texts(export)
            chat = json.loads(make_export.export_of(person)['conversations.json'])[0]
            said = [n['message']['content']['parts'][0] for n in chat['mapping'].values()
                    if n['message'] and n['message']['author']['role'] == 'user' and 'parts' in n['message']['content']]
            with score_ledger.zipfile.ZipFile(mixed) as archive:
                chats = json.loads(archive.read('conversations.json'))
            added = next(c for c in chats if c['conversation_id'] not in own)
            foreign = next(iter(added['mapping'].values()))['message']['content']['parts'][0].replace('\n', ' ')
            with open(os.path.join(person, 'ledger.json'), encoding='utf-8') as file:
                ledger = json.load(file)
            pack = '\n'.join(['## In their own words', f'- [2025-01-01] “{foreign}”', f'- [2025-01-01] “{said[0]}”'.replace('\n', ' ')])
            self.assertEqual(len(score_ledger.score(pack, ledger, None, export, mixed)['unrelated']), 1)


if __name__ == '__main__':
    unittest.main()
