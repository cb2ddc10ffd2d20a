"""P14: many links taken apart at once, by the command line and by the service's page."""
import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

from .. import answers, servers
from ..context import Bench
from ..measure import Sample, Series, Side, processor_time
from ..product import Site, program
from ..settings import BENCHMARKS
from ..visitor import PASSWORD, Visitor

PAGE = "active-directory-configuration/unlink-synced-users"


def unlink(bench: Bench) -> None:
    """A tenth and a hundredth of the users: what one more link costs is the slope between them."""
    size = bench.settings.sizes[-2]
    site, counter = bench.synced(size), counting(bench)
    logins = linked(bench, site)
    few, many = size // 100, size // 10
    sides = [Side(f"tenantctl unlink, {count:,}", site.command("unlink", "stored", *logins[:count]),
                  prepare=lambda: site.put_back("synced")) for count in (few, many)]
    small, large = bench.compare("unlink", size, sides).values()
    matched = site.counts("stored")["matched"]
    answers.equal(f"unlink: links left of {len(logins):,}", len(logins) - many, matched)
    _ratios(bench, f"unlink of {many:,} at once", few, many, small, large,
            [counted(side, counter) for side in sides] if counter else None)


def unlink_all(bench: Bench) -> None:
    """The page *Unlink synced users*, at two sizes."""
    sizes, counter, results = bench.settings.sizes[-3:-1], counting(bench), []
    tenantd = program("tenantd")
    for users in sizes:
        site = bench.synced(users)
        links = len(linked(bench, site))
        site.do("access", "add", "stored", "bench", input=PASSWORD + "\n")
        site.keep("synced")
        series, statements = Series("Unlink synced users", users, "tenantd", f"POST /tenants/stored/{PAGE}"), []
        for _ in range(bench.settings.rounds):
            site.put_back("synced")
            sample, count = _post(bench, tenantd, site, counter)
            series.samples.append(sample)
            statements.append(count)
            answers.equal(f"Unlink synced users of {users:,}: links left", site.counts("stored")["matched"], 0)
        bench.book.series.append(series)
        results.append((links, series, statements[-1]))
    (few, small, some), (many, large, more) = results
    _ratios(bench, f"Unlink synced users, {many:,} links", few, many, small, large,
            [some, more] if counter else None)


def _ratios(bench: Bench, what: str, few: int, many: int, small: Series, large: Series,
            statements: list[int] | None) -> None:
    one_more = (large.median() - small.median()) / (many - few) * 1e6
    limit = f"all of it for each link: {large.median() / many * 1e6:.0f} µs"
    bench.book.ratio("P14", f"{what}: one more link", "–", one_more, 20, "µs", limit=limit)
    bench.book.ratio("P14", f"{what}", f"{few:,}, for each link", (large.median() / many) / (small.median() / few),
                     1.1, limit="linear is 1.00; below, what each command costs anyway weighs less")
    if statements and statements[1]:
        bench.book.ratio("P14", f"{what}: statements for one more link", "–",
                         (statements[1] - statements[0]) / (many - few), 2, "statements",
                         limit=f"{statements[1]:,} in all")
    else:
        bench.book.notes.append(f"{what}: the statements were not counted, because there is no C compiler here, "
                                "or the program does not load libsqlite3.")


def linked(bench: Bench, site: Site) -> list[str]:
    """The logins that are matched in the stored snapshot."""
    file = bench.folder() / "linked.csv"
    site.do("export", "stored", "--exact", "--columns", "activeDirectoryLogin,status", "--output", file)
    return [login for login, status in answers.table(file) if status == "Matched"]


# --- statements ---------------------------------------------------------------------------------

def counting(bench: Bench) -> dict[str, str] | None:
    """The environment that has a program's statements counted, if there is a C compiler."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        return None
    folder = bench.folder()
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", folder / "counter.so",
                    BENCHMARKS / "statement-counter.c", "-ldl"], check=True)
    return {"LD_PRELOAD": str(folder / "counter.so"), "STATEMENT_COUNT": str(folder / "count")}


def reading(counter: dict[str, str]) -> int:
    file = Path(counter["STATEMENT_COUNT"])
    return struct.unpack("=Q", file.read_bytes())[0] if file.exists() else 0


def counted(side: Side, counter: dict[str, str]) -> int:
    """The statements of one run, which is not timed."""
    side.prepare()
    before = reading(counter)
    subprocess.run(list(map(str, side.command)), check=True, stdout=subprocess.DEVNULL,
                   env=os.environ | counter)
    return reading(counter) - before


# --- the service --------------------------------------------------------------------------------

def _post(bench: Bench, tenantd: Path, site: Site, counter: dict[str, str] | None) -> tuple[Sample, int]:
    """Starts the service, signs in, and confirms the page once. The statements are counted as it
    is timed: one page is one command, and the counter costs nanoseconds."""
    port = servers.free_port()
    command = ["env", *(f"{name}={value}" for name, value in (counter or {}).items()), tenantd,
               "--tenants", site.tenants, "--state", site.state, "--listen", f"127.0.0.1:{port}",
               "--address", f"127.0.0.1:{servers.free_port()}", "--log-level", "warning"]
    with servers.running("tenantd", command, port, bench.scratch / "tenantd.log") as process:
        visitor = Visitor(port, "stored")
        os.sync()
        statements, cpu, start = reading(counter) if counter else 0, processor_time(process.pid), time.perf_counter()
        visitor.confirm(PAGE)
        wall = time.perf_counter() - start
        used = processor_time(process.pid) - cpu
        memory = peak(process.pid)
        return Sample(wall, used, 0, memory, 0), (reading(counter) if counter else 0) - statements


def peak(process: int) -> float:
    """MB, the most that was resident of a running process."""
    text = Path(f"/proc/{process}/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) / 1024
