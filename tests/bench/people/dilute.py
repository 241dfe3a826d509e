#!/usr/bin/env python3
"""Hides the conversations of an export among unrelated ones.

usage: dilute.py EXPORT.zip OUT.zip [TIMES=9] [SEED=1] [--kind KIND[,KIND...]] [--language LANGUAGE[,LANGUAGE...]]

Adds TIMES unrelated conversations for each one of a ChatGPT or Claude export, dated within three days of it: errands of
one of KINDS, or `all`, in one of LANGUAGES, or `all`. Most are in the first person ("my function returns None", "I want to
buy a kettle"), many paste code, logs, texts and mails of others, and none tells anything lasting about anybody. The same
arguments give the same bytes.

What they say stands in unrelated/LANGUAGE.txt, and in unrelated/common.txt for all languages:

  [NAME]          a list: one entry a line, \\n in it is a line break
  [NAME: blocks]  a list of longer texts, separated by lines of --

The list KIND holds first messages, `KIND more` the messages that follow, `reply` what the assistant says. {NAME} in an
entry is replaced by an entry of the list NAME; braces around anything else stay.
"""
import argparse
import datetime
import functools
import json
import os
import random
import re
import sys
import uuid
import zipfile

KINDS = ('homework', 'coding', 'translation', 'shopping', 'cooking', 'writing')
LANGUAGES = ('en', 'de', 'es', 'fr', 'pt', 'ja', 'zh', 'ru')
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'unrelated')
SECTION = re.compile(r'\[([a-z_ ]+)(: blocks)?\]$')
DAY = 86400


def read_lists(path):
    """Returns the lists of a file: {name: [entry]}."""
    lists, entries, is_blocks = {}, [], False
    with open(path, encoding='utf-8') as file:
        for line in file.read().split('\n'):
            match = SECTION.match(line)
            if match:
                is_blocks = bool(match.group(2))
                entries = lists.setdefault(match.group(1), [])
                if is_blocks:
                    entries.append('')
            elif is_blocks and line == '--':
                entries.append('')
            elif is_blocks:
                entries[-1] += line + '\n'
            elif line and not line.startswith('#'):
                entries.append(line.replace('\\n', '\n'))
    return {name: [entry.strip('\n') for entry in entries] for name, entries in lists.items()}


@functools.lru_cache(None)
def lists_of(language):
    return {**read_lists(os.path.join(DATA, 'common.txt')), **read_lists(os.path.join(DATA, language + '.txt'))}


def entry_of(lists, name, chance):
    """Returns an entry of a list, with its slots filled."""
    fill = lambda match: entry_of(lists, match.group(1), chance) if match.group(1) in lists else match.group(0)
    return re.sub(r'\{([a-z_]+)\}', fill, chance.choice(lists[name]))


def conversation(kind, language, chance):
    """Returns the messages of an unrelated conversation, the user's and the assistant's in turn."""
    lists = lists_of(language)
    texts = [entry_of(lists, kind, chance), entry_of(lists, 'reply', chance)]
    while chance.random() < 0.4 and len(texts) < 8:
        texts += [entry_of(lists, kind + ' more', chance), entry_of(lists, 'reply', chance)]
    return texts


def identifier(chance):
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def seconds_of(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


def claude_chat(texts, start, account, chance):
    iso = lambda k: datetime.datetime.fromtimestamp(start + 40 * k, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000000Z')
    messages = [{'uuid': identifier(chance), 'text': text, 'content': [{'type': 'text', 'text': text, 'citations': []}],
                 'sender': 'assistant' if k % 2 else 'human', 'created_at': iso(k), 'updated_at': iso(k), 'attachments': [],
                 'files': []} for k, text in enumerate(texts)]
    return {'uuid': identifier(chance), 'name': texts[0].split('\n')[0][:40], 'summary': '', 'created_at': iso(0),
            'updated_at': iso(len(texts)), 'account': account, 'chat_messages': messages}


def chatgpt_chat(texts, start, chance):
    ids = [identifier(chance) for _ in texts]
    message = lambda k: {'id': ids[k], 'author': {'role': 'assistant' if k % 2 else 'user', 'name': None, 'metadata': {}},
                         'create_time': start + 40 * k, 'update_time': None,
                         'content': {'content_type': 'text', 'parts': [texts[k]]}, 'status': 'finished_successfully',
                         'end_turn': True, 'weight': 1.0, 'metadata': {}, 'recipient': 'all'}
    mapping = {ids[k]: {'id': ids[k], 'parent': ids[k - 1] if k else None, 'children': ids[k + 1:k + 2],
                        'message': message(k)} for k in range(len(texts))}
    return {'title': texts[0].split('\n')[0][:40], 'create_time': start, 'update_time': start + 40 * len(texts),
            'mapping': mapping, 'current_node': ids[-1], 'conversation_id': identifier(chance)}


def diluted(chats, times, seed, kinds=KINDS, languages=LANGUAGES):
    """Returns the conversations of an export, each followed by `times` unrelated ones."""
    chance = random.Random(seed)
    mixed = []
    for chat in chats:
        mixed.append(chat)
        is_claude = 'chat_messages' in chat
        day = seconds_of(chat['created_at']) if is_claude else chat.get('create_time') or 1.7e9
        for _ in range(times):
            texts = conversation(chance.choice(kinds), chance.choice(languages), chance)
            start = int(day) // DAY * DAY + chance.randrange(3 * DAY)
            mixed.append(claude_chat(texts, start, chat.get('account', {}), chance) if is_claude else
                         chatgpt_chat(texts, start, chance))
    return mixed


def dilute(source, out, times=9, seed=1, kinds=KINDS, languages=LANGUAGES):
    """Writes the export `source` diluted to `out`. Returns the numbers of conversations before and after."""
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    chats = json.loads(files['conversations.json'])
    mixed = diluted(chats, times, seed, kinds, languages)
    files['conversations.json'] = json.dumps(mixed).encode()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, data)
    return len(chats), len(mixed)


def chosen(text, known):
    names = known if text == 'all' else tuple(text.split(','))
    for name in names:
        if name not in known:
            sys.exit(f'{name!r} is not one of {", ".join(known)}, all')
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source')
    parser.add_argument('out')
    parser.add_argument('times', nargs='?', type=int, default=9)
    parser.add_argument('seed', nargs='?', type=int, default=1)
    parser.add_argument('--kind', default='all')
    parser.add_argument('--language', default='all')
    options = parser.parse_args()
    before, after = dilute(options.source, options.out, options.times, options.seed, chosen(options.kind, KINDS),
                           chosen(options.language, LANGUAGES))
    print(f'{before} conversations among {after}')


if __name__ == '__main__':
    main()
