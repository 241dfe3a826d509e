#!/usr/bin/env python3
"""What a service does: credits and holds, administrators, V1, webhooks, maintenance."""
import asyncio
import datetime
import hmac
import io
import json
import os
import pickle
import sqlite3
import tempfile
import unittest
from decimal import Decimal

import contextpack
from contextpack import (AdminActionType, Hold, HoldStatus, Job, JobStatus, Overview, Plan, ReportFormat, SourceStatus, Text,
                         TransactionType, WebhookOutcome, aio)
from drivers_test import LineAnalyzer
from support import SAMPLE, SMALL_CHUNKS, PackageTest

UTC = datetime.timezone.utc
DIARY = Text("I live in a small house by the sea in the south of Portugal with my family.\n\n"
             "I work as a marine biologist and count the seagrass meadows every spring.\n\n"
             "In winter I repair the old boat and write the yearly report for the institute.\n")
LONG = "Once I lived in a small house by the sea in the south of Portugal, with my family and a boat."
TINY_CHUNKS = {"chunk.max_tokens": 16}
ADMIN = "00000000-0000-4000-8000-0000000000ad"
SECRET = "whsec_test_secret"


class ServiceTest(PackageTest):
    def service(self, engine):
        return self.closing(engine.service())


class EncryptedStorage(PackageTest):
    def test_keys_are_rotated(self):
        keys = {"storage.master_key": "ab" * 32}
        engine = self.open(storage="encrypted+memory:", settings=keys)
        me = self.person(engine)
        pack = self.analysed(me)
        report = engine.rotate_keys(older_than_ms=0)
        self.assertEqual((report.data_keys, report.rewrapped_keys, report.new_keys), (1, 0, 1))
        self.assertGreater(report.blobs, 3)
        self.assertEqual(engine.rotate_keys().new_keys, 0)
        with self.assertRaisesRegex(contextpack.InvalidArgumentError, "not encrypted"):
            self.open().rotate_keys()
        with self.assertRaisesRegex(contextpack.InvalidArgumentError, "64 hexadecimal digits"):
            self.open(storage="encrypted+memory:", settings={"storage.master_key": "secret"})

    def test_a_storage_is_copied(self):
        engine = self.open(storage="encrypted+memory:", settings={"storage.master_key": "ab" * 32})
        self.analysed(self.person(engine))
        with tempfile.TemporaryDirectory() as folder:
            report = engine.copy_storage(f"file:{folder}", verify=True)
            self.assertGreater(report.blobs, 3)
            self.assertEqual((report.verified_blobs, report.known_blobs), (report.blobs, 0))
            again = engine.copy_storage(f"file:{folder}", mirror=True)
            self.assertEqual((again.blobs, again.known_blobs, again.removed_blobs), (0, report.blobs, 0))
            with self.assertRaises(contextpack.NotFoundError):
                engine.copy_storage(f"file:{folder}", source=f"file:{folder}-none")


