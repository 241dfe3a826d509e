#!/usr/bin/env python3
"""Scores packs of people whose facts are known.

usage: score_ledger.py PACK.md LEDGER.json [--export EXPORT.zip] [--diluted DILUTED.zip] [--missed] [--lines]

A ledger holds what is true of a person (`current`, with an importance of 1 to 3), what was true (`outdated`) and what
is somebody else's or was never meant (`traps`), each with patterns that recognise it in a line. A labels.json beside the
ledger may hold verdicts of lines that somebody has read: {line: "o"} is right, "X" somebody else's, "W" wrong, "O"
outdated and told as current.

An item is a list item outside the sections on topics, style, timeline and sources. A quote is an item that begins with a
date in brackets or a quotation mark, or stands in a section of words, instructions or memories. Other items are assertions.

  recall      importance-weighted share of the current facts that an item tells; a false assertion tells nothing
  told        the same, of assertions alone
  false       assertions that match a trap, or an outdated fact without saying that it is over, or that are labelled X, W, O
  known       assertions that match a current fact or are labelled o
  traps       quotes that hold text of a trap
  unrelated   quotes that stand in a conversation that was added to the export by dilute.py, and in none of the person's
"""
import argparse
import collections
import json
import os
import re
import zipfile

UNSCORED_SECTION = re.compile(r'topic|how they write|style|timeline|sources', re.I)
QUOTES_SECTION = re.compile(r'own words|their words|in .* words|instruction|memor|how to answer', re.I)
FORMER_SECTION = re.compile(r'^(was|former)', re.I)
QUOTE = re.compile(r'\[?\(?\d{4}-\d\d|["“«„「]')
SAYS_FORMER = re.compile(r'^(formerly|was\b|until|used to)|\(until|\bformer', re.I)
SAYS_NO = re.compile(r"Don't|No ")
SUFFIX = re.compile(r' \((?:as of|said) [\d-]+\)$| \(\d+ mentions?(?: in \d+ conversations?)?(?:, [\d-]+(?: to [\d-]+)?)?\)$')

Item = collections.namedtuple('Item', 'section text is_quote')


def items_of(markdown):
    """Yields the items of a pack."""
    section = ''
    for line in markdown.split('\n'):
        if line.startswith('#'):
            section = line.strip('# ')
        elif line[:2] in ('- ', '* ', '> ') and section and not UNSCORED_SECTION.search(section):
            text = line[2:].strip()
            is_quote = bool(QUOTE.match(text) or QUOTES_SECTION.search(section))
            for _ in range(2):
                text = SUFFIX.sub('', text).strip()
            yield Item(section, text, is_quote)


def matches(fact, text):
    return any(re.search(pattern, text, re.I) for pattern in fact['re'])


def is_false(item, ledger, labels):
    if labels.get(item.text, 'o')[0] in 'XWO':
        return True
    if not SAYS_NO.match(item.text) and any(matches(trap, item.text) for trap in ledger['traps']):
        return True
    former = SAYS_FORMER.search(item.text) or FORMER_SECTION.search(item.section)
    return not former and any(matches(fact, item.text) for fact in ledger['outdated'])


def letters(text):
    """What is compared of two texts: their letters and digits."""
    return ''.join(c for c in text.casefold() if c.isalnum())


def user_texts(path):
    """Returns the user's messages of an export: {conversation's id: letters of all its messages}."""
    with zipfile.ZipFile(path) as archive:
        chats = json.loads(archive.read('conversations.json'))
    texts = {}
    for chat in chats:
        if 'chat_messages' in chat:
            own = [m['text'] for m in chat['chat_messages'] if m['sender'] == 'human']
            texts[chat['uuid']] = '\n'.join(map(letters, own))
        else:
            messages = [n['message'] for n in chat['mapping'].values() if n['message']]
            own = [p for m in messages if m['author']['role'] == 'user'
                   for p in m['content'].get('parts', []) if isinstance(p, str)]
            texts[chat['conversation_id']] = '\n'.join(map(letters, own))
    return texts


def is_unrelated(quote, own, unrelated):
    """Whether a quote stands in an unrelated conversation and in none of the person's own."""
    parts = [letters(part) for part in re.split(r'…|\.\.\.', re.sub(r'^\[?\(?[\d-]{7,10}[\])]?', '', quote))]
    parts = [part for part in parts if part]
    within = lambda texts: any(all(part in text for part in parts) for text in texts)
    return bool(parts) and not within(own) and within(unrelated)


def score(markdown, ledger, labels=None, export=None, diluted=None):
    """Scores a pack. `export` and `diluted` are the paths of the person's export and of the diluted one that was packed."""
    labels = labels or {}
    items = list(items_of(markdown))
    quotes = [item.text for item in items if item.is_quote]
    assertions = [item for item in items if not item.is_quote]
    wrong = [item.text for item in assertions if is_false(item, ledger, labels)]
    right = [item.text for item in assertions if item.text not in wrong]
    known = [text for text in right if labels.get(text, '?')[0] == 'o' or any(matches(f, text) for f in ledger['current'])]
    total = sum(fact['imp'] for fact in ledger['current'])
    share = lambda texts: sum(f['imp'] for f in ledger['current'] if any(matches(f, t) for t in texts)) / total
    foreign = []
    if export and diluted:
        own, mixed = user_texts(export), user_texts(diluted)
        unrelated = [text for ident, text in mixed.items() if ident not in own]
        foreign = [text for text in quotes if is_unrelated(text, own.values(), unrelated)]
    return {'recall': share(right + quotes), 'told': share(right), 'assertions': len(assertions), 'false': wrong,
            'known': len(known), 'unread': [text for text in right if text not in known], 'quotes': len(quotes),
            'traps': [text for text in quotes if any(matches(trap, text) for trap in ledger['traps'])], 'unrelated': foreign,
            'missed': [f['id'] for f in ledger['current'] if not any(matches(f, t) for t in right + quotes)]}


def read_labels(ledger_path):
    path = os.path.join(os.path.dirname(ledger_path), 'labels.json')
    if not os.path.exists(path):
        return {}
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split('\n')[2].removeprefix('usage: '))
    parser.add_argument('pack')
    parser.add_argument('ledger')
    parser.add_argument('--export')
    parser.add_argument('--diluted')
    parser.add_argument('--missed', action='store_true')
    parser.add_argument('--lines', action='store_true')
    options = parser.parse_args()
    with open(options.pack, encoding='utf-8') as pack, open(options.ledger, encoding='utf-8') as ledger:
        result = score(pack.read(), json.load(ledger), read_labels(options.ledger), options.export, options.diluted)
    print(f'recall {result["recall"]:.1%} told {result["told"]:.1%} assertions {result["assertions"]} '
          f'false {len(result["false"])} known {result["known"]} quotes {result["quotes"]} traps {len(result["traps"])} '
          f'unrelated {len(result["unrelated"])}')
    if options.missed:
        print('missed:', ', '.join(result['missed']))
    if options.lines:
        for key in ('false', 'unread', 'traps', 'unrelated'):
            for text in result[key]:
                print(f'{key}: {text}')


if __name__ == '__main__':
    main()
