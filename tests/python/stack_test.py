"""Threads with a stack of 128 KB import input nested as deeply as the settings allow."""
import io
import threading
import unittest
import zipfile

import contextpack
from support import PackageTest

STACK_BYTES = 128 << 10
DEPTH_MAX = 4096  # of import.max_json_depth
ARCHIVES_MAX = 10  # of archive.max_depth


def chat(extra=""):
    return ('[{"title":"t","create_time":1.0,"mapping":{"a":{"id":"a","message":{"id":"a","author":{"role":"user"},"content":'
            '{"content_type":"text","parts":["I live in Porto."]}%s},"parent":null,"children":[]}}}]' % extra)


def nested(opening, closing, depth):
    return opening * depth + "1" + closing * depth


def zipped(data, levels):
    """A chat export in archives inside archives."""
    name = "conversations.json"
    for level in range(levels):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        data, name = file.getvalue(), f"level-{level}.zip"
    return data


class SmallStack(PackageTest):
    def run_small(self, function):
        outcome = []

        def run():
            try:
                function()
                outcome.append(None)
            except BaseException as error:
                outcome.append(error)

        before = threading.stack_size(STACK_BYTES)
        try:
            thread = threading.Thread(target=run)
            thread.start()
        finally:
            threading.stack_size(before)
        thread.join()
        if outcome[0] is not None:
            raise outcome[0]

    def settings(self, depth):
        return {"import.max_json_depth": depth, "archive.max_depth": ARCHIVES_MAX}

    def test_json_of_every_allowed_depth(self):
        for limit in (8, 9, 512, 2048, DEPTH_MAX):
            engine = self.open(settings=self.settings(limit))
            for opening, closing in (("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")):
                for depth in (limit - 8, limit, limit + 1, 2 * DEPTH_MAX):
                    text = chat(f',"metadata":{{"x":{nested(opening, closing, depth)}}}').encode()

                    def extract():
                        try:
                            self.assertEqual(engine.extract(text, name="conversations.json").messages, 1)
                        except contextpack.ContextPackError as error:
                            self.assertIn("import.max_json_depth", str(error))
                            self.assertGreater(len(opening) * depth, limit - 8)

                    self.run_small(extract)

    def test_a_whole_build(self):
        text = chat(f',"metadata":{{"x":{nested("[", "]", DEPTH_MAX - 16)}}}').encode()
        archive = zipped(text, ARCHIVES_MAX)

        def build():
            with self.person_engine() as engine, engine.service() as service:
                user = service.users.create("me@example.com")
                with engine.session(user) as me:
                    pack = me.packs.create("Deep")
                    for data, name in ((text, "conversations.json"), (archive, "export.zip")):
                        me.sources.run(me.sources.add(pack, data, name=name))
                    made = me.exports.create(pack, contextpack.ExportType.COMPLETE)
                    self.assertIn("Porto", me.exports.read_text(made))
                    me.packs.delete(pack)
                self.assertEqual([check for check in engine.check() if check.outcome == contextpack.CheckOutcome.FAILED], [])

        self.run_small(build)

    def person_engine(self):
        return contextpack.Engine(f"sqlite:{self.folder}/packs.db", f"file:{self.folder}/blobs",
                                  settings=self.settings(DEPTH_MAX), log=False)


if __name__ == "__main__":
    unittest.main()