class QuotesAndReports(ServiceTest):
    def setUp(self):
        super().setUp()
        self.engine = self.open(settings={**TINY_CHUNKS, "billing.credit_price_micros": 90000, "billing.currency": "eur"},
                                analyzer=LineAnalyzer())
        self.me = self.person(self.engine)
        self.all = self.service(self.engine)
        self.pack = self.me.packs.create("Diary")
        self.source = self.me.sources.add(self.pack, Text(" ".join([LONG] * 12)))

    def tearDown(self):
        self.assertEqual(self.all.credits.audit(), [])

    def test_a_part_is_done_when_asked_for(self):
        sources = self.me.sources
        self.assertEqual(sources.quote(self.source).unknown_sources, 1)
        sources.run(self.source, until=SourceStatus.READY_FOR_ANALYSIS)
        quote = sources.quote(self.source)
        self.assertEqual((quote.chunks_covered, quote.balance, quote.can_proceed, quote.is_unlimited), (10, 10, False, False))
        self.assertEqual((quote.cost, quote.price, quote.currency),
                         (quote.chunks_left * Decimal("0.09"), Decimal("0.09"), "eur"))
        self.assertEqual(self.me.packs.quote(self.pack), quote)
        with self.assertRaises(contextpack.InsufficientCreditsError):
            sources.run(self.source)
        done = sources.run(self.source, max_chunks=2)
        self.assertEqual((done.processed_chunks, done.status), (2, SourceStatus.ANALYZING))
        done = sources.run(self.source, partial=True)
        self.assertEqual((done.processed_chunks, self.me.credits.balance()), (10, (0, 0)))
        with self.assertRaises(contextpack.InsufficientCreditsError):
            sources.run(self.source, partial=True)
        for wrong in (0, -1, 2 ** 64):
            with self.assertRaises(ValueError):
                sources.run(self.source, max_chunks=wrong)
        job = self.me.jobs.create(Text("\n\n".join([LONG] * 3)))
        self.assertEqual(self.me.jobs.quote(job).unknown_sources, 1)
        self.all.credits.grant(self.me.users.get(), "more", 100)
        self.assertEqual(self.me.jobs.run(job, max_chunks=1).status, JobStatus.ANALYZING)
        self.assertEqual(self.me.jobs.run(job, partial=True).status, JobStatus.COMPLETED)
        self.assertEqual(sources.run(self.source).status, SourceStatus.COMPLETED)

    def test_reports(self):
        self.me.sources.run(self.source, max_chunks=3)
        told = json.loads(self.me.reports.statement(format=ReportFormat.JSON))
        self.assertEqual((told["opening_balance"], told["closing_balance"], told["balance"]), (0, 7, 7))
        self.assertEqual(len(told["entries"]), 4)
        user = self.me.users.get()
        self.assertTrue(self.all.reports.statement(user).startswith(b"time,type,credits,balance,"))
        self.all.credits.grant(user, "order", 5, type=TransactionType.PURCHASE, amount=Decimal("4.5"), package_id="small")
        path = self.folder / "revenue.csv"
        self.assertIsNone(self.all.reports.revenue(output=path))
        self.assertIn(b'"credits","small","eur",1,5,4.50,', path.read_bytes())
        out = io.BytesIO()
        self.all.reports.usage(output=out, format=ReportFormat.JSON, utc_offset=datetime.timedelta(hours=1))
        day, = json.loads(out.getvalue())["days"]
        self.assertEqual((day["credits"], day["chunks"], day["users"]), (3, 3, 1))
        long_ago = datetime.datetime(2020, 1, 1, tzinfo=UTC)
        self.assertEqual(json.loads(self.all.reports.revenue(format=ReportFormat.JSON, until=long_ago))["days"], [])
        self.assertIn(b'"closing",,0,', self.me.reports.statement(until=long_ago))
        with self.assertRaises(PermissionError):
            self.me.reports.revenue()
        with self.assertRaises(ValueError):
            self.all.reports.usage(start=datetime.datetime(2020, 1, 1))
        with self.assertRaises(ValueError):
            self.all.reports.usage(utc_offset=datetime.timedelta(hours=15))

        async def work():
            async with aio.Engine("sqlite::memory:", "memory:") as engine, engine.service() as service:
                return await service.reports.usage()
        self.assertTrue(asyncio.run(work()).startswith(b"day,users,"))


