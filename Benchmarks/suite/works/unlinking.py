"""P14: many links taken apart at once, by the command line and by the service's page."""
import contextlib
import os
import time
from pathlib import Path

from .. import answers, servers
from ..context import Bench
from ..measure import Sample, Series, Side, peak, processor_time
from ..product import Site, program
from ..statements import StatementCount
from ..visitor import PASSWORD, PATIENCE, Visitor

ENOUGH = 60     # seconds of a page's rounds after which no other begins
PAGE = "active-directory-configuration"
FORM = f"{PAGE}/unlink-synced-users"


def unlink(bench: Bench) -> None:
    """A hundredth and a tenth of the users: what one more link costs is the slope between them. Their
    logins are arguments, and then the lines of a list and of a spreadsheet, which are meant for so many."""
    size = bench.settings.sizes[-2]
    site, statements = bench.synced(size), StatementCount(bench.folder())
    logins = linked(bench, site)

    def arguments(count):
        return site.command("unlink", "stored", *logins[:count])

    def listed(count):
        file = bench.folder() / f"{count}.txt"
        file.write_text("".join(f"{login}\n" for login in logins[:count]), encoding="utf-8")
        return site.command("unlink", "stored", "--from", file)

    def sheet(count):
        file = bench.folder() / f"{count}.csv"
        file.write_text("action,activeDirectoryLogin\n" + "".join(
            f"unlink,{login}\n" for login in logins[:count]), encoding="utf-8")
        return site.command("links", "import", "stored", file)

    for work, command in [
        ("unlink", arguments), ("unlink --from", listed), ("links import", sheet),
    ]:
        few, many = size // 100, size // 10
        sides = [Side(f"tenantctl {work}, {count:,}", command(count),
                      prepare=lambda: site.put_back("synced")) for count in (few, many)]
        small, large = bench.compare(work, size, sides).values()
        answers.equal(f"{work} of {many:,}: links that are left, and should be",
                      site.counts("stored")["matched"], len(logins) - many)
        counts = [statements.of(side) for side in sides]
        _ratios(bench, f"{work} of {many:,} at once", few, many, small, large, counts)


def unlink_all(bench: Bench) -> None:
    """The page *Unlink synced users*, at two sizes."""
    statements, tenantd, results = StatementCount(bench.folder()), program("tenantd"), []
    for size in bench.settings.sizes[-3:-1]:
        site = bench.synced(size)
        links = len(linked(bench, site))
        site.do("access", "add", "stored", "bench", input=PASSWORD + "\n")
        site.keep("synced")
        series = Series("Unlink synced users", size, "tenantd", f"POST /tenants/stored/{FORM}")
        while len(series.samples) < bench.settings.rounds and series.total < ENOUGH:
            site.put_back("synced")
            sample, count = _post(bench, tenantd, site, statements)
            series.samples.append(sample)
        bench.book.series.append(series)
        results.append((links, series, count))
        what = f"Unlink synced users of {size:,}"
        if series.samples[-1].wall >= PATIENCE:
            bench.book.notes.append(f"{what}: not answered in {PATIENCE} s and given up, so its "
                                    "figures are too good.")
            continue
        answers.equal(f"{what}: links that are left, and should be",
                      site.counts("stored")["matched"], 0)
        if len(series.samples) < bench.settings.rounds:
            bench.book.notes.append(f"{what}: {len(series.samples)} rounds, because one is so slow.")
    (few, small, fewer), (many, large, more) = results
    _ratios(bench, f"Unlink synced users, {many:,} links", few, many, small, large, [fewer, more])


def _ratios(bench: Bench, what: str, few: int, many: int, small: Series, large: Series,
            counts: list[int]) -> None:
    one_more = (large.median() - small.median()) / (many - few)
    bench.book.ratio("P14", f"{what}: one more link", "–", one_more * 1e6, 20, "µs",
                     limit=f"all of the time, for each link: {large.median() / many * 1e6:.0f} µs")
    bench.book.ratio("P14", f"{what}: for each link", f"the same with {few:,} links",
                     large.to(small) * few / many, 1.1, limit="linear: 1.00")
    if counts[1]:
        bench.book.ratio("P14", f"{what}: statements for one more link", "–",
                         (counts[1] - counts[0]) / (many - few), 2, "statements",
                         limit=f"{counts[1]:,} in all")
    else:
        bench.book.notes.append(f"{what}: the statements were not counted, because the program "
                                "does not load libsqlite3, or there is no C compiler.")


def linked(bench: Bench, site: Site) -> list[str]:
    """The logins that are matched in the stored snapshot."""
    file = bench.folder() / "linked.csv"
    rows = answers.table(site.export("stored", file, ["activeDirectoryLogin", "status"]))
    return [login for login, status in rows if status == "Matched"]


def _post(
    bench: Bench, tenantd: Path, site: Site, statements: StatementCount
) -> tuple[Sample, int]:
    """Starts the service, signs in, and confirms the page once; also, how many statements it ran.
    They are counted while it is timed: counting one takes some nanoseconds."""
    port = servers.free_port()
    command = ["env", *statements.words, tenantd, "--tenants", site.tenants, "--state", site.state,
               "--listen", f"127.0.0.1:{port}", "--address", f"127.0.0.1:{servers.free_port()}",
               "--log-level", "warning"]
    with servers.running("tenantd", command, port, bench.scratch / "tenantd.log") as process:
        visitor = Visitor(port, "stored")
        token = visitor.token(PAGE)
        os.sync()
        count, used = statements.total, processor_time(process.pid)
        start = time.perf_counter()
        with contextlib.suppress(TimeoutError):
            visitor.confirm(FORM, token)
        wall = time.perf_counter() - start
        used = processor_time(process.pid) - used
        return Sample(wall, used, 0, peak(process.pid), 0), statements.total - count
