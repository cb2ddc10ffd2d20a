"""A PostgreSQL for a run, with its own settings, and tenants that are stored in it."""
import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from .measure import TICKS
from .product import Site
from .settings import BENCHMARKS, REPOSITORY, Failure

# What a run writes whatever it found: its own record, the lease under which it runs, and when it is
# due next.
ALWAYS = ("runs", "leases", "turns")


class Postgres:
    """The cluster of Scripts/with-postgresql; it ends with the block."""

    def __enter__(self) -> "Postgres":
        command = ["bash", "-c", "env | grep ^TENANTCTL_TEST_POSTGRES; echo ready; cat"]
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", REPOSITORY / "Scripts/with-postgresql", *command],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.values = {}
        for line in self.process.stdout:
            if line == "ready\n":
                break
            name, _, value = line.rstrip("\n").partition("=")
            self.values[name.removeprefix("TENANTCTL_TEST_POSTGRES").lstrip("_")] = value
        if "SOCKET" not in self.values:
            raise Failure(f"no PostgreSQL: {self.process.stderr.read()[-2000:]}")
        self.server = int(Path(self.values["FOLDER"], "data/postmaster.pid").read_text().split()[0])
        return self

    def __exit__(self, *_) -> None:
        self.process.stdin.close()
        self.process.wait()

    def url(self, database: str, role: str = "tenantctl", socket: Path | None = None) -> str:
        place = socket or self.values["SOCKET"]
        return f"postgresql://{role}@/{database}?host={place}&port={self.values['PORT']}"

    def ask(self, sql: str, database: str = "postgres") -> str:
        """What a statement gives; a line for each row."""
        done = subprocess.run(
            [f"{self.values['BIN']}/psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d",
             self.url(database, "postgres"), "-c", sql], capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"psql: {done.stderr}")
        return done.stdout.strip()

    def copy(self, database: str, new: str) -> None:
        """Makes a database as another one is; who is still connected to it has to go."""
        self.ask(f"DROP DATABASE IF EXISTS {new} WITH (FORCE)")
        self.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")
        # A checkpoint beforehand: the work that is timed next writes for itself alone.
        self.ask(f"CREATE DATABASE {new} OWNER {self.values['OWNER']} TEMPLATE {database}")
        self.ask("CHECKPOINT")

    @property
    def processor_time(self) -> float:
        """Seconds that the server has used so far, with all its processes that have ended."""
        seconds = 0.0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                words = stat.read_text().rpartition(")")[2].split()
                if int(stat.parent.name) == self.server:
                    seconds += sum(map(int, words[11:15])) / TICKS
                elif int(words[1]) == self.server:
                    seconds += sum(map(int, words[11:13])) / TICKS
        return seconds

    @contextlib.contextmanager
    def relay(self, scratch: Path, round_trip: float = 0):
        """A relay on the way to the server (postgres_relay.py): the folder of its socket, and what gives
        its counts once nobody is connected."""
        folder = scratch / "relay"
        folder.mkdir()
        counts = folder / "counts"
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", sys.executable, "-I",
             BENCHMARKS / "suite/postgres_relay.py", folder, self.values["SOCKET"],
             self.values["PORT"], counts, str(round_trip / 2)], stdout=subprocess.PIPE)
        try:
            process.stdout.readline()

            def read() -> dict:
                limit = time.monotonic() + 60
                while time.monotonic() < limit:
                    if (taken := json.loads(counts.read_text()))["open"] == 0:
                        return taken
                    time.sleep(0.02)
                raise Failure("a connection to PostgreSQL does not end")

            yield folder, read
        finally:
            process.kill()
            process.wait()
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()


class ServerSite(Site):
    """A site whose tenants are stored in PostgreSQL. A moment is a copy of the database."""

    def __init__(self, tenantctl: Path, folder: Path, postgres: Postgres, name: str):
        self.postgres, self.name, self.socket = postgres, name, None
        super().__init__(tenantctl, folder)

    def command(self, *words) -> list:
        return [*super().command(*words), "--store",
                self.postgres.url(self.name, socket=self.socket)]

    def forget(self) -> None:
        super().forget()
        self.postgres.ask(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self.postgres.ask(f"CREATE DATABASE {self.name} OWNER {self.postgres.values['OWNER']}")
        owner = self.postgres.url(self.name, self.postgres.values["OWNER"])
        done = subprocess.run([self.tenantctl, "store", "init", "--store", owner],
                              capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"tenantctl store init: {done.stderr[-2000:]}")

    def keep(self, moment: str) -> None:
        super().keep(moment)
        self.postgres.copy(self.name, f"{self.name}_{moment}")

    def put_back(self, moment: str) -> None:
        super().put_back(moment)
        self.postgres.copy(f"{self.name}_{moment}", self.name)

    def rows_written(self, work) -> tuple[int, str]:
        """Does a work; the rows that it wrote beside its own record, and by table. A row that was
        written again as it was counts."""
        before = self._versions()
        work()
        after, counts = self._versions(), {}
        for table in sorted(after):
            old, new = before.get(table, set()), after[table]
            if count := max(len(new - old), len(old - new)):
                counts[table] = count
        text = ", ".join(f"{table} {count:,}" for table, count in counts.items()) or "none"
        return sum(count for table, count in counts.items() if table not in ALWAYS), text

    def _versions(self) -> dict[str, set]:
        """Of each table, which version of which row there is: a digest of each thousand would do as
        well, but a set is simpler, and a store of a million users has some millions of rows."""
        tables = self.postgres.ask(
            "SELECT relname FROM pg_class WHERE relnamespace = 'tenantctl'::regnamespace "
            "AND relkind = 'r'", self.name).split()
        return {table: set(self.postgres.ask(
            f"SELECT ctid::text || ' ' || xmin::text FROM tenantctl.{table}", self.name)
            .splitlines()) for table in tables}
