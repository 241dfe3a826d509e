"""Links as inputs: shared conversations and pages, from servers of the test that stand in for the services."""

import gzip
import io
import pathlib
import sys
import tempfile
import time
import unittest
import urllib.parse
import zipfile
import zlib

import harness

sys.path.insert(0, str(harness.PROJECT / "tests/support"))
from link_server import Answer, LinkServer, make_authority  # noqa: E402

DATA = harness.PROJECT / "tests/data"
HOSTS = ["chatgpt.com", "chat.openai.com", "claude.ai", "gemini.google.com", "g.co", "grok.com", "poe.com", "garden.example",
         "auth.openai.com"]


def data(name):
    return (DATA / name).read_bytes()


def page(name, **headers):
    return Answer(data(name), **headers)


def moved(target, status=302):
    return Answer("", status, Location=target)


SERVED = {
    ("chatgpt.com", "/share/share-1"): page("shares/chatgpt-stream.html"),
    ("chatgpt.com", "/s/post-1"): page("shares/chatgpt-post.html"),
    ("chat.openai.com", "/share/share-1"): moved("https://chatgpt.com/share/share-1", 308),
    ("chatgpt.com", "/share/next"): page("shares/chatgpt-next.html"),
    ("chatgpt.com", "/share/gone"): Answer("<html><title>ChatGPT</title><p>Not here", 404),
    ("chatgpt.com", "/share/deleted"): page("shares/deleted.html"),
    ("chatgpt.com", "/share/landing"): Answer("<html><title>ChatGPT</title><p>Ask anything. Get started with a chat."),
    ("chatgpt.com", "/share/home"): moved("/"),
    ("chatgpt.com", "/"): Answer("<html><title>ChatGPT</title><h1>What can I help with?</h1><p>Ask anything"),
    ("chatgpt.com", "/share/login"): moved("https://auth.openai.com/log-in"),
    ("chatgpt.com", "/share/challenge"): page("shares/challenge.html", status=403, cf_mitigated="challenge"),
    ("chatgpt.com", "/share/challenge-page"): page("shares/challenge.html", status=503),
    ("chatgpt.com", "/share/soft-challenge"): page("shares/challenge.html"),
    ("chatgpt.com", "/share/private"): Answer("<html><p>Sorry", 403),
    ("claude.ai", "/api/chat_snapshots/snapshot-1"): page("shares/claude.json", content_type="application/json"),
    ("claude.ai", "/api/chat_snapshots/gone"): Answer('{"type":"error","error":{"type":"not_found_error"}}', 404),
    ("gemini.google.com", "/_/BardChatUi/data/batchexecute"): page("shares/gemini.txt", content_type="application/json"),
    ("grok.com", "/rest/app-chat/share_links/a=_1"): page("shares/grok.json", content_type="application/json"),
    ("poe.com", "/s/code1"): page("shares/poe.html"),
    ("garden.example", "/tomatoes"): page("html/article.html"),
    ("garden.example", "/notes.md"): Answer("# Notes\n\nI grow **beans**.\n", content_type="text/markdown"),
    ("garden.example", "/about"): Answer("<html><title>About</title><p>I live in Lisbon. I am a carpenter. I prefer short answers."),
    ("garden.example", "/talk"): Answer("<html><title>Talk</title><p><b>You:</b> I row.<p><b>ChatGPT:</b> I run.<p><b>You:</b> I cook."),
    ("garden.example", "/login"): page("shares/login.html"),
    ("garden.example", "/members"): moved("/login?next=/members"),
    ("garden.example", "/loop"): moved("/loop"),
    ("garden.example", "/plain"): moved("http://garden.example/tomatoes"),
    ("garden.example", "/inside"): moved("https://127.0.0.2/secret"),
    ("garden.example", "/file"): moved("file:///etc/passwd"),
    ("garden.example", "/empty"): Answer(b""),
    ("garden.example", "/slow"): lambda handler, body: time.sleep(3) or Answer("<html><p>late"),
    ("garden.example", "/large"): Answer(b"<html><p>" + b"word " * 100000),
}


