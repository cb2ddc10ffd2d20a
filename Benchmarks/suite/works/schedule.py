"""H-P5: two hosts beside one PostgreSQL keep many tenants up to date, each at its interval."""
import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from .. import servers
from ..context import Bench
from ..measure import Sample, Series, peak, processor_time, shown
from ..postgres import Postgres, ServerSite
from ..product import program
from ..settings import Failure

HOSTS = ("tenantctl", "second_host")    # a role each, so that the server says whose connection is whose
USERS, DIFFERENT = 1000, 20             # of a tenant; sets of files
MOST = 10                               # connections of a host
INTERVALS = 3                           # that are watched, after the first runs
# Moments of a run are stored in whole seconds: between two of them lies up to one less or more.
SECOND = 1


@dataclass(frozen=True)
class Scale:
    """How much is asked."""
    tenants: int
    interval: int       # seconds

    @staticmethod
    def of(bench: Bench) -> "Scale":
        return Scale(200, 30) if bench.settings.quick else Scale(2000, 120)

    @property
    def late(self) -> float:
        """Seconds after a run by which the next one has begun."""
        return self.interval * 1.1 + SECOND


@dataclass
class Watched:
    """What was seen while the hosts worked."""
    connections: dict[str, int] = field(default_factory=dict)   # by host, the most
    full: float = 0         # runs a second, while more were due than both hosts could do
    wall: float = 0         # seconds that were watched


def schedule(bench: Bench) -> None:
    """H-P5. From files, so that no directory server on the same cores is measured with the hosts."""
    scale = Scale.of(bench)
    with Postgres() as postgres:
        site = _site(bench, postgres, scale)
        with contextlib.ExitStack() as stack:
            hosts = {role: stack.enter_context(_host(bench, site, role)) for role in HOSTS}
            used = postgres.processor_time
            watched = _watch(postgres, site.name, scale)
            used = postgres.processor_time - used
            spent = {role: processor_time(host.pid) for role, host in hosts.items()}
            for role, host in hosts.items():
                bench.book.series.append(Series(
                    f"{scale.tenants:,} tenants, every {scale.interval} s", USERS,
                    f"tenantd, role {role}", shown(_command(site, role)),
                    [Sample(watched.wall, spent[role], 0, peak(host.pid), 0, used)]))
            memory = {role: peak(host.pid) for role, host in hosts.items()}
        _answer(bench, postgres, site.name, scale, watched, memory, sum(spent.values()), used)


def _site(bench: Bench, postgres: Postgres, scale: Scale) -> ServerSite:
    """Tenants with users, none of whom was synced yet."""
    site = ServerSite(bench.tenantctl, bench.folder(), postgres, "schedule")
    second = HOSTS[1]
    postgres.ask(f"DROP ROLE IF EXISTS {second}")
    postgres.ask(f"CREATE ROLE {second} LOGIN IN ROLE {HOSTS[0]}")
    data = [bench.data(USERS, seed=100 + number) for number in range(DIFFERENT)]
    names = {}
    for number in range(scale.tenants):
        one = data[number % DIFFERENT]
        names[site.files(f"tenant{number:04}", one, imported=True, interval=f"{scale.interval}s")] = one
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda item: site.do("users", "import", item[0], item[1].users), names.items()))
    postgres.ask("VACUUM ANALYZE", site.name)
    return site


def _command(site: ServerSite, role: str, *words) -> list:
    return [program("tenantd"), "--tenants", site.tenants, "--state", site.state / role, "--store",
            site.postgres.url(site.name, role), "--log-level", "warning", *words]


@contextlib.contextmanager
def _host(bench: Bench, site: ServerSite, role: str):
    (site.state / role).mkdir(mode=0o700)
    port = servers.free_port()
    command = _command(site, role, "--address", f"127.0.0.1:{port}")
    with servers.running(role, command, port, bench.scratch / f"{role}.log") as process:
        yield process


# --- watching ---------------------------------------------------------------------------------------


