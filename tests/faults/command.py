"""Runs the contextpack command in homes of its own, for the tests beside this file."""
import json
import os
import pathlib
import sqlite3
import subprocess

TIME_LIMIT_S = 300


class Failure(Exception):
    """What a test found wrong."""


class Home:
    """A data folder of its own: database, blobs, temporary files and output of one person."""

    def __init__(self, program, folder, **environment):
        self.program = str(pathlib.Path(program).resolve())
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.temporary = self.folder / "temporary"
        self.out = self.folder / "out"
        self.temporary.mkdir(parents=True, exist_ok=True)
        self.prefix = []  # prefix of the command, such as sudo
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.data),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "TMPDIR": str(self.temporary),
            "LC_ALL": "C.UTF-8",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.environment.update(environment)

    @property
    def database(self):
        return self.data / "contextpack" / "contextpack.db"

    @property
    def blobs(self):
        return self.data / "contextpack" / "blobs"

    def start(self, *arguments, environment=None, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([*self.prefix, self.program, *map(str, arguments)],
                                env={**self.environment, **(environment or {})}, text=True, errors="replace",
                                cwd=self.folder, **options)

    def run(self, *arguments, code=0, stdin=None, **options):
        """Standard output and error of the command, which must end with `code` (or one of them; None: any)."""
        if stdin is not None:
            options["stdin"] = subprocess.PIPE
        process = self.start(*arguments, **options)
        try:
            out, err = process.communicate(stdin, timeout=TIME_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failure(f"{arguments}: not done after {TIME_LIMIT_S} s") from None
        codes = code if isinstance(code, tuple) else (code,)
        if code is not None and process.returncode not in codes:
            raise Failure(f"{' '.join(map(str, arguments))}: exit code {process.returncode}, not {code}\n{out}{err}")
        self.code = process.returncode
        return out, err

    def json(self, *arguments, **options):
        out, _ = self.run(*arguments, "--json", **options)
        return json.loads(out)

    def rows(self, sql):
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def blob_keys(self):
        """What lies in the blob folder, as keys of the storage."""
        files = [str(path.relative_to(self.blobs)) for path in self.blobs.rglob("*") if not path.is_dir()]
        return sorted(name.replace("+/", "/") for name in files)

    def named_keys(self):
        """Every key that a row names."""
        return sorted(key for key, in self.rows(
            "SELECT r2_raw_path FROM pack_sources UNION ALL SELECT r2_extracted_path FROM pack_sources "
            "UNION ALL SELECT r2_chunked_path FROM pack_sources UNION ALL SELECT result_key FROM contextpack_chunks "
            "UNION ALL SELECT r2_path FROM pack_exports UNION ALL SELECT json_key FROM contextpack_exports")
            if key is not None)


def need(condition, text):
    if not condition:
        raise Failure(text)


def check_whole(home):
    """Conditions that hold when no process works: the installation is sound and nothing is left over."""
    report = home.json("doctor")
    worse = [check for check in report["checks"] if check["outcome"] != "passed"]
    need(not worse, f"doctor: {worse}")
    stored, named = home.blob_keys(), home.named_keys()
    need(stored == named, f"blobs without a row: {sorted(set(stored) - set(named))}, "
                          f"rows without a blob: {sorted(set(named) - set(stored))}")
    stuck = home.rows("SELECT 'source', source_id, status FROM pack_sources "
                      "WHERE status NOT IN ('completed', 'failed') "
                      "UNION ALL SELECT 'export', id, status FROM pack_exports WHERE status <> 'ready' "
                      "UNION ALL SELECT 'hold', hold_id, status FROM contextpack_holds WHERE status <> 'closed' "
                      "UNION ALL SELECT 'lease', owner_id, lease_owner FROM contextpack_work "
                      "WHERE lease_owner IS NOT NULL "
                      "UNION ALL SELECT 'lease', export_id, lease_owner FROM contextpack_exports "
                      "WHERE lease_owner IS NOT NULL")
    need(not stuck, f"rows are stuck: {stuck}")
    check_ledger(home)
    check_no_temporary_files(home)


def check_ledger(home):
    """One transaction for each analysed chunk, and matching balances."""
    twice = home.rows("SELECT job_id, metadata, count(*) FROM credit_transactions "
                      "WHERE transaction_type IN ('usage', 'unlimited_usage') GROUP BY 1, 2 HAVING count(*) <> 1")
    need(not twice, f"charged more than once (source, chunk, times): {twice}")
    wrong = home.rows("SELECT c.owner_id, c.done, count(t.id) FROM (SELECT owner_id, sum(status = 'done') AS done "
                      "FROM contextpack_chunks GROUP BY 1) c LEFT JOIN credit_transactions t ON t.job_id = c.owner_id "
                      "GROUP BY 1, 2 HAVING c.done <> count(t.id)")
    need(not wrong, f"not charged once for each chunk (source, chunks, transactions): {wrong}")
    wrong = home.rows("SELECT id, credits_balance, used FROM (SELECT u.id, u.credits_balance, "
                      "(SELECT count(*) FROM credit_transactions t WHERE t.user_id = u.id "
                      "AND t.transaction_type = 'usage') AS used FROM user_profiles u) "
                      "WHERE credits_balance <> 10 - used")
    need(not wrong, f"wrong balances (user, balance, credits used): {wrong}")


def check_no_temporary_files(home):
    left = [str(path) for path in home.temporary.iterdir()]
    own = {home.blobs.name, home.database.name, home.database.name + "-wal", home.database.name + "-shm"}
    left += [str(path) for path in home.database.parent.iterdir() if path.name not in own]
    if home.out.exists():
        left += [str(path) for path in home.out.iterdir() if path.name.startswith(".")]
    need(not left, f"files are left over: {left}")