class LinkTest(harness.CliTest):
    @classmethod
    def setUpClass(cls):
        cls.authority = tempfile.TemporaryDirectory(prefix="contextpack-links-")
        folder = pathlib.Path(cls.authority.name)
        make_authority(folder, HOSTS)
        cls.server = LinkServer(SERVED, folder / "server.pem", folder / "server.key")
        cls.settings = ["--set", f"net.ca_file={folder / 'ca.pem'}", "--set", "net.allow_addresses=127.0.0.1",
                        "--set", "link.connect_to=" + ",".join(f"{host}:443:127.0.0.1:{cls.server.port}" for host in HOSTS)]

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.authority.cleanup()

    def setUp(self):
        super().setUp()
        self.server.requests.clear()

    def extract(self, link, *more):
        return self.ok("extract", link, *self.settings, *more)

    def refused(self, code, link, *more):
        return self.fails(code, "extract", link, "--json", *self.settings, *more).error()

    def messages_of_file(self, name):
        return self.ok("extract", DATA / name).lines()

    def test_shares_give_the_messages_of_their_files(self):
        for link, name in {
                "https://chatgpt.com/share/share-1": "shares/chatgpt-stream.html",
                "https://chat.openai.com/share/share-1": "shares/chatgpt-stream.html",
                "https://chatgpt.com/s/post-1": "shares/chatgpt-post.html",
                "https://chatgpt.com/share/next": "shares/chatgpt-next.html",
                "https://claude.ai/share/snapshot-1": "shares/claude.json",
                "https://gemini.google.com/share/abc": "shares/gemini.txt",
                "https://g.co/gemini/share/abc": "shares/gemini.txt",
                "https://grok.com/share/a%3D_1": "shares/grok.json",
                "https://poe.com/s/code1": "shares/poe.html"}.items():
            with self.subTest(link):
                messages = self.extract(link).lines()
                self.assertEqual(messages, self.messages_of_file(name))
                self.assertGreater(len(messages), 1)

    def test_gemini_is_asked_as_its_page_asks(self):
        self.extract("https://gemini.google.com/share/abc")
        ((method, host, path, _, body),) = self.server.requests
        self.assertEqual((method, host), ("POST", "gemini.google.com"))
        self.assertEqual(urllib.parse.parse_qs(urllib.parse.urlsplit(path).query),
                         {"rpcids": ["ujx1Bf"], "source-path": ["/share/abc"], "rt": ["c"]})
        self.assertEqual(urllib.parse.parse_qs(body.decode()),
                         {"f.req": ['[[["ujx1Bf","[null,\\"abc\\",[4]]",null,"generic"]]]']})

    def test_pages_are_documents(self):
        messages = self.extract("https://garden.example/tomatoes?secret=1#top").lines()
        self.assertEqual({message.pop("role") for message in messages}, {"unknown"})
        self.assertEqual(messages, [{key: value for key, value in message.items() if key != "role"}
                                    for message in self.messages_of_file("html/article.html")])
        self.assertIn("beans", self.extract("https://garden.example/notes.md").out)
        self.assertEqual([message["role"] for message in self.extract("https://garden.example/talk").lines()],
                         ["unknown", "assistant", "unknown"])

    def test_titles_of_pages_without_one(self):
        self.server.answers.update({("garden.example", path): Answer("<html><p>I grow beans.") for path in
                                    ("/", "/about", "/v1.2/notes.html", "/a.b/release-1.5", "/old.txt")})
        for link, title in {"": "garden.example", "/": "garden.example/", "/about": "garden.example/about",
                            "/v1.2/notes.html": "garden.example/v1.2/notes", "/a.b/release-1.5?x=y.z": "garden.example/a.b/release-1.5",
                            "/old.txt#top": "garden.example/old"}.items():
            with self.subTest(link):
                self.assertEqual({message["conversation_title"] for message in self.extract("https://garden.example" + link).lines()},
                                 {title})

    def test_what_is_not_readable_is_said(self):
        for link, code, native in [
                ("https://chatgpt.com/share/gone", "NOT_FOUND", "deleted"),
                ("https://chatgpt.com/share/deleted", "NOT_FOUND", "deleted"),
                ("https://claude.ai/share/gone", "NOT_FOUND", "deleted"),
                ("https://chatgpt.com/share/login", "PERMISSION_DENIED", "login"),
                ("https://garden.example/login", "PERMISSION_DENIED", "login"),
                ("https://garden.example/members", "PERMISSION_DENIED", "login"),
                ("https://chatgpt.com/share/challenge", "PERMISSION_DENIED", "challenge"),
                ("https://chatgpt.com/share/challenge-page", "PERMISSION_DENIED", "challenge"),
                ("https://chatgpt.com/share/soft-challenge", "PERMISSION_DENIED", "challenge"),
                ("https://chatgpt.com/share/private", "PERMISSION_DENIED", "private"),
                ("https://chatgpt.com/share/landing", "NO_CONTENT", "empty"),
                ("https://chatgpt.com/share/home", "NO_CONTENT", "empty")]:
            with self.subTest(link):
                error = self.refused({"NOT_FOUND": 5, "PERMISSION_DENIED": 6, "NO_CONTENT": 4}[code], link)
                self.assertEqual((error["code"], error["native"]), ("CPK_ERROR_" + code, native), error)
                self.assertIn(link.removeprefix("https://").split("?")[0], error["message"])

    def test_limits(self):
        self.assertIn("link.max_redirects", self.refused(10, "https://garden.example/loop")["message"])
        self.assertEqual(len(self.server.requests), 6)
        self.assertIn("link.max_bytes",
                      self.refused(10, "https://garden.example/large", "--set", "link.max_bytes=100000")["message"])
        self.refused(4, "https://garden.example/empty")
        started = time.monotonic()
        error = self.refused(7, "https://garden.example/slow", "--set", "link.timeout_ms=1000")
        self.assertLess(time.monotonic() - started, 2.5)  # all attempts together
        self.assertIn("link.timeout_ms", error["message"])
        self.assertTrue(error["retryable"])

    def test_the_time_of_a_link_is_that_of_all_its_requests(self):
        def busy(handler, body):
            return Answer("later", 503, Retry_After="20")

        def next_page(handler, body):
            time.sleep(0.4)
            return moved("/next")

        self.server.answers["garden.example", "/busy"] = busy
        self.server.answers["garden.example", "/next"] = next_page
        for name, code in {"busy": 8, "next": 7}.items():
            started = time.monotonic()
            error = self.refused(code, f"https://garden.example/{name}", "--set", "link.timeout_ms=1200", "--set",
                                 "link.max_redirects=20")
            self.assertLess(time.monotonic() - started, 3, error)

    def test_redirects_are_checked(self):
        self.assertIn("https to http", self.refused(6, "https://garden.example/plain")["message"])
        self.assertIn("not public", self.refused(6, "https://garden.example/inside")["message"])
        self.refused(2, "https://garden.example/file")
        self.assertEqual(len(self.server.requests), 3)

    def test_addresses_need_a_setting(self):
        server = LinkServer({("127.0.0.1", "/"): Answer("<html><p>inside")})
        try:
            link = f"http://127.0.0.1:{server.port}/"
            error = self.fails(6, "extract", link, "--json").error()
            self.assertIn("net.allow_addresses", error["message"])
            self.assertEqual(server.requests, [])
            self.assertIn("inside", self.ok("extract", link, "--set", "net.allow_addresses=127.0.0.1").out)
        finally:
            server.close()

    def test_no_link_sends_nothing(self):
        self.ok("build", DATA / "shares/chatgpt-stream.html", DATA / "html/article.html", "--output", self.folder / "out",
                *self.settings)
        self.assertEqual(self.server.requests, [])

    def test_build(self):
        result = self.ok("build", "https://chatgpt.com/share/share-1", "https://garden.example/tomatoes", "--name", "Links",
                         "--output", self.folder / "out", "--json", *self.settings).json()
        self.assertEqual([item["outcome"] for item in result["inputs"]], ["new", "new"])
        self.assertEqual([item["source"]["type"] for item in result["inputs"]], ["url", "url"])
        self.assertEqual(result["inputs"][0]["source"]["name"], "chatgpt.com/share/share-1")
        self.assertEqual(result["inputs"][0]["source"]["format"], "chatgpt")
        self.assertIn("bread", (self.folder / "out/standard.md").read_text().lower())
        again = self.ok("build", "https://chatgpt.com/share/share-1", DATA / "shares/chatgpt-next.html", "--name", "Links",
                        "--output", self.folder / "out", "--json", *self.settings).json()
        self.assertEqual([item["outcome"] for item in again["inputs"]], ["unchanged", "known"])

    def test_encodings_of_pages(self):
        """A byte order mark, then the header, then the page's own word, as the HTML standard has it."""
        def html(meta, text):
            return f"<html><head>{meta}<title>T</title></head><p>{text}</p>"

        japanese, cyrillic, western = "私は東京に住んでいます。", "Я живу в Москве, и работаю поваром.", "J’habite à Zürich — Café"
        filler = "<p>" + "word " * 200 + "</p>"
        cases = {
            "header": (html("", japanese).encode("shift_jis"), "text/html; charset=Shift_JIS", japanese),
            "quoted": (html("", japanese).encode("euc-jp"), 'text/html;charset="EUC-JP"', japanese),
            "header-beats-meta": (html('<meta charset="utf-8">', cyrillic).encode("koi8-r"), "text/html; charset=koi8-r", cyrillic),
            "header-beats-meta-2": (html('<meta charset="windows-1251">', western).encode("cp1252"),
                                    "text/html; Charset = x; charset=ISO-8859-1", western),
            "mark-beats-header": (b"\xef\xbb\xbf" + html('<meta charset="koi8-r">', western).encode(), "text/html; charset=koi8-r",
                                  western),
            "wide-mark": (b"\xff\xfe" + html("", cyrillic).encode("utf-16-le"), "text/html; charset=windows-1251", cyrillic),
            "wide": (html("", cyrillic).encode("utf-16-be"), "text/html; charset=utf-16be", cyrillic),
            "unknown-header": (html('<meta charset="koi8-r">', cyrillic).encode("koi8-r"), "text/html; charset=no-such", cyrillic),
            "no-header": (html('<meta http-equiv=Content-Type content="text/html; charset = gbk">', japanese).encode("gbk"),
                          "text/html", japanese),
            "comment": (html('<!-- <meta charset="koi8-r"> --><meta charset="windows-1251">', cyrillic).encode("cp1251"),
                        "text/html", cyrillic),
            "other-meta": (html('<meta name="a" content="charset=koi8-r"><meta charset="windows-1251">', cyrillic).encode("cp1251"),
                           "text/html", cyrillic),
            "utf8-with-a-bad-byte": (html('<meta charset="koi8-r">', western).encode() + b"<p>\xff</p>", "text/html; charset=utf-8",
                                     western),
            "text": (cyrillic.encode("koi8-r"), "text/plain; charset=koi8-r", cyrillic),
            "short-text": ("Zürich".encode("cp850"), "text/plain; charset=cp850", "Zürich"),
            "long": (html("", filler * 90 + japanese + filler * 90).encode("iso-2022-jp"), "text/html; charset=iso-2022-jp", japanese),
        }
        for name, (body, content_type, expected) in cases.items():
            with self.subTest(name):
                self.server.answers["garden.example", f"/{name}"] = Answer(body, content_type=content_type)
                text = "\n".join(line["text"] for line in self.extract(f"https://garden.example/{name}").lines())
                self.assertIn(expected, text)
        self.server.answers["garden.example", "/cut"] = Answer("<p>" + "é" * 70001)
        text = "".join(line["text"] for line in self.extract("https://garden.example/cut").lines())
        self.assertEqual((text.count("é"), text.count("\ufffd")), (70001, 0))
        self.server.answers["garden.example", "/packed"] = Answer(self.packed(), content_type="text/plain; charset=utf-8")
        self.assertIn("I live in Oslo.", self.extract("https://garden.example/packed").out)

    def test_compressed_bodies(self):
        page = b"<html><title>T</title><p>I grow beans.</p>" + b"<p>word</p>" * 200000
        self.server.answers.update({
            ("garden.example", "/gzip"): Answer(gzip.compress(page[:60]), Content_Encoding="gzip"),
            ("garden.example", "/deflate"): Answer(zlib.compress(page[:60]), Content_Encoding="deflate"),
            ("garden.example", "/bomb"): Answer(gzip.compress(page), Content_Encoding="gzip"),
            ("garden.example", "/strange"): Answer(b"?", Content_Encoding="no-such")})
        for name in ("gzip", "deflate"):
            self.assertIn("I grow beans.", self.extract(f"https://garden.example/{name}").out)
        self.assertIn("gzip", self.server.requests[0][3]["Accept-Encoding"])
        self.assertIn("link.max_bytes", self.refused(10, "https://garden.example/bomb", "--set", "link.max_bytes=100000")["message"])
        self.assertIn("encoding", self.refused(8, "https://garden.example/strange")["message"])

    def test_headers_without_end(self):
        self.server.answers["garden.example", "/headers"] = Answer("x", **{f"X-{number}": "y" * 1000 for number in range(300)})
        self.assertIn("the headers of the response are longer than", self.refused(10, "https://garden.example/headers")["message"])

    def packed(self):
        """A ZIP that a server takes for text."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("notes.txt", "I live in Oslo.")
        return made.getvalue()

    def test_inspect(self):
        found = self.ok("inspect", "https://chatgpt.com/share/share-1", "--json", *self.settings).lines()[0]
        of_file = self.ok("inspect", DATA / "shares/chatgpt-stream.html", "--json").lines()[0]
        self.assertEqual({**found, "input": "", "source_type": ""}, {**of_file, "input": "", "source_type": ""})
        self.assertEqual(found["input"], "https://chatgpt.com/share/share-1")
        self.assertIn("deleted", self.refused(5, "https://chatgpt.com/share/gone", *[])["message"])

    def test_no_secret_of_an_address_is_shown(self):
        pack = self.ok("pack", "create", "--name", "Links", "--json").json()["id"]
        for address in ["https://jan:secret-1@garden.example/tomatoes?token=secret-2#secret-3",
                        "https://secret-1@garden.example/tomatoes", "https://jan:secret/1@garden.example/tomatoes",
                        "https://jan:secret?1@garden.example/tomatoes", "https://jan:secret#1@garden.example/",
                        "HTTPS://jan:se@cret-1@garden.example/", "ftp://jan:secret-1@garden.example/tomatoes",
                        " https://jan:secret-1@garden.example/?secret-2", "https://garden.example/gone?token=secret-2",
                        "https://garden.example/tomatoes?token=secret-2#secret-3"]:
            for command in [["extract", "--json"], ["inspect"], ["chunk"], ["source", "add", pack],
                            ["build", "--output", self.folder / "out"], ["build", "--json", "--output", self.folder / "out"]]:
                with self.subTest(address, command=command[:2]):
                    result = self.run_cli(*command, address, *self.settings)
                    self.assertNotRegex(result.out + result.err, "secret|cret-1")
                    if result.code != 0 or command[0] in ("inspect", "build", "source"):
                        self.assertIn("garden.example", result.out + result.err)
        result = self.ok("build", "https://garden.example/tomatoes?token=secret-2", "--name", "New", "--output", self.folder / "new",
                         *self.settings)
        self.assertIn("https://garden.example/tomatoes: new", result.out)
        self.assertNotIn("secret", "".join(path.read_text() for path in (self.folder / "new").iterdir()))

    def test_pages_of_others_are_not_the_persons_words(self):
        notes = self.write("notes.md", "I live in Porto. I am a nurse.\n")
        self.ok("build", "https://garden.example/about", notes, "--name", "Links", "--output", self.folder / "out", *self.settings)
        document = (self.folder / "out/standard.md").read_text()
        self.assertIn("Porto", document)
        self.assertNotIn("Lisbon", document)

    def test_a_refused_address_leaves_no_pack(self):
        result = self.run_cli("build", "https://jan:pw@garden.example/", "--output", self.folder / "out", "--json", *self.settings)
        self.assertEqual((result.code, result.json()["pack"]), (4, None))
        self.assertEqual(self.server.requests, [])
        mixed = self.fails(3, "build", "https://jan:pw@garden.example/", "https://garden.example/about", "--name", "P", "--output",
                           self.folder / "out", *self.settings)
        self.assertIn("https://garden.example/about: new", mixed.out)

    def test_build_goes_on_without_a_page(self):
        result = self.fails(3, "build", "https://chatgpt.com/share/gone", "https://garden.example/tomatoes", "--name", "Links",
                            "--output", self.folder / "out", *self.settings)
        self.assertIn("deleted", result.err)
        self.assertTrue((self.folder / "out/standard.md").exists())

    def test_source_add(self):
        pack = self.ok("pack", "create", "--name", "Links", "--json").json()["id"]
        source = self.ok("source", "add", pack, "--url", "https://garden.example/tomatoes?token=1", "--run", "--json",
                         *self.settings).json()
        self.assertEqual((source["type"], source["name"], source["status"]),
                         ("url", "garden.example/tomatoes", "completed"))
        self.fails(5, "source", "add", pack, "https://chatgpt.com/share/gone", *self.settings)
        self.fails(2, "source", "add", pack, "notes.md", "--url", "https://garden.example/tomatoes")
        self.fails(2, "source", "add", pack)
        self.fails(2, "source", "add", pack, "--url", "notes.md")
        self.assertEqual(len(self.ok("source", "list", pack, "--json").json()["items"]), 1)


if __name__ == "__main__":
    harness.main()
