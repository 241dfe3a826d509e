"""Exports of ChatGPT and Claude as people have them: each published sample gives the messages that it contains, and files with a
field absent, null or of another type lose nothing else. The samples are beside the project; without them their tests are skipped.
"""

import copy
import gzip
import json
import os
import random
import unittest
import zipfile

import harness

SHARED = harness.PROJECT.parent / "shared" / "fixtures"
FIELD = SHARED / "field"
CHATS = SHARED / "chats"

CAT = ["user My tabby cat is called Biscuit.", "assistant What a nice name for a cat."]

# What a person sees, in order: role and the start of the text. ~ precedes what is hidden, - what is on another branch.
VISIBLE = {
    "01-no-metadata.json": ["user I cook soup on Sundays.", "assistant Leek soup is quick."],
    "02-null-title.json": CAT * 2,
    "03-no-create-time.json": CAT * 2,
    "05-regenerated.json": ["user Tell me a slogan", "assistant New slogan", "-assistant Old slogan"],
    "06-first-branch-chosen.json": ["user Pick a colour", "assistant Green", "user Green it is", "-assistant Blue"],
    "08-entity-and-cite.json": ["user Who says so?", "assistant The study by Ada Example says so. ([A page](https://a.example/p), "
                                "[B page](https://b.example/q)) Done."],
    "10-bare-cite.json": ["user Source?", "assistant It opened in 1931. ([title 1](https://link.example/1)) Next."],
    "12-deep-research-widget.json": ["user Research tea for me.",
                                     "assistant # Report on tea\n\nTea is grown in many places.\n\nIt likes rain."],
    "14-voice.json": ["user I play the viola.", "assistant The viola is lovely."],
    "15-canvas.json": ["user Write a note in canvas.", "assistant Here it comes.", "assistant Note\n\n# Note\n\nBuy milk.\nBuy eggs.",
                       "~tool Successfully created", "assistant I put the note in the canvas.", "user Make it oat milk.",
                       "assistant Note\n\n# Note\n\nBuy oat milk.\nBuy eggs.", "~tool Successfully updated",
                       "assistant Changed to oat milk."],
    "16-hidden-profile.json": ["~user I am a nurse in Ghent.", "~user Answer in Dutch.", "user Hallo", "assistant Dag!"],
    "17-one-bad-conversation.json": CAT * 2,
    "19-trailing-comma.json": CAT,
    "20-sharded-manifest.zip": CAT * 3,
    "21-single-shard.json": CAT,
    "23-same-titles.json": ["user I grow basil.", "assistant Good.", "user I grow mint.", "assistant Good."],
    "24-chat.html": CAT,
    "26-dalle.json": ["user Draw a boat", "~assistant dalle.text2im: ", "tool ", "assistant Here is your boat."],
    "27-picture-only.json": ["user ", "assistant Nice garden. [Download](sandbox:/mnt/data/plan.xlsx)"],
    "29-mapping-reversed.json": CAT,
    "30-bom.json": CAT,
    "32-nul-surrogate.json": ["user NUL  and lone \ufffd surrogate end", "assistant ok\nline"],
    "34-odd-markers.json": ["user See this span and [Title](https://u.example)", "assistant Stay in Positano. Next no close"],
    "35-group-chat.json": ["user I am allergic to nuts.", "unknown I love nuts.", "assistant Noted."],
    "42-claude-citations.json": ["user When was it built?", "assistant Built in 1931. (https://built.example/1931)"],
    "45-memories-in-chat.json": ["~system 1. [2025-03-01]. User lives in Ghent, Belgium.", "user Remember that I am learning Dutch.",
                                 "~assistant User is learning Dutch.", "~tool Model set context updated.", "assistant Noted!"],
    "47-interrupted.json": ["user Write a poem", "assistant Roses are", "user go on", "assistant  red."],
    "49-zip-vs-folder.zip": ["user I grow figs.", "assistant What", "user I grow plums.", "assistant What"],
    "50-attachment-only.json": ["user I keep bees on a roof.", "assistant Bees on a roof!"],
    "52-api-single-object.json": ["user Which town?", "assistant Positano.", "user Why Positano?", "-assistant Ravello.",
                                  "-user Why Ravello?"],
    "54-pasted-text.json": ["user My CV\nI worked ten years as a baker in Lyon.", "assistant A baker, then."],
    "55-artifact-placeholder.json": ["user Make me a list app", "assistant Here you go.", "assistant # List\n- one\n- two", "tool OK",
                                     "assistant Enjoy.", "user Change two to three", "assistant # List\n- one\n- three", "tool OK",
                                     "assistant Done."],
    "56-new-block-types.json": ["user Search it", "~assistant Let me look.", "assistant I found it. (https://f.example)"],
    "58-memories-object.json": ["~assistant **Work**\nThe user is a vet in Oslo.", "~assistant Project uses Rust."],
    "59-projects-zip.zip": ["~user Plan my garden", "~user Be brief about plants.", "user Clay soil, pH 6."],
    "60-conversations-000.zip": ["user Hi, I am left-handed.", "assistant Good to know."],
    "63-nulls.json": ["user Real question", "assistant Real answer", "-unknown who am I"],
    "65-unknown-user-block.json": ["user I live in Turku and row on the river.", "user Weather widget: 12 degrees",
                                   "assistant Rowing is nice."],
    "66-whole-claude.zip": ["user I ride a tandem.", "assistant With whom?", "~user Talk metric.", "~assistant Rides a tandem.",
                            "user Make the logo round"],
    "67-text-tags.json": ["user Count", "~assistant Let me count.", "assistant There are 3.", "assistant 1\n2\n3", "assistant Done."],
    "80-pionxzh.md": ["~system # Rowing plans", "user I row on Tuesdays.",
                      "assistant I prefer running, and I live in a data centre.", "user Funny."],
    "91-saved-memories.txt": ["~assistant User lives in Ghent, Belgium.", "~assistant User has a dog named Rex.",
                              "~assistant User is learning Dutch.", "~assistant Prefers short answers without emojis.",
                              "~assistant User works as a nurse", "~assistant User is planning a trip to Lisbon in May 2026."],
    "../chats/chatgpt/knowledgemaxxing-conversations.json": ["user What should I read on progress studies?",
                                                             "assistant Start with https://rootsofprogress.org"],
    "../chats/chatgpt/librechat-chatgpt-tree.json": [
        "user hi there", "assistant Hello! How can I assist you today?", "user hi again", "assistant Hey! Welcome back.",
        "user tell me a joke", "assistant Sure, here's one for you:", "-user so cool bro",
        "-assistant Thanks! What brings you here today?", "-user tell me a story", "-assistant Sure! Here's a short story",
        "-assistant Sure, here's one for you:"],
    "../chats/chatgpt/librechat-modern-export.json": [
        "~user The user is an SRE.", "~user Answer concisely.", "user How do I roll back the deploy?", "assistant Run `helm rollback staging`.",
        "user And if that fails?", "assistant Restore from the last known-good chart."],
    "../chats/claude/context-carry-conversations.json": [
        "user How do I use async/await in JavaScript?", "assistant Async/await is syntactic sugar for Promises.",
        "~assistant Let me think about a good example...", "assistant Here is an example with fetch.", "assistant create_artifact"],
    "../chats/claude/knowledgemaxxing-conversations.json": ["user Find me that essay about slack in systems",
                                                            "assistant You may be thinking of Studies on Slack: https://slatestarc"],
    "../chats/claude/split-export-2026/conversations-000.zip": [
        "user Which town should I stay in?", "assistant Ravello.", "user Why Ravello?", "-~assistant Comparing the towns.",
        "-assistant Positano.", "user export const Registration = () => null;", "assistant bash_tool\ncommand: ls -la",
        "tool {\"returncode\":0", "assistant artifacts\nid: hero", "tool Input validation errors occurred",
        "assistant web_search\nquery: redis uri", "tool Redis Configuration Guide",
        "assistant Redis needs a URI when enabled. Set it in your .env file. (https://www.librechat.ai/docs/configuration/redis)",
        "assistant Recovered from the flat text field."],
}

