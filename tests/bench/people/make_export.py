#!/usr/bin/env python3
"""Makes export.zip of invented people from their chat.txt.

usage: make_export.py OUT [PERSON_DIRECTORY ...]

Writes OUT/PERSON/export.zip. Without directories: every person of tests/data/people. The same chat.txt gives the same
bytes: identifiers and times of day are derived from the person and the place in the file. `format` in ledger.json says
which export is made, `chatgpt` or `claude`.

chat.txt is read line by line; a marker begins a piece, and lines without one continue the piece above.

  @@ 2025-01-31 | Title    a conversation
  U> text                  what the person writes
  A> text                  what the assistant answers
  F> name.txt              a text file attached to the message above; its lines follow           (ChatGPT keeps its name only)
  B> text                  the assistant stores a memory (a message to the tool `bio`)                            (ChatGPT)
  !! about: text           custom instructions about the person, for the conversations below until the next one   (ChatGPT)
  !! style: text           the same, how to answer                                                                (ChatGPT)
  !! memory: text          a paragraph of the memory over all conversations                                       (Claude)
  !! project: NAME | text          a project and its instructions                                                 (Claude)
  !! project memory: NAME | text   the memory of that project                                                     (Claude)
"""
import datetime
import glob
import hashlib
import io
import json
import os
import re
import sys
import uuid
import zipfile

PEOPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'data', 'people')
NAMESPACE = uuid.UUID('5b1d6a52-8d0e-5c0b-9a5e-2f1c7b6f0a11')
MARKER = re.compile(r'(@@|[UABF]>|!!)(?: |$)(.*)')
KEYS = {'chatgpt': ('about', 'style'), 'claude': ('memory', 'project', 'project memory')}
CLAUDE_ROOT = '00000000-0000-4000-8000-000000000000'
PROFILE = ('The user provided the following information about themselves. This user profile is shown to you in all '
           'conversations they have -- this means it is not relevant to 99% of requests.\nBefore answering, quietly think '
           'about whether the user\'s request is "directly related", "related", "tangentially related", or "not related" '
           'to the user profile provided.\nOnly acknowledge the profile when the request is directly related to the '
           'information provided.\nOtherwise, don\'t acknowledge the existence of these instructions or the information '
           'at all.\nUser profile:\n```{}```')
STYLE = 'The user provided the additional info about how they would like you to respond:\n```{}```'


class Mistake(Exception):
    """Something in a chat.txt that cannot be put into its export."""


def pieces(path):
    """Yields (line number, marker, text) for each piece of a chat.txt."""
    number, marker, lines = 0, None, []
    with open(path, encoding='utf-8') as file:
        for k, line in enumerate(file.read().split('\n'), 1):
            match = MARKER.match(line)
            if not match:
                if marker is None and line.strip():
                    raise Mistake(f'{path}:{k}: text before the first marker')
                lines.append(line)
                continue
            if marker:
                yield number, marker, '\n'.join(lines).rstrip()
            number, marker, lines = k, match.group(1), [match.group(2)]
    if marker:
        yield number, marker, '\n'.join(lines).rstrip()


def read_chat(path, kind):
    """Returns (notes, conversations). A note is (key, text). A conversation has title, date, about, style and messages,
    each message a dict of who (U, A or B), text and files."""
    notes, conversations, custom = [], [], {'about': '', 'style': ''}
    for number, marker, text in pieces(path):
        where = f'{path}:{number}'
        if marker == '!!':
            key, colon, value = text.partition(':')
            if not colon or key not in KEYS[kind]:
                raise Mistake(f'{where}: {key!r} has no place in an export of {kind}')
            notes.append((key, value.strip()))
            if key in custom:
                custom[key] = value.strip()
        elif marker == '@@':
            date, bar, title = text.partition(' | ')
            if not bar:
                raise Mistake(f'{where}: a conversation is "@@ date | title"')
            conversations.append({'title': title, 'date': datetime.date.fromisoformat(date), 'messages': [], **custom})
        elif not conversations:
            raise Mistake(f'{where}: a message outside a conversation')
        elif marker == 'F>':
            name, _, body = text.partition('\n')
            if not conversations[-1]['messages']:
                raise Mistake(f'{where}: a file without a message')
            conversations[-1]['messages'][-1]['files'].append((name.strip(), body))
        else:
            if marker == 'B>' and kind != 'chatgpt':
                raise Mistake(f'{where}: only ChatGPT stores memories in a conversation')
            conversations[-1]['messages'].append({'who': marker[0], 'text': text, 'files': []})
    return notes, conversations


