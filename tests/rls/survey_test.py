#!/usr/bin/env python3
"""What `contextpack migrate` notes about a database that it did not make.

Usage: survey_test.py CONTEXTPACK"""
import json

from harness import PostgresTest, live_sql, main


class SurveyTest(PostgresTest):
    def told(self, database, *arguments):
        done = database.migrate("--json", *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return [change for one in json.loads(done.stdout)["migrations"] for change in one["changes"]]

    def notes(self, faults):
        """The notes on a live database with `faults`; the dry run and the real one say the same."""
        database = self.database(live_sql() + faults)
        dry = [line for line in self.told(database, "--dry-run") if line.startswith("note: ")]
        self.assertEqual([line for line in self.told(database) if line.startswith("note: ")], dry)
        return dry

    def test_duplicate_webhook_ids(self):
        self.assertIn("note: public.webhook_logs: 2 webhook ids stand in more than one row (5 rows), such as evt_b, "
                      "evt_a",
                      self.notes("INSERT INTO webhook_logs (webhook_id, event_type) VALUES ('evt_a', 'x'), "
                                 "('evt_a', 'x'), ('evt_b', 'x'), ('evt_b', 'x'), ('evt_b', 'x'), ('evt_c', 'x');"))


if __name__ == "__main__":
    main()
