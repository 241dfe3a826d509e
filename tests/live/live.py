"""A database as it is after years of service (drifted.sql), created once for a run and copied for each test.
CONTEXTPACK_TEST_LIVE_USERS sets its number of users (300).
"""
import os
import pathlib
import subprocess
import sys
import uuid

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "rls"))
import harness  # noqa: E402
from harness import OWNER_URI, SUPERUSER_URI, psql, uri_of  # noqa: E402

USERS = int(os.environ.get("CONTEXTPACK_TEST_LIVE_USERS", "300"))
OWNER = OWNER_URI.split("//")[-1].split(":")[0]
TABLES = ("user_profiles", "packs_v2", "pack_sources", "pack_exports", "credit_transactions", "jobs", "packs_legacy",
          "webhook_logs", "payment_attempts", "admin_actions")
_template = None


def template():
    """The database that the others are copies of. It is dropped with the server."""
    global _template
    if _template is None:
        name = "contextpack_live_" + uuid.uuid4().hex[:12]
        psql(SUPERUSER_URI, f"CREATE DATABASE {name} OWNER {OWNER}")
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", f"owner={OWNER}", "-v", f"users={USERS}", "-d",
                        uri_of(name, SUPERUSER_URI), "-f", str(FOLDER / "drifted.sql")], check=True)
        psql(uri_of(name, SUPERUSER_URI), "VACUUM ANALYZE")
        _template = name
    return _template


class LiveDatabase(harness.Database):
    """A copy of the live-like database."""

    def __init__(self):  # pylint: disable=super-init-not-called
        self.name = "contextpack_" + uuid.uuid4().hex[:16]
        self.uri = uri_of(self.name)
        psql(SUPERUSER_URI, f"CREATE DATABASE {self.name} OWNER {OWNER} TEMPLATE {template()} STRATEGY file_copy")
        # Privileges on a database are not copied with it.
        self.run_as_superuser(f"GRANT CREATE ON DATABASE {self.name} TO {OWNER}")

    def checksums(self):
        """Of the rows of each table, without those that a test's load made."""
        return {table: self.run_as_superuser(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t.id)) FROM public.{table} t "
                                             "WHERE t::text NOT LIKE '%load-%'")[0] for table in TABLES}

    def rights(self):
        """Permissions on the ten tables: policies, privileges, row-level security."""
        return self.run_as_superuser("""
            SELECT 'policy ' || p.tablename, p.policyname, p.permissive, p.roles::text, p.cmd, p.qual, p.with_check
              FROM pg_policies p WHERE p.schemaname = 'public'
            UNION ALL
            SELECT 'grant ' || c.relname, a.grantee::regrole::text, a.privilege_type, a.is_grantable::text, '', '', ''
              FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
            UNION ALL
            SELECT 'grant ' || c.relname, x.attname, a.grantee::regrole::text, a.privilege_type, a.is_grantable::text, '', ''
              FROM pg_class c JOIN pg_attribute x ON x.attrelid = c.oid, aclexplode(x.attacl) a
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
            UNION ALL
            SELECT 'security ' || c.relname, c.relrowsecurity::text, c.relforcerowsecurity::text, '', '', '', ''
              FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
            UNION ALL
            SELECT 'trigger ' || t.tgname, t.tgrelid::regclass::text, '', '', '', '', '' FROM pg_trigger t
             WHERE NOT t.tgisinternal AND t.tgrelid::regclass::text NOT LIKE '%.%'
            UNION ALL
            SELECT 'constraint ' || k.conname, k.conrelid::regclass::text, pg_get_constraintdef(k.oid), '', '', '', ''
              FROM pg_constraint k WHERE k.connamespace = 'public'::regnamespace
            ORDER BY 1, 2, 3, 4, 5""")


class Load:
    """Readers and writers, each transaction timed: in a large database at full speed, else at a rate, which meets every
    lock that is held for some milliseconds and leaves the processors to the migration."""

    RATE = {"read": 300, "write": 100}  # transactions a second

    READ = """
        \\set n random(1, 280)
        SELECT p.credits_balance, count(s.id) FROM user_profiles p LEFT JOIN pack_sources s ON s.user_id = p.id
         WHERE p.id = ('00000000-0000-4000-a000-' || lpad(to_hex(:n), 12, '0'))::uuid GROUP BY p.credits_balance;
        SELECT count(*) FROM packs_v2 WHERE pack_id = 'p-' || :n;
        SELECT count(*) FROM credit_transactions WHERE user_id = ('00000000-0000-4000-a000-' || lpad(to_hex(:n), 12, '0'))::uuid;
    """
    WRITE = """
        \\set n random(100, 280)
        BEGIN;
        INSERT INTO credit_transactions (user_id, transaction_type, credits, description)
        VALUES (('00000000-0000-4000-a000-' || lpad(to_hex(:n), 12, '0'))::uuid, 'bonus', 0, 'load-');
        INSERT INTO webhook_logs (webhook_id, event_type) VALUES ('load-' || gen_random_uuid(), 'payment');
        INSERT INTO packs_v2 (user_id, pack_id, pack_name, r2_pack_directory)
        VALUES (('00000000-0000-4000-a000-' || lpad(to_hex(:n), 12, '0'))::uuid, 'load-' || gen_random_uuid(), 'x', 'x');
        COMMIT;
    """

    def __init__(self, database, folder):
        self.folder = pathlib.Path(folder)
        self.processes = []
        program = os.path.join(subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
                               .stdout.strip() or "/usr/bin", "pgbench")
        if not os.path.exists(program):
            program = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pgbench"))[-1]
        for name, sql, clients in (("read", self.READ, 3), ("write", self.WRITE, 2)):
            (self.folder / f"{name}.sql").write_text("\n".join(line.strip() for line in sql.splitlines()), encoding="utf-8")
            with open(self.folder / f"{name}.err", "wb") as errors:
                self.processes.append(subprocess.Popen(
                    [str(program), "-n", "-c", str(clients), "-j", "1", "-T", "3600", *self.rate(name), "-f", str(self.folder / f"{name}.sql"),
                     "--log", f"--log-prefix={self.folder / name}", "-d", uri_of(database.name, SUPERUSER_URI)], cwd=folder,
                    stdout=subprocess.DEVNULL, stderr=errors))

    def rate(self, name):
        return ["-R", str(self.RATE[name])] if USERS <= 2000 else []

    def stop(self):
        """The longest transaction of readers and writers in seconds, their number, and the errors."""
        alive = [process.poll() is None for process in self.processes]
        for process in self.processes:
            process.terminate()
            process.wait()
        longest, count, failed = {"read": 0, "write": 0}, 0, 0
        for path in self.folder.glob("*.[0-9]*"):
            name = path.name.split(".")[0]
            for line in path.read_text(encoding="utf-8").splitlines():
                cells = line.split()
                if len(cells) >= 6 and cells[2] == "failed":  # by a deadlock or a conflict
                    failed += 1
                elif len(cells) >= 6:
                    longest[name], count = max(longest[name], int(cells[2])), count + 1
        errors = "".join((self.folder / f"{name}.err").read_text(encoding="utf-8") for name in ("read", "write"))
        errors = "\n".join(line for line in errors.splitlines() if "rror" in line or "abort" in line)
        if failed > 0:
            errors += f"\n{failed} transactions failed"
        return longest["read"] / 1e6, longest["write"] / 1e6, count, errors if all(alive) else errors or "a client ended"
