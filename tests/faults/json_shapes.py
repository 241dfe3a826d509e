"""Shapes of chats for json_memory_test.py: each provider's layout, filled with what costs most memory for its bytes.

A layout is given as text: the file around the messages, messages as short as the provider's importer takes them (%s is
replaced by a different name in each), a message around a text, one around any value, and lists in a message.
"""

import itertools

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
TEXT = "I live in Porto"


def names(count):
    """Names of three letters and more, all different."""
    return itertools.islice(("".join(name) for length in itertools.count(3)
                             for name in itertools.product(LETTERS, repeat=length)), count)


def repeated(size, pattern, separator=","):
    return separator.join([pattern] * (size // (len(pattern.encode()) + 1)))


def named(size, pattern, separator=","):
    """Copies of a pattern, each with a different name for its %s."""
    before, after = pattern.split("%s")
    count = size // (len(pattern.encode()) + 2)
    return before + (after + separator + before).join(names(count)) + after


def filled(size, pattern, separator=","):
    return named(size, pattern, separator) if "%s" in pattern else repeated(size, pattern, separator)


class Layout:
    """before + messages + after; `first` is a message with TEXT.

    tiny: name -> a short message.  text: a message around a text.  value: a message around any value.
    lists: name -> (start of a message up to a list, an item, the rest of the message)."""

    def __init__(self, before, after, first, tiny, text, value, lists, separator=",", name="conversations.json"):
        self.before, self.after, self.first, self.tiny = before, after, first, tiny
        self.text, self.value, self.lists, self.separator, self.name = text, value, lists, separator, name

    def file(self, messages):
        return self.before + self.first + self.separator + messages + self.after


def values():
    """JSON values by shape."""
    nest = "[" * 200 + "]" * 200
    return {
        "wide array of objects": lambda size: "[" + repeated(size, "{}") + "]",
        "wide array of arrays": lambda size: "[" + repeated(size, "[]") + "]",
        "wide array of numbers": lambda size: "[" + repeated(size, "0") + "]",
        "wide array of strings": lambda size: "[" + repeated(size, '""') + "]",
        "nulls and booleans": lambda size: "[" + repeated(size, "null,true,false") + "]",
        "wide object": lambda size: "{" + named(size, '"%s":0') + "}",
        "deep nesting": lambda size: "[" + repeated(size, nest) + "]",
        "long keys": lambda size: '{"%s":1,"%s":2}' % ("k" * (size // 2), "\\u006b" * (size // 12)),
        "long numbers": lambda size: "[%s,-0.%s]" % ("1" * (size // 2), "9" * (size // 2)),
        "duplicate keys": lambda size: "{" + repeated(size, '"x":{}') + "}",
        "long string": lambda size: '"' + "a" * size + '"',
    }


def texts():
    """Contents of JSON strings by shape."""
    return {
        "long text": lambda size: "words and more " * (size // 15),
        "escapes": lambda size: '\\n\\"\\u00e9\\ud83d\\ude00' * (size // 22),
        "carriage returns": lambda size: "words\\r\\n" * (size // 9),
        "control characters": lambda size: "\\u0007" * (size // 6),
        "lone surrogates": lambda size: "\\ud83d" * (size // 6),
        "one long word": lambda size: "".join(names(size // 3)),
        "markup": lambda size: "<a>" * (size // 3),
    }


def grok():
    return Layout('{"conversations":[{"conversation":{"id":"c","title":"t"},"responses":[', "]}]}",
                  '{"response":{"_id":"first","sender":"human","message":"' + TEXT + '"}}',
                  {"tiny messages": '{"message":"a"}', "messages with ids": '{"_id":"%s"}', "empty messages": "{}",
                   "null messages": "0", "messages with parents": '{"_id":"%s","parent_response_id":"first"}'},
                  '{"response":{"sender":"human","message":"%s"}}', '{"response":{"sender":"human","message":"a","x":%s}}',
                  {"files": ('{"message":"a","file_attachments":[', '"a"', "]}")})


def deepseek():
    return Layout('[{"id":"c","title":"t","inserted_at":"2025-01-01T00:00:00+08:00","mapping":{', "}}]",
                  '"first":{"id":"first","parent":null,"message":{"fragments":[{"type":"REQUEST","content":"' + TEXT + '"}]}}',
                  {"empty nodes": '"%s":{}', "equal nodes": '"b":{}', "tiny messages": '"":{"message":{"content":"a"}}',
                   "messages with ids": '"%s":{"message":{"content":"a"}}', "null nodes": '"%s":0',
                   "nodes with parents": '"%s":{"parent":"first"}'},
                  '"2":{"message":{"fragments":[{"type":"REQUEST","content":"%s"}]}}', '"2":{"message":{"x":%s}}',
                  {"fragments": ('"2":{"message":{"fragments":[', '{"content":"a"}', "]}}"),
                   "results": ('"2":{"message":{"fragments":[{"type":"SEARCH","results":[', '{"url":"a"}', "]}]}}"),
                   "files": ('"2":{"message":{"files":[', '{"id":1}', "]}}")})


def deepseek_api():
    return Layout('{"data":{"biz_data":{"chat_session":{"id":"c","title":"t"},"chat_messages":[', "]}}}",
                  '{"message_id":1,"role":"USER","content":"' + TEXT + '"}',
                  {"tiny messages": '{"content":"a"}', "messages with ids": '{"message_id":"%s"}'},
                  '{"role":"USER","content":"%s"}', '{"role":"USER","content":"a","x":%s}', {})


def perplexity():
    return Layout('{"conversations":[{"context_uuid":"c","context_title":"t","entries":[', "]}]}",
                  '{"entry_uuid":"first","query":"' + TEXT + '","answer":"Good","query_status":"COMPLETED"}',
                  {"tiny messages": '{"query":"a"}', "questions and answers": '{"query":"a","answer":"b"}',
                   "messages with ids": '{"entry_uuid":"%s"}', "empty messages": "{}"},
                  '{"query":"%s"}', '{"query":"a","x":%s}', {})


def mistral():
    return Layout("[", "]", '{"id":"1","chatId":"c","role":"user","contentChunks":null,"content":"' + TEXT + '"}',
                  {"tiny messages": '{"role":"","content":"a"}', "messages with ids": '{"role":"","id":"%s"}'},
                  '{"role":"user","content":"%s"}', '{"role":"user","content":"a","x":%s}',
                  {"chunks": ('{"role":"user","contentChunks":[', '"a"', "]}"),
                   "calls": ('{"role":"user","contentChunks":[', '{"type":"tool_call"}', "]}"),
                   "documents": ('{"role":"user","canvas":[', '{"content":"a"}', "]}"),
                   "files": ('{"role":"user","content":"a","files":[', '{"id":1}', "]}")},
                  name="chat-1.json")


def copilot():
    return Layout("\ufeffConversation,Time,Author,Message\n", "\n", "t,2025-01-01T00:00:00,Human," + TEXT,
                  {"tiny rows": "t,,,a", "conversations": "%s,,,a", "empty rows": "%s,,,", "short rows": ",",
                   "quoted rows": '"%s",,,"a"'},
                  't,,Human,"%s"', 't,,Human,"a%s"', {}, "\n", "copilot-activity-history.csv")


def claude_code():
    return Layout("", "\n", '{"type":"user","uuid":"first","sessionId":"c","message":{"role":"user","content":"' + TEXT + '"}}',
                  {"tiny lines": '{"message":{"content":"a"}}', "lines with ids": '{"type":"","uuid":"%s"}',
                   "lines with parents": '{"type":"","uuid":"%s","parentUuid":"first"}', "system lines":
                   '{"type":"system","content":"a"}', "titles": '{"type":"","summary":"a"}'},
                  '{"type":"user","message":{"role":"user","content":"%s"}}',
                  '{"type":"user","message":{"role":"user","content":"a","x":%s}}',
                  {"blocks": ('{"type":"user","message":{"role":"user","content":[', '{"type":"text","text":"a"}', "]}}"),
                   "images": ('{"type":"user","message":{"role":"user","content":[', '{"type":"image"}', "]}}")},
                  "\n", "session.jsonl")


def codex():
    item = '{"timestamp":"2025-01-01T00:00:00Z","type":"response_item","payload":{"type":"message","role":"user","content":%s}}'
    return Layout('{"timestamp":"2025-01-01T00:00:00Z","type":"session_meta","payload":{"id":"c"}}\n', "\n",
                  item % ('[{"type":"input_text","text":"' + TEXT + '"}]'),
                  {"tiny lines": '{"role":"user","content":"a"}', "empty lines": '{"type":""}', "outputs":
                   '{"type":"_output","output":"a"}'},
                  item % '[{"type":"input_text","text":"%s"}]', item % '[{"type":"input_text","text":"a","x":%s}]',
                  {"texts": ('{"role":"user","content":[', '"a"', "]}"),
                   "blocks": ('{"role":"user","content":[', '{"type":"","text":"a"}', "]}")}, "\n", "rollout.jsonl")


def openwebui():
    return Layout('[{"id":"c","title":"t","chat":{"history":{"messages":{', "}}}}]",
                  '"first":{"id":"first","parentId":null,"role":"user","content":"' + TEXT + '"}',
                  {"empty messages": '"%s":{}', "equal messages": '"b":{}', "tiny messages": '"%s":{"content":"a"}',
                   "messages with parents": '"%s":{"parentId":"first"}', "null messages": '"%s":0'},
                  '"2":{"role":"assistant","content":"%s"}', '"2":{"role":"user","content":"a","x":%s}',
                  {"blocks": ('"2":{"content":[', '{"type":"","text":"a"}', "]}"),
                   "files": ('"2":{"content":"a","files":[', '{"id":1}', "]}"),
                   "details": ('"2":{"role":"assistant","content":"', "<details type=reasoning></details>", '"}')})


def librechat():
    first = '{"messageId":"first","parentMessageId":null,"isCreatedByUser":true,"text":"' + TEXT + '"}'
    return Layout('{"conversationId":"c","title":"t","exportAt":"x","messages":[', "]}", first,
                  {"tiny messages": '{"text":"a"}', "messages with ids": '{"messageId":"%s"}', "empty messages": "{}",
                   "nested": '{"messageId":"%s","text":"a","children":[{"text":"a"},{"text":"a"}]}'},
                  '{"text":"%s"}', '{"text":"a","x":%s}',
                  {"parts": ('{"content":[', '{"type":"","text":"a"}', "]}"),
                   "calls": ('{"content":[', '{"tool_call":{}}', "]}"),
                   "files": ('{"text":"a","files":[', '{"type":1}', "]}"),
                   "children": ('{"messageId":"' + "i" * 150 + '","text":"a","children":[', '{"text":"a"}', "]}")})


def chatbotui():
    return Layout('{"version":4,"history":[{"id":"c","name":"t","prompt":"p","folderId":null,"model":{"id":"' + "m" * 200 +
                  '"},"messages":[', "]}],\"folders\":[]}", '{"role":"user","content":"' + TEXT + '"}',
                  {"tiny messages": '{"role":"","content":"a"}', "null messages": "0"},
                  '{"role":"user","content":"%s"}', '{"role":"user","content":"a","x":%s}',
                  {"blocks": ('{"role":"user","content":[', '{"type":"","text":"a"}', "]}")})


def sharegpt():
    return Layout('[{"id":"c","conversations":[', "]}]", '{"from":"human","value":"' + TEXT + '"}',
                  {"tiny messages": '{"from":"","value":"a"}', "null messages": "0"},
                  '{"from":"human","value":"%s"}', '{"from":"human","value":"a","x":%s}',
                  {"calls": ('{"from":"gpt","value":"a","tool_calls":[', "{}", "]}")})


def openai():
    return Layout('{"messages":[', "]}", '{"role":"user","content":"' + TEXT + '"}',
                  {"tiny messages": '{"role":"","content":"a"}', "null messages": "0"},
                  '{"role":"user","content":"%s"}', '{"role":"user","content":"a","x":%s}',
                  {"calls": ('{"role":"assistant","content":"a","tool_calls":[', "{}", "]}"),
                   "blocks": ('{"role":"user","content":[', '{"type":"image"}', "]}"),
                   "thoughts": ('{"role":"user","content":[', '{"type":"think","text":"a"}', "]}")})


def generic():
    return Layout("", "\n", '{"conversation_id":"c","message_id":"1","role":"user","kind":"text","text":"' + TEXT + '"}',
                  {"tiny messages": '{"role":"","text":"a"}', "conversations":
                   '{"conversation_id":"%s","role":"user","text":"a"}'},
                  '{"role":"user","text":"%s"}', '{"role":"user","text":"a","x":%s}',
                  {"files": ('{"role":"user","text":"a","attachments":[', '{"id":1}', "]}")}, "\n", "messages.jsonl")


def gemini_activity():
    record = '{"header":"Gemini Apps","title":"Prompted %s","time":"2025-01-01T00:00:00.000Z","products":["Gemini Apps"]%s}'
    return Layout("[", "]", record % (TEXT, ""),
                  {"tiny records": '{"header":"Gemini Apps","title":"Prompted a"}', "other products": '{"header":"a"}',
                   "null records": "0"},
                  '{"header":"Gemini Apps","title":"Prompted %s"}', '{"header":"Gemini Apps","title":"Prompted a","x":%s}',
                  {"answers": ('{"header":"Gemini Apps","title":"Prompted a","safeHtmlItem":[', '"a"', "]}")},
                  name="MyActivity.json")


def gemini_workspace():
    return Layout('{"title":"t","conversation_turns":[', "]}", '{"user_turn":{"prompt":"' + TEXT + '"}}',
                  {"empty turns": '{"user_turn":{},"system_turn":{}}', "tiny turns": '{"user_turn":{"prompt":"a"}}',
                   "null turns": "0"},
                  '{"user_turn":{"prompt":"%s"}}', '{"user_turn":{"prompt":"a","x":%s}}',
                  {"texts": ('{"system_turn":{"text":[', '{"data":"a"}', "]}}"),
                   "cards": ('{"system_turn":{"text":[{"cards":[', '{"content":"a"}', "]}]}}"),
                   "images": ('{"system_turn":{"text":"a","images":[', '"a"', "]}}")}, name="conversation_1.txt")


def gemini_prompt():
    return Layout('{"runSettings":{"model":"' + "m" * 200 + '"},"chunkedPrompt":{"chunks":[', "]}}",
                  '{"role":"user","text":"' + TEXT + '"}',
                  {"tiny chunks": '{"text":"a"}', "chunks with ids": '{"id":"%s"}', "empty chunks": "{}"},
                  '{"role":"user","text":"%s"}', '{"role":"user","text":"a","x":%s}',
                  {"parts": ('{"parts":[', '{"text":"a"}', "]}"),
                   "thoughts": ('{"parts":[', '{"thought":true,"text":"a"}', "]}")}, name="prompt.json")


LAYOUTS = {"Grok": grok, "DeepSeek": deepseek, "DeepSeek API": deepseek_api, "Perplexity": perplexity, "Mistral": mistral,
           "Copilot": copilot, "Claude Code": claude_code, "Codex": codex, "Open WebUI": openwebui,
           "LibreChat": librechat, "Chatbot UI": chatbotui, "ShareGPT": sharegpt, "OpenAI": openai,
           "generic": generic, "Gemini activity": gemini_activity, "Gemini Workspace": gemini_workspace,
           "AI Studio": gemini_prompt}


SHORT = 2  # shapes of messages of each provider in an ordinary run; one fewer of lists


def shapes_of(layout):
    """(name, function of the size that returns a file, whether it is part of an ordinary run)."""
    for number, (name, pattern) in enumerate(layout.tiny.items()):
        yield name, lambda size, p=pattern: layout.file(filled(size, p, layout.separator)), number < SHORT
    for number, (name, parts) in enumerate(layout.lists.items()):
        yield name, lambda size, p=parts: layout.file(list_of(p, size)), False
        yield (f"many with {name}", lambda size, p=parts: layout.file(repeated(size, list_of(p, 4000), layout.separator)),
               number < SHORT - 1)
    for name, content in texts().items():
        yield name, lambda size, c=content: layout.file(layout.text.replace("%s", c(size))), False
    for name, value in values().items():
        yield name, lambda size, v=value: layout.file(layout.value.replace("%s", v(size))), False


def list_of(parts, size):
    start, item, end = parts
    return start + filled(size, item, "" if item.startswith("<") else ",") + end


def all_shapes():
    """name -> (name of the file, function of the size, whether it is part of an ordinary run)."""
    found = {}
    for provider, make in LAYOUTS.items():
        layout = make()
        for name, shape, is_short in shapes_of(layout):
            found[f"{provider}: {name}"] = (layout.name, shape, is_short)
    return found