# Inputs that are refused, with what the person is told.
REFUSED = {"31-utf16.json": "UTF-8", "38-zip-only-html.zip": "conversations.json", "39-zip-cut.zip": "download it again",
           "41-html-as-json.json": "an HTML page, not the export: download it again", "../chats/claude/split-export-2026/light_metadata-000.zip": "conversations-000.zip"}


def shown(message):
    return (("" if message["active_branch"] else "-") + ("~" if message["hidden"] else "") +
            message["role"] + " " + message["text"])


@unittest.skipUnless(FIELD.is_dir(), "the samples are not beside the project")
class SamplesTest(harness.CliTest):
    def test_every_sample_gives_its_messages(self):
        for name, expected in VISIBLE.items():
            with self.subTest(name):
                result = self.run_cli("extract", FIELD / name)
                self.assertIn(result.code, (0, 3), result.err)
                messages = [shown(line) for line in result.lines()]
                self.assertEqual(len(messages), len(expected), messages)
                for message, start in zip(messages, expected):
                    self.assertTrue(message.replace("  ", " ").startswith(start.replace("  ", " ")) or
                                    message.startswith(start.rstrip()), (message, start))
                for line in result.lines():
                    self.assertNotRegex(line["text"], "[\ue200-\ue206]|turn0search|antArtifact|not supported on")

    def test_refused_samples_say_what_to_do(self):
        for name, words in REFUSED.items():
            with self.subTest(name):
                self.assertIn(words, self.fails(4, "extract", FIELD / name).err)

    def test_details(self):
        by_id = {line["message_id"]: line for line in self.run_cli("extract", FIELD / "26-dalle.json").lines()}
        self.assertEqual([file["id"] for file in by_id["t"]["attachments"]], ["file_000000abc"])
        picture = self.ok("extract", FIELD / "27-picture-only.json").lines()[0]
        self.assertEqual([file["name"] for file in picture["attachments"]], ["garden.jpg"])
        self.assertEqual({line["model"] for line in self.ok("extract", FIELD / "52-api-single-object.json").lines()
                          if line["role"] == "assistant"}, {"claude-sonnet-4-5"})
        self.assertEqual(self.ok("extract", FIELD / "01-no-metadata.json").lines()[1]["model"], "gpt-5-thinking")
        self.assertIsNone(self.ok("extract", FIELD / "03-no-create-time.json").lines()[2]["time"])
        self.assertEqual(self.ok("extract", FIELD / "91-saved-memories.txt").lines()[5]["time"][:10], "2025-03-02")
        self.assertIn("6 of 8 conversations skipped", self.run_cli("extract", FIELD / "17-one-bad-conversation.json").err)
        over = self.run_cli("extract", FIELD / "37-over-limit.json", env={"CONTEXTPACK_IMPORT_MAX_CONVERSATION_BYTES": "3000"})
        self.assertEqual([line["conversation_id"] for line in over.lines()], ["ok", "ok"])
        self.assertIn("import.max_conversation_bytes", over.err)

    def test_an_unpacked_sample_is_its_zip(self):
        for name in ("20-sharded-manifest", "49-zip-vs-folder", "66-whole-claude"):
            with self.subTest(name):
                folder = self.folder / name
                with zipfile.ZipFile(FIELD / (name + ".zip")) as archive:
                    archive.extractall(folder)
                packed, unpacked = self.run_cli("extract", FIELD / (name + ".zip")), self.run_cli("extract", folder)
                self.assertEqual((packed.code, packed.out), (unpacked.code, unpacked.out))

    def test_a_grown_export_adds_what_is_new(self):
        pack = ("--name", "G", "--output", self.folder / "out")
        self.ok("build", FIELD / "44-grown-1.zip", *pack)
        self.ok("build", FIELD / "44-grown-2.zip", *pack)
        with self.database() as rows:
            ids = [row[0] for row in rows.execute("SELECT DISTINCT conversation_id FROM contextpack_conversations")]
        self.assertEqual(sorted(ids), ["g1", "g2", "g3"])
        self.assertIn("already in the pack", self.ok("build", FIELD / "44-grown-2.zip", *pack).out)

    def test_what_the_assistant_said_is_not_told_of_the_user(self):
        self.ok("build", FIELD / "80-pionxzh.md", "--output", self.folder / "out")
        text = (self.folder / "out" / "standard.md").read_text()
        for words in ("running", "data centre", "Python"):
            self.assertNotIn(words, text)
        self.ok("build", FIELD / "58-memories-object.json", "--name", "M", "--output", self.folder / "memory")
        self.assertNotIn("\u201c", (self.folder / "memory" / "standard.md").read_text().split("## Sources")[0])


