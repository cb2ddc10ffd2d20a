"""P3: files in, file out. P7: a matcher outside. P11: the export of what is stored."""
import os
import shutil
import subprocess
from pathlib import Path

from .. import answers
from ..book import distance
from ..context import Bench
from ..measure import Side
from ..product import program

# What the peer's table of P11 holds beside the three columns that are asked for, so that it has to
# pass over as much as the product.
STORED = ["activeDirectoryLogin", "smtpAddress", "status", "state", "domain", "objectGUID",
          "distinguishedName", "enabled", "userName", "windowsLogin", "reasonCode", "reasonMessage"]


def live_export(bench: Bench, size: int) -> None:
    """P3 at one size: composite of login and smtp, two CSV files in, one out."""
    site, data, folder = bench.site(), bench.data(size), bench.folder()
    site.files("files", data)
    files = [data.directory, data.users]
    own, duckdb, polars, limit = bench.compare("export --live", size, [
        Side("tenantctl", site.command("export", "files", "--live", "--exact", "--output", folder / "own.csv")),
        Side("DuckDB", bench.peers.script("match_duckdb", *files, folder / "duckdb.csv")),
        Side("Polars", bench.peers.script("match_polars", *files, folder / "polars.csv")),
        Side("wc -l, both files", ["wc", "-l", *files]),
    ]).values()
    for peer in ("duckdb", "polars"):
        answers.same(f"export --live of {size:,}: tenantctl and {peer}", answers.table(folder / "own.csv"),
                     answers.table(folder / f"{peer}.csv"), size)
    if size == bench.settings.largest:
        what = f"export --live, {size:,} × {size:,}"
        ratio = own.median() / duckdb.median()
        bound = (distance("memory bandwidth, each byte looked at once (wc -l)", limit.median(), own.median())
                 + f"; Polars {own.median() / polars.median():.2f}")
        bench.book.ratio("P3", f"{what}, wall", "DuckDB, same files", ratio, 0.8, limit=bound)
        bench.book.ratio("P3", f"{what}, wall, second step", "DuckDB, same files", ratio, 0.5)
        bench.book.ratio("P3", f"{what}, peak memory", "DuckDB, same files",
                         own.median("memory") / duckdb.median("memory"), 0.5)


def outside(bench: Bench) -> None:
    """P7: the same matcher in the program and through the pipe."""
    size, site = bench.settings.largest, bench.site()
    data, plugin = bench.data(size), site.plugins / "outside-login"
    plugin.mkdir(parents=True, mode=0o755)
    shutil.copy(program("outside-login"), plugin / "outside-login")
    (plugin / "outside-login").chmod(0o755)
    manifest = subprocess.run([plugin / "outside-login", "--manifest"], check=True, capture_output=True, text=True)
    libraries = _swift_libraries()
    (plugin / "manifest.yaml").write_text(manifest.stdout + (f"reads: [{libraries}]\n" if libraries else ""))
    site.do("plugins", "seal", plugin)
    inside, beside = (site.files(name, data, {"matcher": matcher})
                      for name, matcher in [("inside", "login"), ("beside", "outside-login")])
    own, peer = bench.compare("sync from files, matcher login", size, [
        Side("outside", site.command("sync", beside), prepare=site.forget, environment=site.environment),
        Side("built in", site.command("sync", inside), prepare=site.forget, environment=site.environment),
    ]).values()
    folder = bench.folder()
    for name in (inside, beside):
        site.do("export", name, "--live", "--exact", "--output", folder / f"{name}.csv")
    answers.same("matcher login: outside and built in", answers.table(folder / "beside.csv"),
                 answers.table(folder / "inside.csv"), size)
    bench.book.ratio("P7", f"sync of {size:,}, matcher outside", "the same matcher built in",
                     own.median() / peer.median(), 1.15,
                     limit="no pipe at all is 1.00")


def _swift_libraries() -> Path | None:
    """Swift's own libraries, which a program that is not linked statically has to read."""
    swift = shutil.which("swift")
    return Path(os.path.realpath(swift)).parent.parent / "lib" if swift else None


def stored_export(bench: Bench) -> None:
    """P11. The peer's rows lie in the order of the answer, so that it has nothing to sort."""
    size, folder = bench.settings.largest, bench.folder()
    site, database = bench.synced(size), folder / "peer.sqlite"
    site.do("export", "stored", "--exact", "--columns", ",".join(STORED), "--output", folder / "all.csv")
    subprocess.run(["sqlite3", database], check=True, text=True, input=(
        f"CREATE TABLE snapshot ({', '.join(name + ' TEXT' for name in STORED)});\n"
        f".import --csv --skip 1 {folder / 'all.csv'} snapshot\n"))
    query = 'SELECT activeDirectoryLogin, smtpAddress, status FROM snapshot'
    own, peer, limit = bench.compare("export of a snapshot", size, [
        Side("tenantctl", site.command("export", "stored", "--format", "csv", "--exact"),
             output=folder / "own.csv"),
        Side("sqlite3 -csv", ["sqlite3", "-csv", "-header", database, query], output=folder / "peer.csv"),
        Side("cat, the answer's bytes", ["cat", folder / "own.csv"], output=folder / "copy.csv"),
    ]).values()
    answers.same("export of a snapshot: tenantctl and sqlite3", answers.table(folder / "own.csv"),
                 answers.table(folder / "peer.csv"), size)
    bench.book.ratio("P11", f"export --format csv of {size:,} stored rows", "sqlite3 -csv, same rows",
                     own.median() / peer.median(), 0.7,
                     limit=distance("disk, the answer copied", limit.median(), own.median()))