def _watch(postgres: Postgres, database: str, scale: Scale) -> Watched:
    """From when both hosts begin, with all tenants due, to some intervals after the last first run."""
    watched, begin = Watched(), time.monotonic()
    patience = begin + 10 * scale.interval
    counts: list[tuple[float, int]] = []
    end = None
    while end is None or time.monotonic() < end:
        time.sleep(0.5)
        _count_connections(postgres, database, watched)
        if end is not None:
            continue
        runs, tenants = map(int, postgres.ask(
            "SELECT count(*), count(DISTINCT tenant) FROM tenantctl.runs", database).split("|"))
        counts.append((time.monotonic(), runs))
        if tenants == scale.tenants:
            end = time.monotonic() + INTERVALS * scale.interval
        elif time.monotonic() > patience:
            raise Failure(f"after {patience - begin:.0f} s {tenants:,} of {scale.tenants:,} tenants were run")
    watched.wall = time.monotonic() - begin
    watched.full = _rate(counts, scale.tenants)
    return watched


def _count_connections(postgres: Postgres, database: str, watched: Watched) -> None:
    rows = postgres.ask("SELECT usename, count(*) FROM pg_stat_activity "
                        f"WHERE datname = '{database}' AND application_name = 'tenantd' GROUP BY 1")
    for row in rows.splitlines():
        role, count = row.split("|")
        watched.connections[role] = max(watched.connections.get(role, 0), int(count))


def _rate(counts: list[tuple[float, int]], tenants: int) -> float:
    """Runs a second from the tenth of the first ones to the ninth: all wait then."""
    part = [(at, runs) for at, runs in counts if tenants / 10 <= runs <= tenants * 9 / 10]
    if len(part) < 2:
        return 0
    (first, few), (last, many) = part[0], part[-1]
    return (many - few) / (last - first)


# --- the answer, from the table of runs ---------------------------------------------------------------

PAUSES = """
WITH run AS (
  SELECT tenant, outcome, started_at::timestamptz AS started, completed_at::timestamptz AS completed,
    row_number() OVER (PARTITION BY tenant ORDER BY id) AS number,
    lag(completed_at::timestamptz) OVER (PARTITION BY tenant ORDER BY id) AS before
  FROM tenantctl.runs),
ends AS (SELECT max(completed) AS moment FROM run)
SELECT count(*) FILTER (WHERE outcome <> 'complete'), count(*), min(most), max(most),
  count(*) FILTER (WHERE pause < {soonest}), count(*) FILTER (WHERE pause > {late}),
  coalesce(min(pause), 0), coalesce(max(pause), 0),
  coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY pause), 0),
  (SELECT count(*) FROM (SELECT tenant FROM run, ends GROUP BY tenant, moment
    HAVING extract(epoch FROM moment - max(completed)) > {late}) AS waiting)
FROM (SELECT *, extract(epoch FROM started - before) AS pause,
  max(number) OVER (PARTITION BY tenant) AS most FROM run) AS paused
"""


def _answer(bench: Bench, postgres: Postgres, database: str, scale: Scale, watched: Watched,
            memory: dict[str, float], hosts: float, server: float) -> None:
    row = postgres.ask(PAUSES.format(soonest=scale.interval - SECOND, late=scale.late), database)
    (failed, runs, least, most, early, late, shortest, longest, median, waiting) = map(
        float, row.split("|"))
    if failed:
        raise Failure(f"{failed:.0f} of {runs:.0f} runs were not complete")
    what = f"{scale.tenants:,} tenants × {USERS:,}, two tenantd, every {scale.interval} s: "
    book = bench.book
    book.ratio("H-P5", what + "runs within an interval of the one before", "–", early, 0, "runs",
               limit=f"{runs:,.0f} runs, {least:.0f} to {most:.0f} of a tenant; at least "
               f"{shortest:.0f} s in between, {median:.0f} s in the middle")
    book.ratio("H-P5", what + "runs that began later than a tenth after they were due", "–",
               late + waiting, 0, "runs",
               limit=f"at most {longest:.0f} s in between; {scale.tenants / scale.interval:.0f} runs a "
               f"second are asked for, both hosts do {watched.full:.0f} first ones; a run costs "
               f"{hosts / runs * 1000:.0f} ms of a processor and {server / runs * 1000:.0f} ms at the server")
    for role in HOSTS:
        book.ratio("H-P5", what + f"connections of host {HOSTS.index(role) + 1}", "–",
                   watched.connections.get(role, 0), MOST, "at once",
                   limit=f"its memory: {memory[role]:.0f} MB")
