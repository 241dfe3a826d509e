"""Shared conversations as pages saved in a browser and as links: roles, order and texts are what a reader of the page sees.

The pages of the shared folder are tested where that folder is; what each holds was written down from reading it."""

import json
import pathlib
import sys
import tempfile
import unittest

import harness

sys.path.insert(0, str(harness.PROJECT / "tests/support"))
from link_server import Answer, LinkServer, make_authority  # noqa: E402

DATA = harness.PROJECT / "tests/data/shares"
PAGES = harness.PROJECT.parent / "shared/fixtures/chats/share-pages"
HOSTS = ["chatgpt.com", "claude.ai", "gemini.google.com", "grok.com", "poe.com", "pages.example"]

DEVICES = [("user", 'Set up <script>alert(1)</script> & laptop "quoted"'), ("assistant", "Sure 😀")]

# File -> provider, id and title of the conversation (None: made up), path of its link, and (role, text) of each visible message.
# A text that ends with "..." is the beginning of the message.
EXPECTED = {
    "chatgpt_share.html": ("chatgpt", "67a425cb-60ac-800f-834a-4fa6dd664704", "きから始まる言葉", "chatgpt.com/share/a1", [
        ("user", "「き」から始まる7文字の言葉を挙げて"),
        ("assistant", "以下のような「き」から始まる7文字の言葉があります。  \n\n- **きょういくせいど**（教育制度）  \n..."),
        ("user", "いま挙げた5つの例の、文字数をそれぞれ慎重に数え直してみてください。"),
        ("assistant", "確認したところ、いくつかの単語が7文字ではないものが含まれていました。申し訳ありません！  \n\n修正して、..."),
        ("user", "実際に文字数を数えつつ、数えた工程と共に示してください。"),
        ("assistant", "ご指摘ありがとうございます。今度は慎重に数えながら進めます。  \n\nまず、最初に挙げた5つの単語の文字数を数え直します。...")]),
    "synthetic-turbo-stream-split-chunks.html": ("chatgpt", "conv-share-1", "Adapt project devices", "chatgpt.com/share/a2", DEVICES),
    "synthetic-legacy-next-data.html": ("chatgpt", "conv-share-1", "Adapt project devices", "chatgpt.com/share/a3", DEVICES),
    "claude_snapshot.json": ("claude", "00000000-0000-0000-0000-000000000002", "Fibonacci helper", "claude.ai/share/a4", [
        ("user", "Can you write a fibonacci function in Python?"),
        ("assistant", "Sure! Here is an iterative version:\n\n```python\ndef fib(n):\n    a, b = 0, 1\n    for _ in range(n):\n"
                      "        a, b = b, a + b\n    return a\n```")]),
    "gemini_share.html": ("gemini", "c_aaaa1111bbbb2222", "Houseplant care tips", "gemini.google.com/share/a5", [
        ("user", "What are three tips for keeping houseplants healthy indoors?"),
        ("assistant", "**Three tips for healthy indoor houseplants:**\n\n1. **Light:** Match each plant to the right light level; most "
                      "foliage plants like bright, indirect light.\n2. **Water:** Let the top inch of soil dry out before watering again "
                      "to avoid root rot.\n3. **Humidity:** Group plants together or use a pebble tray to raise humidity for tropical "
                      "species."),
        ("user", "How often should I repot them?"),
        ("assistant", "Most houseplants only need repotting **every 12 to 18 months**, or when roots grow out of the drainage holes. Move "
                      "up just one pot size and refresh the soil in spring for best results.")]),
    "grok_share.json": ("grok", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", "Starting a Balcony Herb Garden", "grok.com/share/a6", [
        ("user", "How do I start a small herb garden on my balcony?"),
        ("assistant", "Start with hardy, forgiving herbs like basil, mint, and parsley. Grab a few pots with drainage holes, some quality "
                      "potting mix, and set them where they will catch several hours of sun a day."),
        ("user", "How often should I water them?"),
        ("assistant", "Most balcony herbs like the top inch of soil to dry out between waterings. Check with a finger every day or two, "
                      "and water thoroughly until it drains from the bottom. Pots dry faster in wind and heat, so adjust as summer ramps "
                      "up."),
        ("user", "Any tips for growing them indoors over winter?"),
        ("assistant", "Place them near a south-facing window where they get the most light, and rotate the pots weekly so they grow "
                      "evenly. If daylight is short, a small grow light for a few hours helps. Keep them away from cold drafts and "
                      "blasting radiators.")]),
    "poe_share.html": ("poe", "testShareCode1", "Shared conversation", "poe.com/s/testShareCode1", [
        ("user", "What is the capital of France?"), ("assistant", "The capital of France is Paris."),
        ("assistant", "Anything else I can help with?")]),
    "copilot_rendered.html": ("copilot", None, "", "pages.example/a8", [
        ("user", "Recommend a beginner-friendly houseplant."),
        ("assistant", "A pothos is a great first houseplant.\n\nIt tolerates low light, forgives missed waterings, and grows quickly.")]),
    "deepseek_rendered.html": ("deepseek", None, "", "pages.example/a9", [
        ("user", "What is the boiling point of water at sea level?"),
        ("assistant", "At sea level, water boils at 100\xa0degrees Celsius (212\xa0degrees Fahrenheit).\n\nThe boiling point drops as "
                      "altitude increases because atmospheric pressure decreases."),
        ("user", "And at the top of Mount Everest?"),
        ("assistant", "Near the summit of Mount Everest water boils at about 68\xa0degrees Celsius (154\xa0degrees Fahrenheit).")]),
    "perplexity_rendered.html": ("perplexity", None, "", "pages.example/a10", [
        ("user", "How do tides work?"),
        ("assistant", "Tides are the rise and fall of sea levels caused mainly by the gravitational pull of the Moon and, to a lesser "
                      "extent, the Sun.\n\nMost coastlines experience two high tides and two low tides each day."),
        ("user", "Why are some tides bigger than others?"),
        ("assistant", "Spring tides — the largest — happen when the Sun and Moon align, adding their gravitational pull together.\n\nNeap "
                      "tides are the smallest and occur when the Sun and Moon are at right angles.")]),
    "defuddle-extractor--chatgpt-post-thought-content.html": (
        "chatgpt", None, "ChatGPT post-Thought content fixture", "chatgpt.com/share/a11", [
            ("user", "Please help me plan a simple weekend picnic."),
            ("assistant", "Start with a simple checklist before choosing the location."),
            ("assistant", "Pick a nearby park, check the weather, and choose food that travels well.\n\nBring water, napkins, a blanket, "
                          "and a small bag for cleanup.")]),
    "defuddle-extractor--chatgpt-citations.html": ("chatgpt", None, "ChatGPT citation fixture", "chatgpt.com/share/a12", [
        ("user", "How do I choose a good air purifier for my bedroom? Please explain the key things to look for and cite reliable sources "
                 "inline."),
        ("assistant", "For a bedroom air purifier, the most important thing is not the brand name—it's whether the purifier can clean the "
                      "volume of air in your room effectively and quietly.\n\n### The 5 most important things to look for\n\n...")]),
}