class CreditsAndHolds(ServiceTest):
    def setUp(self):
        super().setUp()
        self.engine = self.open()
        self.me = self.person(self.engine)
        self.user = self.me.users.get()
        self.all = self.service(self.engine)

    def tearDown(self):
        self.assertEqual(self.all.credits.audit(), [])

    def test_a_grant_has_one_effect_for_each_key(self):
        bought = self.all.credits.grant(
            self.user, "order 1", 50, type=TransactionType.PURCHASE, amount=Decimal("4.99"), package_id="small",
            stripe_payment_id="pi_1", description="Fünfzig", metadata={"from": "ünit test"})
        self.assertEqual((bought.credits, bought.type, bought.amount, bought.package_id, bought.description),
                         (50, TransactionType.PURCHASE, Decimal("4.99"), "small", "Fünfzig"))
        self.assertEqual(self.all.credits.grant(
            self.user.id, "order 1", 50, type=TransactionType.PURCHASE, amount=Decimal("4.99"), package_id="small",
            stripe_payment_id="pi_1", description="Fünfzig", metadata={"from": "ünit test"}), bought)
        with self.assertRaises(contextpack.ConflictError):
            self.all.credits.grant(self.user, "order 1", 51)
        self.assertEqual(self.me.credits.balance(), (60, 0))
        back = self.all.credits.clawback(self.user, "order 1 back", 70, amount=Decimal("4.99"))
        self.assertEqual((back.credits, back.type), (-70, TransactionType.REFUND))
        self.assertEqual(self.me.credits.balance().free, -10)
        with self.assertRaises(PermissionError):
            self.me.credits.grant(self.user, "for me", 1)

    def test_numbers_that_c_would_cut_off_are_refused(self):
        credits, holds = self.all.credits, self.all.holds
        for attempt in (lambda: credits.grant(self.user, "k", 1, amount=Decimal("0.0000001")),
                        lambda: credits.grant(self.user, "k", 1, amount=10 ** 13),
                        lambda: credits.grant(self.user, "k", 1, amount=Decimal("NaN")),
                        lambda: credits.grant(self.user, "k", 2 ** 64 + 5),
                        lambda: credits.overview(self.user, limit=2 ** 32 + 1),
                        lambda: holds.reserve(self.user, "k", 2 ** 64 + 5),
                        lambda: holds.reserve(self.user, "k", 1, lifetime=datetime.timedelta(microseconds=1)),
                        lambda: holds.expire(limit=2 ** 32 + 1)):
            with self.assertRaises(ValueError):
                attempt()
        with self.assertRaises(TypeError):
            credits.grant(self.user, "k", 1, amount=0.1)
        self.assertEqual(self.me.credits.balance(), (10, 0))

    def test_an_overview_is_of_one_moment(self):
        for number in range(5):
            self.all.credits.grant(self.user, f"gift {number}", 1)
        overview = self.me.credits.overview(limit=2)
        self.assertIsInstance(overview, Overview)
        self.assertEqual((overview.free, overview.held, len(overview.latest)), (15, 0, 2))
        rest = self.me.credits.list(after=overview.latest.next)
        self.assertEqual([*overview.latest, *rest], list(self.me.credits.all()))
        self.assertEqual(self.all.credits.overview(self.user, limit=2).free, 15)
        with self.assertRaises(contextpack.InvalidArgumentError):
            self.me.credits.overview(limit=1001)

    def test_holds(self):
        hold = self.all.holds.reserve(self.user, "work 1", 8, lifetime=datetime.timedelta(hours=1),
                                      reference="a source")
        self.assertEqual((hold.key, hold.reference, hold.status, hold.is_unlimited),
                         ("work 1", "a source", HoldStatus.OPEN, False))
        self.assertEqual((hold.credits, hold.remaining, hold.committed), (8, 8, 0))
        self.assertAlmostEqual((hold.expires_at - datetime.datetime.now(UTC)).total_seconds(), 3600, delta=60)
        self.assertEqual(self.me.credits.balance(), (2, 8))
        self.assertEqual(pickle.loads(pickle.dumps(hold)), hold)
        with self.assertRaises(contextpack.InsufficientCreditsError):
            self.all.holds.reserve(self.user, "work 2", 3)
        part = self.all.holds.commit(self.user, hold, "part 1", 3)
        self.assertEqual((part.remaining, part.committed), (5, 3))
        self.assertEqual(self.all.holds.commit(self.user, "work 1", "part 1", 3), part)
        self.assertEqual(self.me.holds.get(hold), part)
        done = self.all.holds.commit(self.user, hold, "part 2", 1, release_rest=True)
        self.assertEqual((done.status, done.committed, str(done.status)), (HoldStatus.CLOSED, 4, "closed"))
        self.assertEqual(self.me.credits.balance(), (6, 0))
        self.assertEqual(self.all.holds.release(self.user, hold), done)
        with self.assertRaises(contextpack.ConflictError):
            self.all.holds.commit(self.user, hold, "part 3", 1)
        with self.assertRaises(contextpack.NotFoundError):
            self.all.holds.get("another", self.user)
        self.all.users.set_plan(self.user, Plan.UNLIMITED)
        self.assertTrue(self.all.holds.reserve(self.user, "free work", 500).is_unlimited)