def places(value, path=()):
    """Every member of every object, as paths."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield path + (key,)
            yield from places(below, path + (key,))
    elif isinstance(value, list):
        for index, below in enumerate(value[:2]):
            yield from places(below, path + (index,))


def changed(value, path, replacement):
    """A copy with the member at `path` removed (replacement is None-like `...`) or replaced."""
    value = copy.deepcopy(value)
    target = value
    for key in path[:-1]:
        target = target[key]
    if replacement is ...:
        del target[path[-1]]
    else:
        target[path[-1]] = replacement
    return value


class ChangedFieldsTest(harness.CliTest):
    """Each field absent, null or of another type, beside a conversation that is as it should be."""

    REPLACEMENTS = (..., None, 7, "text", True, [], {}, [None], {"x": None}, [[1]], -1e300, "\ud800")

    def check(self, name, good, bad_ones):
        """The good conversation is read from every file, whatever the other one is."""
        wanted = None
        for start in range(0, len(bad_ones), 200):
            for number, bad in enumerate(bad_ones[start:start + 200]):
                self.write(f"{name}/{start + number}.json", [bad, good])
            result = self.run_cli("extract", self.folder / name)
            self.assertIn(result.code, (0, 3), result.err[-2000:])
            texts = [line["text"] for line in result.lines() if line["conversation_id"] == "good"]
            wanted = wanted or sorted(set(texts))
            count = len(bad_ones[start:start + 200])
            for text in wanted:
                self.assertEqual(texts.count(text), count)
            for path in (self.folder / name).iterdir():
                path.unlink()

    def variants(self, sample):
        paths = list(dict.fromkeys(places(sample)))
        return [changed(sample, path, replacement) for path in paths for replacement in self.REPLACEMENTS]

    def chosen(self, variants):
        """All with CONTEXTPACK_TEST_FULL=1, else a sample that is the same in each run."""
        if os.environ.get("CONTEXTPACK_TEST_FULL") == "1" or len(variants) <= 600:
            return variants
        return random.Random(7).sample(variants, 600)

    def test_chatgpt(self):
        good = dict(harness.chatgpt_conversation(0, 2, "I keep bees."), id="good", conversation_id="good")
        sample = harness.chatgpt_conversation(1, 2)
        message = sample["mapping"]["m0"]["message"]
        message["author"].update(name="Ann", metadata={"user_id": "a"})
        message["metadata"] = {
            "attachments": [{"id": "f", "name": "n", "mime_type": "t", "size": 1}], "is_visually_hidden_from_conversation": False,
            "citations": [{"start_ix": 1, "metadata": {"title": "t", "url": "https://u.example", "extra": {"cited_message_idx": 1}}}],
            "content_references": [{"matched_text": "\ue200cite\ue202turn0search0\ue201", "alt": "a",
                                    "items": [{"title": "t", "url": "https://u.example",
                                               "supporting_websites": [{"title": "s", "url": "https://s.example"}]}]}],
            "search_result_groups": [{"entries": [{"title": "t", "url": "u", "ref_id": {"turn_index": 0, "ref_type": "search",
                                                                                       "ref_index": 1}}]}],
            "_cite_metadata": {"metadata_list": [{"title": "t", "url": "https://u.example"}]},
            "chatgpt_sdk": {"widget_state": json.dumps({"report_message": {"content": {"parts": ["r"]}}})},
            "user_context_message_data": {"about_user_message": "me", "about_model_message": "you"}}
        message["content"] = {"content_type": "multimodal_text", "parts": [
            "See \ue200cite\ue202turn0search0\ue201 and \u30108\u2020source\u3011 citeturn0search1", {"content_type": "image_asset_pointer",
            "asset_pointer": "sediment://file_1#x", "size_bytes": 3}, {"content_type": "audio_transcription", "text": "said"}]}
        call = sample["mapping"]["m1"]["message"]
        call.update(recipient="canmore.update_textdoc", channel="final", weight=1)
        call["content"] = {"content_type": "code", "text": json.dumps({"updates": [{"pattern": ".*", "replacement": "x"}]})}
        self.check("gpt", good, self.chosen(self.variants(sample)))

    def test_claude(self):
        def message(number, sender, **members):
            return dict({"uuid": f"m{number}", "sender": sender, "text": "I row.", "parent_message_uuid": None, "index": number,
                         "created_at": "2025-01-01T00:00:00Z"}, **members)
        good = {"uuid": "good", "name": "n", "chat_messages": [message(1, "human"), message(2, "assistant", text="Do.")]}
        sample = {"uuid": "bad", "name": "n", "summary": "s", "created_at": "2025-01-01T00:00:00Z", "model": "c",
                  "current_leaf_message_uuid": "m2", "account": {"uuid": "a"}, "chat_messages": [
                      message(1, "human", attachments=[{"file_name": "f", "file_type": "t", "file_size": 1,
                                                        "extracted_content": "x"}],
                              files=[{"file_uuid": "u", "file_name": "f"}], content=[{"type": "place", "text": "p"}]),
                      message(2, "assistant", content=[
                          {"type": "text", "text": "Cited.", "citations": [{"end_index": 3, "details": {"url": "https://u.example"},
                                                                           "sources": [{"title": "t", "url": "https://s.example"}]}]},
                          {"type": "tool_use", "name": "artifacts", "input": {"id": "i", "content": "c", "title": "t"}}]),
                      message(3, "assistant", content=[
                          {"type": "tool_use", "name": "artifacts", "input": {"id": "i", "old_str": "c", "new_str": "d"}},
                          {"type": "thinking", "thinking": "t", "summaries": [{"summary": "s"}]}])]}
        self.check("claude", good, self.chosen(self.variants(sample)))

    @unittest.skipUnless(CHATS.is_dir(), "the samples are not beside the project")
    def test_inferred_schemas(self):
        """Files with the members that were seen in many real exports, with values of every type that was seen."""
        chance = random.Random(11)
        for provider in ("chatgpt", "claude-ai"):
            for path in sorted((CHATS / "inferred-schemas").glob(f"*-{provider}-v*-session_document.schema.json.gz")):
                schema = json.loads(gzip.decompress(path.read_bytes()))
                good = (dict(harness.chatgpt_conversation(0, 2, "I keep bees."), id="good", conversation_id="good")
                        if provider == "chatgpt" else
                        {"uuid": "good", "name": "n", "chat_messages": [{"uuid": "m", "sender": "human", "text": "I row."}]})
                self.check(path.name.split(".")[0], good, [instance(schema, chance) for _ in range(100)])


def instance(schema, chance, depth=0):
    """A value that a schema allows, with members left out, null or of another type now and then."""
    if not isinstance(schema, dict) or depth > 12 or chance.random() < 0.03:
        return chance.choice([None, 7, "text", True, [], {}])
    for choice in ("anyOf", "oneOf"):
        if schema.get(choice):
            return instance(chance.choice(schema[choice]), chance, depth + 1)
    kind = schema.get("type")
    kind = chance.choice(kind) if isinstance(kind, list) else kind
    if kind == "object" or (kind is None and "properties" in schema):
        made = {name: instance(below, chance, depth + 1) for name, below in schema.get("properties", {}).items()
                if chance.random() < 0.9}
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict):
            made.update({f"k{number}": instance(extra, chance, depth + 1) for number in range(chance.randrange(4))})
        return made
    if kind == "array":
        return [instance(schema.get("items"), chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == "string":
        return chance.choice(schema.get("x-polylogue-values") or ["text", "", "k1", "2025-01-01T00:00:00Z"])
    return {"integer": 3, "number": 1.5, "boolean": True}.get(kind)


if __name__ == "__main__":
    harness.main()
