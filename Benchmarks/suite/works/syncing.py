"""P2, P4, P4a, P6: a first and a second sync. P4b: the import of users."""
import sqlite3

from .. import answers, store
from ..book import distance
from ..context import Bench
from ..data import BASE
from ..measure import Series, Side
from ..servers import ADMINISTRATOR
from .reading import OWN

TENANT = "synced"
MEMORY = {100_000: 100, 1_000_000: 500}     # P4: MB for so many users
# The index that users are found by, as the product's table has it.
PEER = """PRAGMA journal_mode=WAL;
CREATE TABLE users (userName TEXT NOT NULL{unique}, windowsLogin TEXT, firstName TEXT,
  lastName TEXT, employeeId TEXT, email TEXT, active TEXT);
.import --csv --skip 1 {file} users
{index}"""


def import_users(bench: Bench, size: int) -> None:
    """P4b."""
    site, data, database = bench.site(), bench.data(size), bench.folder() / "peer.sqlite"
    site.files(TENANT, data, imported=True)

    def forget_peer():
        for file in database.parent.iterdir():
            file.unlink()

    def peer(name, unique="", index=""):
        script = PEER.format(unique=unique, index=index, file=data.users)
        return Side(name, ["sqlite3", database], prepare=forget_peer, input=script)

    later = "CREATE UNIQUE INDEX users_by_name ON users (userName);"
    own, indexed, limit = bench.compare("users import", size, [
        Side("tenantctl", site.command("users", "import", TENANT, data.users), prepare=site.forget),
        peer("sqlite3 .import", unique=" UNIQUE"),
        peer("sqlite3 .import, index afterwards", index=later),
    ]).values()
    listed = site.do("users", "list", TENANT).strip().splitlines()[-1]      # "10 users, 0 linked"
    count = int(listed.split(" user")[0].replace(",", ""))
    rows = sqlite3.connect(database).execute("SELECT count(*) FROM users").fetchone()[0]
    answers.equal(f"users import of {size:,}: users in tenantctl and in sqlite3", count, rows)
    answers.equal(f"users import of {size:,}: rows of the file and in sqlite3",
                  sum(1 for _ in answers.table(data.users)), rows)
    disk = bench.disk("users import", size, site.store(TENANT))
    if size == bench.settings.largest:
        bench.book.ratio(
            "P4b", f"users import of {rows:,}", "sqlite3 .import, same index", own.to(indexed), 1.2,
            limit=distance("SQLite, index made afterwards", limit, own) + "; "
            + distance("disk, the store's bytes", disk, own))


def sync(bench: Bench, size: int) -> None:
    """P2, P4, P4a and P6 at one size."""
    site, data, folder = bench.site(), bench.data(size), bench.folder()
    with bench.slapd(size) as slapd:
        site.live(TENANT, slapd.port)
        asked, uri = bench.asked(site, TENANT), f"ldap://127.0.0.1:{slapd.port}"
        site.do("users", "import", TENANT, data.users)
        site.keep("imported")
        signed_in = [uri, ADMINISTRATOR, site.password, BASE]
        search = bench.peers.ldapsearch
        peers = bench.compare("sync", size, [
            Side("ldapsearch", search(uri, site.password, asked)),
            Side("tenantctl, first", site.command("sync", TENANT),
                 prepare=lambda: site.put_back("imported"), after=lambda: site.keep("first")),
            Side("tenantctl, second", site.command("sync", TENANT)),
            Side("python-ldap, dict, csv", bench.peers.script(
                "sync_python_ldap", *signed_in, data.users, folder / "peer.csv", *asked),
                once=size > bench.settings.middle),
            Side("ldapsearch, one page", search(uri, site.password, asked, page=None)),
        ], server=slapd.process.pid)
        if size == bench.settings.middle:
            # Too slow to be run as often as the others, or with more users.
            ldap3 = bench.peers.script("read_ldap3", *signed_in, *asked)
            bench.compare("sync", size, [Side("ldap3, reading only", ldap3, once=True)],
                          slapd.process.pid)
    answers.same(f"first sync of {size:,}: tenantctl and python-ldap",
                 answers.table(site.export(TENANT, folder / "own.csv")),
                 answers.table(folder / "peer.csv"), size)
    answers.equal(f"first sync of {size:,}: matched, and as the data was composed",
                  site.counts(TENANT)["matched"], data.matched)
    disk = bench.disk("sync", size, site.store(TENANT, "first"))
    _first(bench, size, peers, disk)
    if size == bench.settings.largest:
        _second(bench, size, peers, store.writes(site.store(TENANT, "first"), site.store(TENANT)))
        stored = site.store(TENANT, "first").stat().st_size
        bench.book.ratio(
            "P4a", f"store file after a first sync of {size:,}, {stored / 1e6:.0f} MB",
            "directory's CSV export", stored / data.directory.stat().st_size, 2.0,
            limit=f"it holds both sides: {stored / data.bytes:.1f} × both CSV files")


def _first(bench: Bench, size: int, peers: dict[str, Series], disk: Series) -> None:
    search, first, _, script, one_page = peers.values()
    if size in bench.settings.sizes[-2:]:
        bench.book.ratio(
            "P2", f"first sync of {size:,}", "ldapsearch", first.to(search), 1.5,
            limit=distance("server (ldapsearch, one page)", one_page, first) + "; "
            + distance("disk, the store's bytes", disk, first))
        bench.book.ratio("P2", f"python-ldap, dict and csv, {size:,}", "first sync",
                         script.to(first), 3, at_least=True)
    if size in MEMORY:
        bench.book.ratio(
            "P4", f"peak memory of a first sync of {size:,}", "–", first.median("memory"),
            MEMORY[size], "MB", limit=f"both CSV files have {bench.data(size).bytes / 1e6:.0f} MB")


def _second(bench: Bench, size: int, peers: dict[str, Series], written: store.Writes) -> None:
    search, _, second, _, one_page = peers.values()
    bench.book.ratio(
        "P6", f"second sync of {size:,}, nothing changed", "ldapsearch", second.to(search), 1.15,
        limit=distance("server (ldapsearch, one page)", one_page, second))
    if alone := bench.book.find("read", size, OWN):
        bench.book.ratio("P6", f"second sync of {size:,}, nothing changed",
                         "tenantctl's own read (P1)", second.to(alone), 1.15)
    bench.book.ratio(
        "P6", "rows that it wrote, beside its own record", "–", written.total, 0, "rows",
        limit=f"{written.pages} pages differ, {second.median('written'):.1f} MB written")
