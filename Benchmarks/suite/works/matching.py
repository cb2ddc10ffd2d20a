"""P3: files in, file out. P7: a matcher outside. P11: the export of what is stored."""
import os
import shutil
import subprocess
from pathlib import Path

from .. import answers
from ..book import distance
from ..context import Bench
from ..measure import Side
from ..product import Site, program

# What the peer's table of P11 holds beside the three columns that are asked for, so that it has to
# pass over as much as the product.
STORED = ["activeDirectoryLogin", "smtpAddress", "status", "state", "domain", "objectGUID",
          "distinguishedName", "enabled", "userName", "windowsLogin", "reasonCode", "reasonMessage"]


def live_export(bench: Bench, size: int) -> None:
    """P3 at one size: composite of login and smtp, two CSV files in, one out."""
    site, data, folder = bench.site(), bench.data(size), bench.folder()
    site.files("files", data)
    files, script = [data.directory, data.users], bench.peers.script
    export = ["export", "files", "--live", "--exact", "--output", folder / "own.csv"]
    own, duckdb, polars, limit = bench.compare("export --live", size, [
        Side("tenantctl", site.command(*export)),
        Side("DuckDB", script("match_duckdb", *files, folder / "duckdb.csv")),
        Side("Polars", script("match_polars", *files, folder / "polars.csv")),
        Side("wc -l, both files", ["wc", "-l", *files]),
    ]).values()
    for peer in ("duckdb", "polars"):
        answers.same(f"export --live of {size:,}: tenantctl and {peer}",
                     answers.table(folder / "own.csv"), answers.table(folder / f"{peer}.csv"), size)
    if size < bench.settings.largest:
        return
    what, ratio = f"export --live, {size:,} × {size:,}", own.to(duckdb)
    bench.book.ratio(
        "P3", f"{what}, wall", "DuckDB, same files", ratio, 0.8,
        limit=distance("memory bandwidth, a look at each byte (wc -l)", limit, own))
    bench.book.ratio("P3", f"{what}, wall, the second step", "DuckDB, same files", ratio, 0.5,
                     limit=f"against Polars: {own.to(polars):.2f}")
    bench.book.ratio("P3", f"{what}, peak memory", "DuckDB, same files", own.to(duckdb, "memory"),
                     0.5, limit=f"against Polars: {own.to(polars, 'memory'):.2f}")


def outside(bench: Bench) -> None:
    """P7: the same matcher in the program and through the pipe; each run a first one."""
    size, site, folder = bench.settings.largest, bench.site(), bench.folder()
    data = bench.data(size)
    _install(site)
    site.files("inside", data, {"matcher": "login"})
    site.files("beside", data, {"matcher": "outside-login"})
    outside, inside = bench.compare("sync from files", size, [
        Side(name, site.command("sync", tenant), prepare=site.forget, environment=site.environment)
        for name, tenant in [("matcher outside", "beside"), ("matcher built in", "inside")]
    ]).values()
    both = [site.export(name, folder / f"{name}.csv", live=True) for name in ("inside", "beside")]
    answers.same("matcher login: outside and built in", *map(answers.table, both), size)
    bench.book.ratio("P7", f"sync of {size:,}, matcher outside", "the same matcher built in",
                     outside.to(inside), 1.15, limit="no pipe at all: 1.00")


def _install(site: Site) -> None:
    """Installs the outside matcher as an administrator would."""
    plugin = site.plugins / "outside-login"
    plugin.mkdir(parents=True, mode=0o755)
    shutil.copy(program("outside-login"), plugin / "outside-login")
    (plugin / "outside-login").chmod(0o755)
    asked = subprocess.run([plugin / "outside-login", "--manifest"], check=True, text=True,
                           capture_output=True)
    swift, manifest = shutil.which("swift"), asked.stdout
    if swift:
        # A program that is not linked statically has to read Swift's own libraries.
        manifest += f"reads: [{Path(os.path.realpath(swift)).parent.parent / 'lib'}]\n"
    (plugin / "manifest.yaml").write_text(manifest)
    site.do("plugins", "seal", plugin)


def stored_export(bench: Bench) -> None:
    """P11. The peer's rows lie in the order of the answer, so that it has nothing to sort."""
    size, folder = bench.settings.largest, bench.folder()
    site, database = bench.synced(size), folder / "peer.sqlite"
    file = site.export("stored", folder / "all.csv", STORED)
    subprocess.run(["sqlite3", database], check=True, text=True, input=(
        f"CREATE TABLE snapshot ({', '.join(name + ' TEXT' for name in STORED)});\n"
        f".import --csv --skip 1 {file} snapshot\n"))
    select = "SELECT activeDirectoryLogin, smtpAddress, status FROM snapshot"
    own, peer, limit = bench.compare("export of a snapshot", size, [
        Side("tenantctl", site.command("export", "stored", "--format", "csv", "--exact"),
             output=folder / "own.csv"),
        Side("sqlite3 -csv", ["sqlite3", "-csv", "-header", database, select],
             output=folder / "peer.csv"),
        Side("cat, the answer's bytes", ["cat", folder / "own.csv"], output=folder / "copy.csv"),
    ]).values()
    answers.same("export of a snapshot: tenantctl and sqlite3", answers.table(folder / "own.csv"),
                 answers.table(folder / "peer.csv"), size)
    bench.book.ratio(
        "P11", f"export --format csv of {size:,} stored rows", "sqlite3 -csv, same rows",
        own.to(peer), 0.7, limit=distance("memory bandwidth, the answer copied (cat)", limit, own))