# What services show instead of a conversation: the native code of the error, and the words of the page.
GATES = {
    "deleted": ["<title>ChatGPT</title><p>Unable to load shared conversation. This shared link was deleted.",
                "<title>Conversation not found</title><h1>Conversation not found</h1>", "<title>404: Page not found</title><h1>404</h1>",
                "<title>Claude</title><p>This shared chat is no longer available."],
    "private": ["<title>Claude</title><p>You don't have access to this chat.", "<title>403 Forbidden</title><h1>403 Forbidden</h1>"],
    "login": ["<title>Log in - Grok</title><form><input type=password></form>", "<title>Gemini</title><p>Please sign in to see this."],
    "challenge": ["<title>Just a moment...</title><p>Enable JavaScript and cookies to continue",
                  "<title>chatgpt.com</title><h1>Verify you are human</h1>"],
}


def visible(messages):
    return [message for message in messages if not message["hidden"]]


def matches(text, expected):
    return text.startswith(expected[:-3]) if expected.endswith("...") else text == expected


class SharePagesTest(harness.CliTest):
    @classmethod
    def setUpClass(cls):
        cls.authority = tempfile.TemporaryDirectory(prefix="contextpack-shares-")
        folder = pathlib.Path(cls.authority.name)
        make_authority(folder, HOSTS)
        cls.server = LinkServer({}, folder / "server.pem", folder / "server.key")
        cls.settings = ["--set", f"net.ca_file={folder / 'ca.pem'}", "--set", "net.allow_addresses=127.0.0.1",
                        "--set", "link.connect_to=" + ",".join(f"{host}:443:127.0.0.1:{cls.server.port}" for host in HOSTS)]

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.authority.cleanup()

    def serve(self, link, answer):
        """Answers the request that is made for the link."""
        host, _, path = link.partition("/")
        requested = {"claude.ai": "/api/chat_snapshots/" + path.rpartition("/")[2],
                     "gemini.google.com": "/_/BardChatUi/data/batchexecute",
                     "grok.com": "/rest/app-chat/share_links/" + path.rpartition("/")[2]}
        self.server.answers[host, requested.get(host, "/" + path)] = answer

    def check(self, messages, expected):
        provider, conversation, title, _, texts = expected
        shown = visible(messages)
        self.assertEqual([message["role"] for message in shown], [role for role, _ in texts])
        for message, (_, text) in zip(shown, texts):
            self.assertTrue(matches(message["text"], text), message["text"][:400])
        self.assertEqual({message["provider"] for message in messages}, {provider})
        self.assertEqual({message["conversation_title"] for message in messages}, {title})
        self.assertEqual(len({message["conversation_id"] for message in messages}), 1)
        if conversation is not None:
            self.assertEqual(messages[0]["conversation_id"], conversation)
        self.assertEqual([message["parent_id"] for message in messages], [None, *(message["message_id"] for message in messages[:-1])])
        self.assertEqual({message["active_branch"] for message in messages}, {True})

    @unittest.skipUnless(PAGES.is_dir(), "the shared folder is not here")
    def test_pages_of_the_shared_folder(self):
        ids = set()
        for name, expected in EXPECTED.items():
            with self.subTest(name):
                of_file = self.ok("extract", PAGES / name).lines()
                self.check(of_file, expected)
                ids.add((expected[0], of_file[0]["conversation_id"]))
                content_type = "application/json" if name.endswith(".json") else "text/html; charset=utf-8"
                self.serve(expected[3], Answer((PAGES / name).read_bytes(), content_type=content_type))
                self.assertEqual(self.ok("extract", "https://" + expected[3], *self.settings).lines(), of_file)
        self.assertEqual(len(ids), len(EXPECTED) - 1)  # two files are one conversation
        self.assertEqual(set(EXPECTED) | {"SOURCES.txt"}, {path.name for path in PAGES.iterdir()})

    @unittest.skipUnless(PAGES.is_dir(), "the shared folder is not here")
    def test_what_else_the_pages_say(self):
        def extract(name):
            return self.ok("extract", PAGES / name).lines()

        stream = extract("chatgpt_share.html")
        self.assertEqual([message["time"] for message in stream][:2], ["2025-02-06T03:00:27.535342Z", "2025-02-06T03:00:30.899762Z"])
        self.assertEqual([message["model"] for message in stream], [None, "gpt-4o"] * 3)
        self.assertEqual(stream[-1]["message_id"], "f9559313-01f0-4553-ad46-a44dface6ca1")
        self.assertTrue(stream[-1]["text"].endswith("今回はしっかり確認しました！また何かあれば教えてください。"))
        for name in ("synthetic-turbo-stream-split-chunks.html", "synthetic-legacy-next-data.html"):
            messages = extract(name)
            self.assertEqual([(message["role"], message["hidden"]) for message in messages],
                             [("system", True), ("user", False), ("assistant", False)])
            self.assertEqual((messages[1]["time"], messages[2]["model"]), ("2026-09-29T19:00:03Z", "m"))
        self.assertEqual({message["model"] for message in extract("grok_share.json") if message["role"] == "assistant"}, {"grok-3"})
        self.assertEqual([message["time"] for message in extract("gemini_share.html")],
                         ["2023-11-14T22:13:20Z"] * 2 + ["2023-11-14T22:15:00Z"] * 2)
        (thought,) = [message for message in extract("deepseek_rendered.html") if message["hidden"]]
        self.assertEqual((thought["role"], thought["kind"], thought["text"]),
                         ("assistant", "thinking", "The user is asking a basic physics fact."))
        answer = extract("defuddle-extractor--chatgpt-citations.html")[1]["text"]
        self.assertIn("(≈220 m³/h). [US EPA](https://www.epa.gov/indoor-air-quality-iaq/guide-air-cleaners-home", answer)
        self.assertIn("\n- Allergies\n- Pet dander\n", answer)
        self.assertIn("| Quiet operation emphasis | Good | Strong | Moderate |", answer)
        self.assertTrue(answer.rstrip().endswith("I can narrow it down to the most suitable models for your specific room."))
        self.assertNotIn("+1", answer)
        self.assertNotIn("Sources", answer.splitlines()[-1])

    def test_saved_pages_give_what_their_links_give(self):
        for number, path in enumerate(sorted(DATA.glob("*-*.html"))):
            with self.subTest(path.name):
                host = "pages.example" if path.name.split("-")[0] in ("copilot", "deepseek", "perplexity") else "chatgpt.com"
                link = f"{host}/share/b{number}"
                self.serve(link, Answer(path.read_bytes()))
                of_link = self.ok("extract", "https://" + link, *self.settings).lines()
                self.assertGreater(len(of_link), 1)
                self.assertEqual(of_link, self.ok("extract", path).lines())

    def test_pages_instead_of_a_conversation(self):
        number = 0
        for native, pages in GATES.items():
            for page in pages:
                number += 1
                for host in ("chatgpt.com", "poe.com", "pages.example"):
                    with self.subTest(page, host=host):
                        link = f"{host}/{'s' if host == 'poe.com' else 'share'}/c{number}"
                        self.serve(link, Answer("<!doctype html><html>" + page))
                        code = 5 if native == "deleted" else 6
                        error = self.fails(code, "extract", "https://" + link, "--json", *self.settings).error()
                        self.assertEqual(error["native"], native, error)
                saved = self.write("saved.html", "<!doctype html><html>" + page)
                error = self.fails(4, "extract", saved, "--json").error()
                self.assertEqual((error["code"], error["native"]), ("CPK_ERROR_NO_CONTENT", native))

    def test_saved_pages_without_a_title_are_conversations_of_their_own(self):
        def page(question):
            return ('<html><title>DeepSeek</title><div class="ds-message"><div>' + question + '</div></div><div class="ds-message"><div '
                    'class="ds-assistant-message-main-content"><p>Yes.</p></div></div>')

        first = self.write("first.html", page("Is tea a drink?"))
        second = self.write("second.html", page("Is bread a food?"))
        messages = self.ok("extract", first, second).lines()
        self.assertEqual([message["text"] for message in messages], ["Is tea a drink?", "Yes.", "Is bread a food?", "Yes."])
        self.assertEqual(len({message["conversation_id"] for message in messages}), 2)
        built = self.ok("build", first, second, "--name", "P", "--output", self.folder / "out", "--json").json()
        self.assertEqual([item["outcome"] for item in built["inputs"]], ["new", "new"])
        self.assertEqual(json.loads((self.folder / "out/standard.json").read_text())["imported"]["messages"], 4)


if __name__ == "__main__":
    harness.main()