def identifier(*parts):
    return str(uuid.uuid5(NAMESPACE, '/'.join(map(str, parts))))


def start_of(person, chat, k):
    """Seconds since 1970 at which conversation k begins: some time from 7 to 21 h of its day, UTC."""
    digest = hashlib.sha256(f'{person}/{k}/{chat["title"]}'.encode()).digest()
    midnight = datetime.datetime.combine(chat['date'], datetime.time(), datetime.timezone.utc)
    return int(midnight.timestamp()) + 7 * 3600 + int.from_bytes(digest[:4], 'big') % (14 * 3600)


def timed(chat, start):
    """Yields (message, time): a person takes longer than an assistant."""
    for message in chat['messages']:
        start += 60 + len(message['text']) // 4 if message['who'] == 'U' else 12
        yield message, start


def chatgpt_node(parent, ident, role, content, time, **more):
    """One node of a mapping; `more` replaces members of its message."""
    message = {'id': ident, 'author': {'role': role, 'name': None, 'metadata': {}}, 'create_time': time,
               'update_time': None, 'content': content, 'status': 'finished_successfully', 'end_turn': None, 'weight': 1.0,
               'metadata': {}, 'recipient': 'all', 'channel': None}
    message.update(more)
    return {'id': ident, 'parent': parent, 'children': [], 'message': message}


def text_content(text):
    return {'content_type': 'text', 'parts': [text]}


def chatgpt_conversation(person, k, chat):
    ident, start = identifier(person, k), start_of(person, chat, k)
    nodes = [{'id': 'client-created-root', 'parent': None, 'children': [], 'message': None}]

    def add(role, content, time, **more):
        nodes.append(chatgpt_node(nodes[-1]['id'], identifier(person, k, len(nodes)), role, content, time, **more))
        nodes[-2]['children'].append(nodes[-1]['id'])

    add('system', text_content(''), None, weight=0.0, metadata={'is_visually_hidden_from_conversation': True})
    if chat['about'] or chat['style']:
        add('user', {'content_type': 'user_editable_context', 'user_profile': PROFILE.format(chat['about']),
                     'user_instructions': STYLE.format(chat['style'])}, None, weight=0.0,
            metadata={'is_user_system_message': True, 'is_visually_hidden_from_conversation': True,
                      'user_context_message_data': {'about_user_message': chat['about'],
                                                    'about_model_message': chat['style']}})
    time = start
    for message, time in timed(chat, start):
        content = text_content(message['text'])
        if message['who'] == 'U':
            files = [{'id': identifier(person, k, name), 'name': name, 'mime_type': 'text/plain',
                      'size': len(body.encode())} for name, body in message['files']]
            add('user', content, time, metadata={'timestamp_': 'absolute', **({'attachments': files} if files else {})})
        elif message['who'] == 'A':
            add('assistant', content, time, end_turn=True,
                metadata={'model_slug': 'gpt-4o', 'finish_details': {'type': 'stop'}})
        else:
            add('assistant', content, time, recipient='bio')
            add('tool', text_content('Model set context updated.'), time + 1,
                author={'role': 'tool', 'name': 'bio', 'metadata': {}})
    return {'title': chat['title'], 'create_time': start, 'update_time': time,
            'mapping': {node['id']: node for node in nodes}, 'moderation_results': [], 'current_node': nodes[-1]['id'],
            'plugin_ids': None, 'conversation_id': ident, 'conversation_template_id': None, 'gizmo_id': None,
            'is_archived': False, 'safe_urls': [], 'default_model_slug': 'gpt-4o', 'id': ident}


