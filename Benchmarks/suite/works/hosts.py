"""H-P1 to H-P4: the same works with the store in PostgreSQL, on the same machine, through its
socket."""
import statistics
import time

from .. import answers, servers
from ..book import seconds
from ..context import Bench
from ..measure import Sample, Series, Side, run, shown
from ..postgres import Postgres, ServerSite
from ..product import Site, program
from ..visitor import PASSWORD, Visitor

TENANT = "hosted"
MOST, FEW, LATENCY = 20, 5000, 0.002    # statements and trips; users; seconds of a round trip
SMALL = 1000
REVIEW = "active-directory-sync"


def sync(bench: Bench) -> None:
    """H-P1 and H-P2: a first and a second sync, in turn with SQLite's."""
    size, data = bench.settings.largest, bench.data(bench.settings.largest)
    with Postgres() as postgres, bench.slapd(size) as slapd:
        local = bench.site()
        hosted = ServerSite(bench.tenantctl, bench.folder(), postgres, "bench")
        for site in (local, hosted):
            site.live(TENANT, slapd.port)
            site.do("users", "import", TENANT, data.users)
            site.keep("imported")

        def sides(name: str, site: Site) -> list[Side]:
            first = site.command("sync", TENANT)
            return [Side(f"{name}, first", first, prepare=lambda: site.put_back("imported")),
                    Side(f"{name}, second", site.command("sync", TENANT))]

        own = bench.compare("sync, two engines", size,
                            sides("SQLite", local) + sides("PostgreSQL", hosted),
                            server=slapd.process.pid)
        answers.same(f"sync of {size:,}: SQLite and PostgreSQL",
                     answers.table(local.export(TENANT, bench.folder() / "local.csv")),
                     answers.table(hosted.export(TENANT, bench.folder() / "hosted.csv")), size)
        written, tables = hosted.rows_written(lambda: hosted.do("sync", TENANT))
        used = {}
        for which, moment in (("first", "imported"), ("second", None)):
            if moment:
                hosted.put_back(moment)
            before = postgres.processor_time
            hosted.do("sync", TENANT)
            used[which] = postgres.processor_time - before
    first, second = (own[f"PostgreSQL, {which}"] for which in ("first", "second"))
    bench.book.ratio("H-P1", f"first sync of {size:,}, stored in PostgreSQL", "stored in SQLite",
                     first.to(own["SQLite, first"]), 1.3,
                     limit=f"the server uses {used['first']:.2f} s of the same processors beside it")
    bench.book.ratio("H-P2", f"second sync of {size:,}, nothing changed", "stored in SQLite",
                     second.to(own["SQLite, second"]), 1.2,
                     limit=f"the server uses {used['second']:.2f} s of the same processors beside it")
    bench.book.ratio("H-P2", "rows that it wrote, beside its own record", "–", written, 0, "rows",
                     limit=f"by table: {tables}")