class Clocked(ServiceTest):
    """The test controls the clock."""

    def setUp(self):
        super().setUp()
        self.now = datetime.datetime(2025, 10, 9, 8, 7, tzinfo=UTC)

    def clocked(self, *args, **options):
        return self.open(*args, clock=lambda: self.now, **options)

    def test_holds_expire(self):
        engine = self.clocked()
        me, service = self.person(engine), self.service(engine)
        hold = service.holds.reserve(me.users.get(), "work", 4, lifetime=datetime.timedelta(minutes=1))
        self.assertEqual(hold.expires_at, self.now + datetime.timedelta(minutes=1))
        self.assertEqual(service.holds.expire(), 0)
        self.now += datetime.timedelta(minutes=2)
        self.assertEqual(service.holds.expire(limit=10), 1)
        self.assertEqual(me.holds.get("work").status, HoldStatus.CLOSED)
        self.assertEqual(me.credits.balance(), (10, 0))

    def deliver(self, service, event, secret=SECRET):
        body = json.dumps(event).encode()
        second = int(self.now.timestamp())
        mark = hmac.new(secret.encode(), b"%d.%s" % (second, body), "sha256").hexdigest()
        return service.stripe.webhook(body, f"t={second},v1={mark}")

    def event(self, name, type, thing):
        return {"id": f"evt_{name}", "object": "event", "created": int(self.now.timestamp()), "type": type,
                "data": {"object": thing}}

    def test_a_signed_webhook_sells_credits_once(self):
        engine = self.clocked(settings={"stripe.webhook_secrets": SECRET})
        me, service = self.person(engine), self.service(engine)
        sold = self.event("1", "checkout.session.completed", {
            "id": "cs_1", "mode": "payment", "payment_status": "paid", "payment_intent": "pi_1", "customer": "cus_1",
            "amount_total": 1000, "currency": "usd",
            "metadata": {"user_id": me.users.get().id, "credits": "100", "package_id": "small"}})
        self.now += datetime.timedelta(seconds=1)
        result = self.deliver(service, sold)
        self.assertEqual((result.outcome, result.event_id, result.event_type, result.user_id, result.credits),
                         (WebhookOutcome.PROCESSED, "evt_1", sold["type"], me.users.get().id, 100))
        self.assertIsInstance(json.loads(result.json), dict)
        self.assertEqual(self.deliver(service, sold).outcome, WebhookOutcome.REPEATED)
        self.assertEqual(me.credits.balance().free, 110)
        self.assertEqual(me.credits.list()[0].amount, Decimal(10))
        other = self.event("2", "radar.early_fraud_warning.created", {"id": "issfr_1"})
        self.assertEqual(str(self.deliver(service, other).outcome), "ignored")
        for refused in (lambda: self.deliver(service, sold, "whsec_another"), lambda: self.deliver(me, sold),
                        lambda: service.stripe.webhook(b"{}", None), lambda: service.stripe.webhook(b"", "t=1,v1=00")):
            with self.assertRaises(contextpack.PermissionDeniedError):
                refused()
        with self.assertRaises(TypeError):
            service.stripe.webhook("{}", "t=1,v1=00")
        with self.assertRaises(contextpack.InvalidArgumentError):
            self.deliver(self.service(self.open()), sold)

    def test_unclaimed_payment_is_assigned(self):
        engine = self.clocked(settings={"stripe.webhook_secrets": SECRET, "stripe.mode": "live"})
        me, service = self.person(engine), self.service(engine)
        sold = {**self.event("1", "checkout.session.completed", {
            "id": "cs_1", "mode": "payment", "payment_status": "paid", "payment_intent": "pi_1", "customer": "cus_1",
            "amount_total": 1000, "currency": "usd", "metadata": {"credits": "100"}}), "livemode": False}
        self.assertEqual(self.deliver(service, sold).outcome, WebhookOutcome.REFUSED)
        self.assertEqual(self.deliver(service, {**sold, "livemode": True}).outcome, WebhookOutcome.UNCLAIMED)
        (payment,) = service.stripe.unclaimed_payments(limit=10)
        self.assertEqual((payment.stripe_payment_id, payment.customer_id, payment.package_id, payment.currency,
                          payment.amount, payment.amount_back, payment.credits, payment.is_unlimited),
                         ("pi_1", "cus_1", None, "usd", 1000, 0, 100, False))
        self.assertEqual(payment.created_at, self.now)
        with self.assertRaises(contextpack.PermissionDeniedError):
            me.stripe.unclaimed_payments()
        action = service.admin_actions.assign_payment(me.users.get(), payment, "hers", details={"ticket": 7})
        self.assertEqual((action.type, action.credits, action.details),
                         (contextpack.AdminActionType.PAYMENT_ASSIGNED, 100, {"ticket": 7, "payment_id": payment.id}))
        self.assertEqual(me.credits.balance().free, 110)
        self.assertEqual(list(service.stripe.unclaimed_payments()), [])
        with self.assertRaises(contextpack.ConflictError):
            service.admin_actions.assign_payment(me.users.get(), payment.id, "again")

    def test_plans_expire(self):
        engine = self.clocked(settings={"stripe.webhook_secrets": SECRET, "plan.grace_ms": 0})
        me, service = self.person(engine), self.service(engine)
        end = self.now + datetime.timedelta(days=30)
        self.deliver(service, self.event("1", "checkout.session.completed", {
            "id": "cs_1", "mode": "subscription", "payment_status": "paid", "subscription": "sub_1",
            "customer": "cus_1", "amount_total": 2000,
            "metadata": {"user_id": me.users.get().id, "unlimited": "true"}}))
        self.deliver(service, self.event("2", "customer.subscription.updated", {
            "id": "sub_1", "status": "active", "customer": "cus_1", "items": {"data": [{
                "current_period_start": int(self.now.timestamp()), "current_period_end": int(end.timestamp())}]}}))
        self.assertEqual(me.users.get().payment_plan, Plan.UNLIMITED)
        self.assertEqual(service.stripe.expire_plans(), 0)
        self.now = end + datetime.timedelta(days=1)
        self.assertEqual(service.stripe.expire_plans(limit=5), 1)
        self.assertEqual(me.users.get().payment_plan, Plan.CREDITS)

    def test_archive_and_restore(self):
        path = self.folder / "packs.db"
        engine = self.clocked(path, self.folder / "blobs")
        me, service = self.person(engine), self.service(engine)
        service.credits.grant(me.users.get(), "gift", 7, description="für dich")
        before = list(me.credits.all())
        self.assertEqual(service.maintenance.archive().files, 0)  # the month is not over
        self.now += datetime.timedelta(days=40)
        done = service.maintenance.archive()
        self.assertEqual((done.files, done.rows, done.deleted_rows), (1, len(before), 0))
        self.assertGreater(done.bytes, 0)
        again = service.maintenance.archive()
        self.assertEqual((again.files, again.known_files), (0, 1))
        with sqlite3.connect(path) as database:
            database.execute("DELETE FROM credit_transactions WHERE credits = 7")
        database.close()
        self.assertEqual(len(list(me.credits.all())), len(before) - 1)
        self.assertEqual(service.maintenance.restore(dry_run=True).rows, len(before))
        self.assertEqual(len(list(me.credits.all())), len(before) - 1)
        self.assertEqual(service.maintenance.restore("credit_transactions").restored_rows, 1)
        self.assertEqual(list(me.credits.all()), before)
        self.assertEqual(service.credits.audit(), [])
        with self.assertRaises(contextpack.InvalidArgumentError):
            service.maintenance.restore("users")
        with self.assertRaises(contextpack.PermissionDeniedError):
            me.maintenance.archive()
        for file in (self.folder / "blobs").rglob("*"):
            if file.is_file() and file.suffix != ".json" and "archive" in str(file.parent):
                file.write_bytes(file.read_bytes()[:-1])
        notes = []
        self.assertEqual(service.maintenance.restore(note=notes.append).damaged_files, 1)
        self.assertEqual(len(notes), 1)