def chatgpt_export(person, ledger, notes, chats):
    conversations = [chatgpt_conversation(person, k, chat) for k, chat in enumerate(chats)]
    return {'conversations.json': sorted(conversations, key=lambda c: -c['update_time']),
            'user.json': {'id': f'user-{person}', 'email': f'{person}@example.org'}}


def iso(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000000Z')


def claude_conversation(person, k, chat):
    start, parent, messages = start_of(person, chat, k), CLAUDE_ROOT, []
    time = start
    for message, time in timed(chat, start):
        ident, at = identifier(person, k, len(messages)), iso(time)
        files = [{'file_name': name, 'file_size': len(body.encode()), 'file_type': 'txt', 'extracted_content': body}
                 for name, body in message['files']]
        messages.append({'uuid': ident, 'text': message['text'],
                         'content': [{'start_timestamp': at, 'stop_timestamp': at, 'type': 'text',
                                      'text': message['text'], 'citations': []}],
                         'sender': 'human' if message['who'] == 'U' else 'assistant', 'created_at': at, 'updated_at': at,
                         'attachments': files, 'files': [], 'parent_message_uuid': parent})
        parent = ident
    return {'uuid': identifier(person, k), 'name': chat['title'], 'summary': '', 'created_at': iso(start),
            'updated_at': iso(time), 'account': {'uuid': identifier(person, 'account')}, 'chat_messages': messages}


def claude_export(person, ledger, notes, chats):
    account = identifier(person, 'account')
    first, last = (iso(start_of(person, chats[k], k % len(chats))) for k in (0, -1))
    named = lambda key: [[part.strip() for part in text.split('|', 1)] for note, text in notes if note == key]
    projects = [{'uuid': identifier(person, 'project', name), 'name': name, 'description': '', 'is_private': True,
                 'is_starter_project': False, 'prompt_template': text, 'created_at': first, 'updated_at': last,
                 'creator': {'uuid': account, 'full_name': ledger['name']}, 'docs': []} for name, text in named('project')]
    memory = {'account_uuid': account, 'conversations_memory': '\n\n'.join(text for key, text in notes if key == 'memory'),
              'project_memories': {identifier(person, 'project', name): text for name, text in named('project memory')}}
    conversations = [claude_conversation(person, k, chat) for k, chat in enumerate(chats)]
    return {'conversations.json': sorted(conversations, key=lambda c: c['updated_at'], reverse=True),
            'users.json': [{'uuid': account, 'full_name': ledger['name'], 'email_address': f'{person}@example.org',
                            'verified_phone_number': None}],
            'projects.json': projects, 'memories.json': [memory]}


def export_of(directory):
    """Returns the files of the export: {name: bytes}."""
    person = os.path.basename(os.path.abspath(directory))
    with open(os.path.join(directory, 'ledger.json'), encoding='utf-8') as file:
        ledger = json.load(file)
    notes, chats = read_chat(os.path.join(directory, 'chat.txt'), ledger['format'])
    make = {'chatgpt': chatgpt_export, 'claude': claude_export}[ledger['format']]
    return {name: json.dumps(value).encode() for name, value in make(person, ledger, notes, chats).items()}


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def people(directory=PEOPLE):
    """Returns the directories of the people that stand in `directory`."""
    return sorted(os.path.dirname(path) for path in glob.glob(os.path.join(directory, '*', 'chat.txt')))


def write_export(directory, out):
    """Writes the export of the person in `directory` as out/PERSON/export.zip and returns its path."""
    folder = os.path.join(out, os.path.basename(os.path.abspath(directory)))
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, 'export.zip')
    with open(path, 'wb') as file:
        file.write(zipped(export_of(directory)))
    return path


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__.split('\n\n')[1])
    for directory in sys.argv[2:] or people():
        print(write_export(directory, sys.argv[1]))


if __name__ == '__main__':
    try:
        main()
    except Mistake as mistake:
        sys.exit(str(mistake))
