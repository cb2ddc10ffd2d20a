"""P2, P4, P4a, P6: a first and a second sync. P4b: the import of users."""
import sqlite3

from .. import answers, store
from ..book import distance
from ..context import Bench
from ..data import BASE
from ..measure import Series, Side
from ..servers import ADMINISTRATOR

TENANT = "synced"
TABLE = """PRAGMA journal_mode=WAL;
CREATE TABLE users (userName TEXT NOT NULL{unique}, windowsLogin TEXT, firstName TEXT, lastName TEXT,
  employeeId TEXT, email TEXT, active TEXT);
.import --csv --skip 1 {file} users
{index}"""


def import_users(bench: Bench, size: int) -> None:
    """P4b. The table of the peer has the index that users are found by, as the product's has."""
    site, data, database = bench.site(), bench.data(size), bench.folder() / "peer.sqlite"
    site.files(TENANT, data, imported=True)

    def fresh():
        for file in database.parent.iterdir():
            file.unlink()

    def peer(name, unique, index):
        script = TABLE.format(unique=unique, index=index, file=data.users)
        return Side(name, ["sqlite3", database], prepare=fresh, input=script)
    own, indexed, later = bench.compare("users import", size, [
        Side("tenantctl", site.command("users", "import", TENANT, data.users), prepare=site.forget),
        peer("sqlite3 .import", " UNIQUE", ""),
        peer("sqlite3 .import, index afterwards", "",
             "CREATE UNIQUE INDEX users_by_name ON users (userName);"),
    ]).values()
    rows = sum(1 for _ in answers.table(data.users))
    answers.equal("users import: tenantctl and sqlite3, users", imported(site.do("users", "list", TENANT)),
                  sqlite3.connect(database).execute("SELECT count(*) FROM users").fetchone()[0])
    answers.equal("users import: users of the file", rows, imported(site.do("users", "list", TENANT)))
    disk = bench.disk("users import", size, site.store(TENANT))
    if size == bench.settings.largest:
        bench.book.ratio("P4b", f"users import of {size:,}", "sqlite3 .import, same index",
                         own.median() / indexed.median(), 1.2,
                         limit=distance("SQLite, index made afterwards", later.median(), own.median())
                         + "; " + distance("disk", disk, own.median()))


def imported(listing: str) -> int:
    """The number at the end of `users list`: "1,000 users, 0 linked"."""
    return int(listing.strip().splitlines()[-1].split(" user")[0].replace(",", ""))


def sync(bench: Bench, size: int) -> None:
    """P2, P4, P4a and P6 at one size."""
    site, data, folder = bench.site(), bench.data(size), bench.folder()
    with bench.slapd(size) as slapd:
        site.live(TENANT, slapd.port)
        search, uri = site.search(TENANT), f"ldap://127.0.0.1:{slapd.port}"
        site.do("users", "import", TENANT, data.users)
        site.keep("imported")
        script = bench.peers.script("sync_python_ldap", uri, ADMINISTRATOR, site.password, BASE,
                                    data.users, folder / "peer.csv", *search)
        taken = bench.compare("sync", size, [
            Side("ldapsearch", bench.peers.search(uri, site.password, BASE, search)),
            Side("tenantctl, first", site.command("sync", TENANT),
                 prepare=lambda: site.put_back("imported"), after=lambda: site.keep("first")),
            Side("tenantctl, second", site.command("sync", TENANT)),
            Side("python-ldap, dict, csv", script),
        ], server=slapd.process.pid)
        one_page = bench.compare("sync", size, [
            Side("ldapsearch, one page", bench.peers.search(uri, site.password, BASE, search, page=None)),
        ], server=slapd.process.pid)["ldapsearch, one page"]
        if size == bench.settings.middle:
            # Too slow to be run as often as the others, or with more users.
            ldap3 = bench.peers.script("read_ldap3", uri, ADMINISTRATOR, site.password, BASE, *search)
            bench.compare("sync", size, [Side("ldap3, reading only, once", ldap3)], slapd.process.pid,
                          rounds=1, warm=False)
    site.do("export", TENANT, "--exact", "--output", folder / "own.csv")
    answers.same(f"first sync of {size:,}: tenantctl and python-ldap", answers.table(folder / "own.csv"),
                 answers.table(folder / "peer.csv"), size)
    answers.equal(f"first sync of {size:,}: matched, as the data was composed",
                  site.counts(TENANT)["matched"], data.matched)
    disk = bench.disk("sync", size, site.store(TENANT, "first"))
    written = store.writes(site.store(TENANT, "first"), site.store(TENANT))
    _ratios(bench, size, taken, one_page, disk, written)
    if size == bench.settings.largest:
        stored = site.store(TENANT, "first").stat().st_size / 1e6
        bench.book.ratio("P4a", f"store file after a first sync of {size:,} ({stored:.0f} MB)",
                         "directory's CSV export", stored * 1e6 / data.directory.stat().st_size, 2.0,
                         limit=f"it holds both sides: {stored / _files(bench, size):.1f} × both CSV files")


def _ratios(bench: Bench, size: int, taken: dict[str, Series], one_page: Series, disk: float,
            written: store.Writes) -> None:
    search, first, second, script = taken.values()
    ratio, limits = bench.book.ratio, {100_000: 100, 1_000_000: 500}
    bound = (distance("server (ldapsearch, one page)", one_page.median(), first.median()) + "; "
             + distance("disk, the store's bytes", disk, first.median()))
    if size in bench.settings.sizes[-2:]:
        ratio("P2", f"first sync of {size:,}", "ldapsearch", first.median() / search.median(), 1.5, limit=bound)
        ratio("P2", f"python-ldap, dict and csv, {size:,}", "first sync", script.median() / first.median(), 3,
              at_least=True)
    if size in limits:
        ratio("P4", f"peak memory of a first sync of {size:,}", "–", first.median("memory"), limits[size], "MB",
              limit=f"both CSV files have {_files(bench, size):.0f} MB")
    if size == bench.settings.largest:
        ratio("P6", f"second sync of {size:,}, nothing changed", "ldapsearch",
              second.median() / search.median(), 1.15,
              limit=distance("server (ldapsearch, one page)", one_page.median(), second.median()))
        ratio("P6", "rows that it wrote, beside its own record", "–", written.total, 0, "rows",
              limit=f"{written.pages} pages differ, {second.median('written'):.1f} MB written")
        alone = bench.book.find("read", size, "tenantctl, preview without users")
        if alone:
            ratio("P6", f"second sync of {size:,}", "tenantctl's own read (P1)",
                  second.median() / alone.median(), 1.15)


def _files(bench: Bench, size: int) -> float:
    data = bench.data(size)
    return (data.directory.stat().st_size + data.users.stat().st_size) / 1e6