def traffic(bench: Bench) -> None:
    """H-P3: what a run says to the server, counted; and how much longer it takes if that is far."""
    counted: dict[tuple[int, str], dict] = {}
    with Postgres() as postgres:
        few = min(FEW, bench.settings.largest // 10)
        for size in (few, bench.settings.largest):
            site = ServerSite(bench.tenantctl, bench.folder(), postgres, f"traffic{size}")
            site.files(TENANT, bench.data(size), imported=True)
            site.do("users", "import", TENANT, bench.data(size).users)
            site.keep("imported")
            with postgres.relay(bench.scratch) as (socket, read):
                site.socket = socket
                for which in ("first", "second"):
                    before = read()
                    site.do("sync", TENANT)
                    after = read()
                    counted[size, which] = {name: after[name] - before[name]
                                            for name in ("statements", "trips", "sent", "received")}
        _ratios(bench, counted, few, bench.settings.largest)
        _far(bench, postgres, few)


def _ratios(bench: Bench, counted: dict, few: int, many: int) -> None:
    for which in ("first", "second"):
        small, large = counted[few, which], counted[many, which]
        for name, what in (("statements", "statements"), ("trips", "round trips")):
            bench.book.ratio("H-P3", f"{which} sync of {many:,}: {what}", "–", large[name], MOST,
                             what, limit=f"of {few:,}: {small[name]}; "
                             f"{large['sent'] / 1e6:.1f} MB there, {large['received'] / 1e6:.1f} MB back")
            bench.book.ratio("H-P3", f"{which} sync of {many:,}: {what}", f"of {few:,}",
                             large[name] / small[name], 1.0, limit="the same: 1.00")


def _far(bench: Bench, postgres: Postgres, size: int) -> None:
    site = ServerSite(bench.tenantctl, bench.folder(), postgres, "far")
    site.files(TENANT, bench.data(size), imported=True)
    site.do("users", "import", TENANT, bench.data(size).users)
    site.keep("imported")
    medians = {}
    for trip in (0, LATENCY):
        with postgres.relay(bench.scratch, trip) as (socket, _):
            site.socket = socket
            away = f"{trip * 1000:.0f} ms away"
            for which, prepare in (("first", lambda: site.put_back("imported")),
                                   ("second", lambda: None)):
                side = Side(f"{which}, {away}", site.command("sync", TENANT), prepare=prepare)
                series = Series("sync, PostgreSQL relayed", size, side.name, shown(side.command))
                for _ in range(2 * bench.settings.rounds):
                    series.samples.append(run(side))
                bench.book.series.append(series)
                medians[which, trip] = series.median()
    for which in ("first", "second"):
        later = medians[which, LATENCY] - medians[which, 0]
        bench.book.ratio("H-P3", f"{which} sync of {size:,}, {LATENCY * 1000:.0f} ms round trip",
                         "as near", later * 1000, 100, "ms", limit=f"{later / LATENCY:.0f} waits")


def pages(bench: Bench) -> None:
    """H-P4: pages of a large tenant and of a small one."""
    tenantd, large = program("tenantd"), bench.settings.largest
    with Postgres() as postgres:
        site = ServerSite(bench.tenantctl, bench.folder(), postgres, "pages")
        for name, size in (("small", SMALL), ("large", large)):
            site.files(name, bench.data(size), imported=True)
            site.do("users", "import", name, bench.data(size).users)
            site.do("access", "add", name, "bench", input=PASSWORD + "\n")
            site.do("sync", name)
        port = servers.free_port()
        command = [tenantd, *site.command()[1:], "--listen", f"127.0.0.1:{port}", "--address",
                   f"127.0.0.1:{servers.free_port()}", "--log-level", "warning"]
        with servers.running("tenantd", command, port, bench.scratch / "tenantd.log"):
            visitors = {name: Visitor(port, name) for name in ("small", "large")}
            start = time.perf_counter()
            visitors["large"].look(REVIEW)
            index = time.perf_counter() - start
            for what, query in (("filter", "filter=not-matched"), ("search", "search=ander"),
                                ("sort", "sort=name"), ("last page", None)):
                _page(bench, visitors, what, query, large, index)


def _page(bench: Bench, visitors: dict, what: str, query: str | None, large: int,
          index: float) -> None:
    taken: dict[str, list[float]] = {name: [] for name in visitors}
    for _ in range(5 * bench.settings.rounds + 1):
        for name, visitor in visitors.items():
            last = (SMALL if name == "small" else large) // 50
            start = time.perf_counter()
            visitor.look(f"{REVIEW}?{query or f'page={last}'}")
            taken[name].append(time.perf_counter() - start)
    for name, walls in taken.items():
        size = SMALL if name == "small" else large
        bench.book.series.append(Series(
            f"page, {what}", size, "tenantd, PostgreSQL", f"GET /tenants/{name}/{REVIEW}?"
            + (query or "page=…"), [Sample(wall, 0, 0, 0, 0) for wall in walls[1:]]))
    medians = [statistics.median(taken[name][1:]) for name in ("small", "large")]
    bench.book.ratio("H-P4", f"{what} of {large:,} rows, stored in PostgreSQL",
                     f"of {SMALL:,} rows", medians[1] / medians[0], 3,
                     limit=f"{seconds(medians[1])} and {seconds(medians[0])}; the index, made once "
                     f"after each run: {seconds(index)}")