class Maintenance(ServiceTest):
    def test_drifted_balance_is_found(self):
        path = self.folder / "packs.db"
        engine = self.open(path)
        me, service = self.person(engine), self.service(engine)
        with sqlite3.connect(path) as database:
            database.execute("UPDATE user_profiles SET credits_balance = credits_balance + 5")
        database.close()
        user = me.users.get()
        (drift,) = service.credits.audit()
        self.assertEqual((drift.user_id, drift.balance, drift.holds), (user.id, 15, 0))
        self.assertEqual(drift.opening + drift.transactions, 10)

    def test_sweep(self):
        blobs = self.folder / "blobs"
        engine = self.open("sqlite::memory:", blobs, settings={"maintenance.orphan_age_ms": 0})
        me, service = self.person(engine), self.service(engine)
        source = me.sources.add(me.packs.create(), SAMPLE)
        stored = next(file for file in blobs.rglob("*") if file.is_file())
        orphan = stored.parents[1] / "00000000-0000-4000-8000-00000000000f+" / "raw"
        orphan.parent.mkdir()
        orphan.write_bytes(b"lost")
        os.utime(orphan, (1_760_000_000,) * 2)
        found = []
        told = service.maintenance.sweep(dry_run=True, orphan=found.append)
        self.assertEqual((told.orphans, told.orphan_bytes, told.removed), (1, 4, 0))
        self.assertTrue(found[0].key.endswith("00000000000f/raw"))
        self.assertEqual(found[0].size_bytes, 4)
        self.assertEqual(found[0].modified_at.timestamp(), 1_760_000_000)
        with self.assertRaises(ZeroDivisionError):
            service.maintenance.sweep(dry_run=True, orphan=lambda _: 1 // 0)
        self.assertEqual(service.maintenance.sweep().removed, 1)
        self.assertFalse(orphan.exists())
        self.assertEqual(me.sources.read(source, contextpack.Part.RAW), SAMPLE.read_bytes())


class Administrators(ServiceTest):
    def test_each_action_has_its_entry(self):
        engine = self.open()
        me = self.person(engine)
        user = me.users.get()
        with engine.admin(ADMIN) as admin:
            actions = admin.admin_actions
            added = actions.adjust_credits(user, 5, "A gift", details={"ticket": 7, "über": ["x"]})
            self.assertEqual((added.type, added.type_name), (AdminActionType.CREDIT_ADJUSTMENT, "credit_adjustment"))
            self.assertEqual((added.admin_user_id, added.target_user_id, added.credits, added.reason),
                             (ADMIN, user.id, 5, "A gift"))
            self.assertEqual(added.details, {"ticket": 7, "über": ["x"]})
            self.assertEqual(actions.support_credit(user.id, 2, "Sorry").type, AdminActionType.SUPPORT_CREDIT)
            with self.assertRaises(contextpack.InsufficientCreditsError):
                actions.adjust_credits(user, -100, "Too much")
            back = actions.record_refund(user, 2, Decimal("3.50"), "Unhappy", stripe_payment_id="pi_1")
            self.assertEqual((back.credits, back.amount, back.type),
                             (-2, Decimal("3.50"), AdminActionType.REFUND_ISSUED))
            self.assertEqual(actions.adjust_credits(user, -16, "Owed", may_owe=True).credits, -16)
            self.assertEqual(me.credits.balance().free, -1)
            self.assertIsNone(actions.override_plan(user, Plan.UNLIMITED, "A friend").details)
            self.assertEqual(me.users.get().payment_plan, Plan.UNLIMITED)
            with self.assertRaises(contextpack.InvalidArgumentError):
                actions.suspend(user, "")
            self.assertEqual(len(actions.list(user=user)), 5)
            self.assertEqual(list(actions), list(actions.all(admin=ADMIN, page_size=2)))
            self.assertEqual(list(actions.all(user=ADMIN)), [])
        with self.assertRaises(PermissionError):
            me.admin_actions.support_credit(user, 100, "Please")
        self.assertIsNone(self.service(engine).admin_actions.support_credit(user, 1, "By itself").admin_user_id)

    def test_a_suspended_account_starts_no_work(self):
        engine = self.open(settings=SMALL_CHUNKS)
        me, service = self.person(engine), self.service(engine)
        pack = self.analysed(me)
        later = me.sources.add(pack, DIARY)
        service.admin_actions.suspend(me.users.get(), "Unpaid bills")
        user = me.users.get()
        self.assertEqual(user.suspension_reason, "Unpaid bills")
        self.assertIsNotNone(user.suspended_at)
        with self.assertRaisesRegex(contextpack.PermissionDeniedError, "Unpaid bills"):
            me.sources.run(later)
        self.assertIn("nurse", me.exports.read_text(me.exports.create(pack)))
        with self.assertRaises(contextpack.ConflictError):
            service.admin_actions.suspend(user, "Again")
        service.admin_actions.unsuspend(user, "Paid")
        self.assertIsNone(me.users.get().suspended_at)
        self.assertEqual(me.sources.run(later).status, SourceStatus.COMPLETED)
        self.assertEqual([str(action.type) for action in service.admin_actions],
                         ["account_unsuspended", "account_suspended"])


class V1(ServiceTest):
    def test_a_job_becomes_a_pack_and_is_copied_into_v2(self):
        me = self.person(self.open(settings=TINY_CHUNKS))
        seen = []
        job = me.jobs.create(DIARY, name="diary.txt", progress=seen.append)
        self.assertEqual((job.status, job.file_name, job.file_size), (JobStatus.CREATED, "diary.txt", len(DIARY)))
        self.assertIsNone(job.completed_at)
        self.assertEqual(seen[-1].done, len(DIARY))
        with self.assertRaises(contextpack.NotFoundError):
            me.legacy_packs.find(job)
        done = me.jobs.run(job)
        self.assertEqual((str(done.status), done.status_name, done.progress), ("completed", "completed", 100))
        self.assertEqual((done.processed_chunks, done.failed_chunks), (done.total_chunks, []))
        self.assertGreaterEqual(done.total_chunks, 3)
        self.assertEqual(me.credits.balance().free, 10 - done.total_chunks)
        self.assertEqual(me.jobs.run(job.id), done)
        self.assertEqual(me.jobs.get(job), done)
        self.assertEqual((list(me.jobs), list(me.jobs.list())), ([done], [done]))
        old = me.legacy_packs.find(job)
        self.assertEqual((old.name, old.job_id, old.copy_id), ("diary.txt", job.id, None))
        self.assertGreaterEqual(old.extraction_stats["messages"], 1)
        self.assertEqual(old.analysis_stats["failed_chunks"], 0)
        document = me.legacy_packs.read(old)
        self.assertEqual((len(document), document.decode()), (old.file_size, me.legacy_packs.read_text(old.id)))
        file = io.BytesIO()
        me.legacy_packs.write(old, file)
        self.assertEqual(file.getvalue(), document)
        self.assertEqual(pickle.loads(pickle.dumps([done, old])), [done, old])

        pack, made = me.legacy_packs.copy_new(old)
        self.assertEqual((pack.name, made), ("diary.txt", True))
        self.assertEqual(me.legacy_packs.copy(old), pack)
        self.assertEqual([source.status for source in me.sources.all(pack)], [SourceStatus.PENDING])
        self.assertEqual(me.legacy_packs.get(old).copy_id, pack.id)
        me.legacy_packs.undo_copy(old)
        self.assertEqual((list(me.packs), list(me.legacy_packs), list(me.legacy_packs.list())), ([], [old], [old]))
        me.legacy_packs.delete(old)
        self.assertEqual(list(me.legacy_packs), [])
        me.jobs.delete(job)
        with self.assertRaises(contextpack.NotFoundError):
            me.jobs.get(job)

    def test_a_chunk_that_fails_is_listed_and_tried_again(self):
        class Moody(LineAnalyzer):
            moody = True

            def analyze(self, request):
                if self.moody and "seagrass" in request.text:
                    raise contextpack.AnalyzerError("no mood for it")
                return super().analyze(request)

        analyzer = Moody()
        me = self.person(self.open(analyzer=analyzer, settings=TINY_CHUNKS))
        done = me.jobs.run(me.jobs.create(DIARY))
        self.assertTrue(done.failed_chunks)
        self.assertEqual(done.processed_chunks + len(done.failed_chunks), done.total_chunks)
        analyzer.moody = False
        self.assertEqual(me.jobs.run(done).failed_chunks, [])


class Asynchronous(ServiceTest):
    def test_async_versions(self):
        async def work():
            async with aio.Engine("sqlite::memory:", "memory:", settings=TINY_CHUNKS) as engine:
                async with engine.service() as service:
                    user = await service.users.create("me@example.com")
                    async with engine.session(user) as me:
                        job = await me.jobs.run(await me.jobs.create(DIARY))
                        self.assertIsInstance(job, Job)
                        self.assertEqual([found async for found in me.jobs], [job])
                        self.assertEqual([found.job_id async for found in me.legacy_packs], [job.id])
                        self.assertIsInstance(await service.holds.reserve(user, "k", 1), Hold)
                        self.assertEqual((await me.credits.overview()).held, 1)
                    await service.admin_actions.suspend(user, "Why not")
                    self.assertEqual([action.reason async for action in service.admin_actions.all(user=user)],
                                     ["Why not"])
                    self.assertEqual([action.reason async for action in service.admin_actions], ["Why not"])
                    self.assertEqual((await service.maintenance.sweep(dry_run=True)).orphans, 0)
        asyncio.run(work())

    def test_every_public_method_has_an_async_version(self):
        for name in aio.__all__:
            blocking = getattr(contextpack, name, None)
            if isinstance(blocking, type) and name not in ("Engine", "Session"):
                public = {method for method in vars(blocking) if not method.startswith("_")}
                self.assertEqual(public - set(vars(getattr(aio, name))), set(), name)


if __name__ == "__main__":
    unittest.main()
