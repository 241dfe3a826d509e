#!/usr/bin/env python3
"""Carries out a scenario through the Python package: run.py scenario.json DATA_DIR OUT_DIR. See README.md."""
import collections
import json
import os
import pathlib
import sys

import contextpack
from contextpack import Cancel, Encoding, Engine, ExportType, Format, Part, Plan, SourceStatus, Text

USER = ("email", "full_name", "avatar_url", "credits_balance", "chunks_analyzed")
PACK = ("name", "description", "custom_system_prompt", "total_sources", "total_tokens")
SOURCE = ("name", "progress", "error_message", "file_name", "file_size", "format", "sha256", "message_count",
          "conversation_count", "known_messages", "text_tokens", "total_chunks", "processed_chunks", "input_tokens",
          "output_tokens")
REPORT = ("format", "source_type", "conversations", "messages", "skipped", "damaged", "missing_files")


class Scenario:
    def __init__(self, data, out, settings):
        self.data, self.files = data, out / "files"
        self.labels = {}
        self.notes = 0
        storage = os.environ.get("CONTEXTPACK_TEST_STORAGE", f"file:{out}/blobs")
        self.engine = Engine(f"sqlite:{out}/packs.db", storage, settings=settings, log=False)
        self.service = self.engine.service()
        self.session = None

    def close(self):
        for handle in (self.session, self.service, self.engine):
            handle.close()

    # What a step says

    def id(self, step, key):
        return self.labels.get(step[key], step[key])

    def input(self, step):
        return self.data / step["path"] if "path" in step else Text(step["text"])

    def named(self, step):
        return {"name": step["name"]} if "name" in step else {}

    def watched(self, step, note=True):
        cancel = Cancel()

        def progress(at):
            if str(at.stage) == step.get("cancel_at"):
                cancel.request()

        def count(_note):
            self.notes += 1

        self.notes = 0
        return dict(progress=progress, cancel=cancel, **({"note": count} if note else {}))

    def kept(self, step, snapshot, fields, **more):
        if "as" in step:
            self.labels[step["as"]] = snapshot.id
        return {**{field: getattr(snapshot, field) for field in fields}, **more}

    # Steps

    def count_tokens(self, step):
        try:
            encoding = Encoding.from_name(step["encoding"])
        except ValueError:
            encoding = -1
        return {"count": contextpack.count_tokens(step["text"], encoding)}

    def encode_tokens(self, step):
        return {"ids": contextpack.encode_tokens(step["text"], Encoding.from_name(step["encoding"]))}

    def setting(self, step):
        return {"value": self.engine.setting(step["name"])}

    def extract(self, step):
        messages = []
        report = self.engine.extract(self.input(step), messages.append, **self.named(step), **self.watched(step))
        roles = collections.Counter(str(message.role) for message in messages)
        return {**{field: getattr(report, field) for field in REPORT}, "roles": roles, "notes": self.notes,
                "text_bytes": sum(len(message.text.encode()) for message in messages)}

    def extract_text(self, step):
        report = self.engine.extract_text(self.input(step), self.files / step["to"], **self.watched(step))
        return {field: getattr(report, field) for field in REPORT}

    def chunk(self, step):
        chunks = self.engine.chunks(self.input(step), max_tokens=step["max_tokens"],
                                    overlap_tokens=step.get("overlap_tokens", 0))
        return {"chunks": [[chunk.offset, chunk.length, chunk.tokens] for chunk in chunks]}

    def user(self, step, user):
        return self.kept(step, user, USER, payment_plan=str(user.payment_plan))

    def create_user(self, step):
        return self.user(step, self.service.users.create(
            step["email"], full_name=step.get("full_name"), payment_plan=Plan[step.get("plan", "credits").upper()]))

    def find_user(self, step):
        return self.user(step, self.service.users.find(step["email"]))

    def get_user(self, step):
        return self.user(step, self.service.users.get(self.id(step, "user")))

    def update_user(self, step):
        return self.user(step, self.session.users.update(self.id(step, "user"), full_name=step.get("full_name"),
                                                         avatar_url=step.get("avatar_url")))

    def open_session(self, step):
        opened = self.engine.session(self.id(step, "user"))
        if self.session is not None:
            self.session.close()
        self.session = opened
        return {}

    def credits(self, _step):
        balance = self.session.credits.balance()
        return {"balance": balance.free, "held": balance.held}

    def pack_texts(self, step):
        return {key: step[key] for key in ("name", "description", "custom_system_prompt") if key in step}

    def create_pack(self, step):
        return self.kept(step, self.session.packs.create(**self.pack_texts(step)), PACK)

    def ensure_pack(self, step):
        pack, created = self.session.packs.ensure(**self.pack_texts(step))
        return self.kept(step, pack, PACK, created=created)

    def get_pack(self, step):
        return self.kept(step, self.session.packs.get(self.id(step, "pack")), PACK)

    def find_pack(self, step):
        return self.kept(step, self.session.packs.find(step["name"]), PACK)

    def update_pack(self, step):
        return self.kept(step, self.session.packs.update(self.id(step, "pack"), **self.pack_texts(step)), PACK)

    def pack_progress(self, step):
        return self.session.packs.progress(self.id(step, "pack"))._asdict()

    def source(self, step, source, **more):
        return self.kept(step, source, SOURCE, type=source.type_name, status=source.status_name,
                         cost_micros=int(source.cost * 1_000_000), **more)

    def add_source(self, step):
        source, added = self.session.sources.add_new(self.id(step, "pack"), self.input(step), **self.named(step),
                                                     **self.watched(step, note=False))
        return self.source(step, source, added=added)

    def run_source(self, step):
        until = SourceStatus[step["until"].upper()]
        part = {key: step[key] for key in ("partial", "max_chunks") if key in step}
        return self.source(step, self.session.sources.run(self.id(step, "source"), until=until, **part,
                                                          **self.watched(step)))

    def quote(self, quote):
        given = quote._asdict()
        money = {f"{name}_micros": int(given.pop(name) * 1_000_000) for name in ("price", "cost")}
        return {**given, **money}

    def quote_source(self, step):
        return self.quote(self.session.sources.quote(self.id(step, "source")))

    def quote_pack(self, step):
        return self.quote(self.session.packs.quote(self.id(step, "pack")))

    def get_source(self, step):
        return self.source(step, self.session.sources.get(self.id(step, "source")))

    def read_source(self, step):
        path = self.files / step["to"]
        with path.open("wb") as file:
            self.session.sources.write(self.id(step, "source"), file, Part[step["part"].upper()])
        return {"bytes": path.stat().st_size}

    def export(self, step, export, **more):
        return self.kept(step, export, ("error_message", "token_count", "file_size"), type=export.type_name,
                         status=export.status_name, **more)

    def create_export(self, step):
        export, made = self.session.exports.create_new(self.id(step, "pack"), ExportType.from_name(step["type"]),
                                                       **self.watched(step, note=False))
        return self.export(step, export, made=made)

    def get_export(self, step):
        return self.export(step, self.session.exports.get(self.id(step, "export")))

    def read_export(self, step):
        path = self.files / step["to"]
        with path.open("wb") as file:
            self.session.exports.write(self.id(step, "export"), file, Format[step["format"].upper()])
        return {"bytes": path.stat().st_size}

    def pages(self, get, *args, limit):
        items, pages, after = [], 0, None
        while pages == 0 or after is not None:
            page = get(*args, limit=limit, after=after)
            items += page
            after = page.next
            pages += 1
        return items, pages

    def list_packs(self, step):
        items, pages = self.pages(self.session.packs.list, limit=step["limit"])
        return {"names": [pack.name for pack in items], "pages": pages}

    def list_sources(self, step):
        items, pages = self.pages(self.session.sources.list, self.id(step, "pack"), limit=step["limit"])
        return {"names": [source.name for source in items], "pages": pages}

    def list_exports(self, step):
        items, pages = self.pages(self.session.exports.list, self.id(step, "pack"), limit=step["limit"])
        return {"types": [str(export.type) for export in items], "pages": pages}

    def list_transactions(self, _step):
        return {"entries": sorted(f"{entry.type_name} {entry.credits}" for entry in self.session.credits.all())}

    def delete_pack(self, step):
        self.session.packs.delete(self.id(step, "pack"))
        return {}

    def delete_source(self, step):
        self.session.sources.delete(self.id(step, "source"))
        return {}

    def delete_export(self, step):
        self.session.exports.delete(self.id(step, "export"))
        return {}

    def check(self, _step):
        return {"failures": sum(check.outcome == contextpack.CheckOutcome.FAILED for check in self.engine.check())}


def main():
    given = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    data, out = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    (out / "files").mkdir(exist_ok=True)
    scenario = Scenario(data, out, given["settings"])
    with (out / "transcript.jsonl").open("w", encoding="utf-8") as transcript:
        for number, step in enumerate(given["steps"]):
            line = {"step": number, "do": step["do"]}
            try:
                line["result"] = getattr(scenario, step["do"])(step)
            except contextpack.ContextPackError as error:
                line["error"] = {"code": f"CPK_ERROR_{error.code.name}", "domain": error.domain,
                                 "native": error.native, "retryable": error.retryable}
            transcript.write(json.dumps(line) + "\n")
    scenario.close()


if __name__ == "__main__":
    main()
