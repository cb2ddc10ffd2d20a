"""P13: a thousand changes among the stored users; and the three runs, with what each wrote."""
import subprocess

from .. import answers, store
from ..book import RunOfThree
from ..context import Bench
from ..data import BASE, line
from ..measure import Series, Side, run, shown
from ..servers import ADMINISTRATOR
from .reading import ATTRIBUTES, COLUMNS, check

CHANGES = 1000
TENANT = "changing"


def changes(bench: Bench) -> None:
    size, site = bench.settings.largest, bench.site()
    count = min(CHANGES, size // 10)
    with bench.slapd(size) as slapd:
        site.live(TENANT, slapd.port)
        search, uri = site.search(TENANT), f"ldap://127.0.0.1:{slapd.port}"
        site.do("users", "import", TENANT, bench.data(size).users)
        site.keep("before")
        sync = Side("tenantctl sync", site.command("sync", TENANT))

        def one(name: str, what: str, is_looked_at: bool = True) -> tuple[Series, store.Writes | None]:
            """Runs a sync, and says what it wrote by the copy of the store before it."""
            series = Series("three runs", size, name, shown(sync.command), [run(sync, slapd.process.pid)])
            if not is_looked_at:
                return series, None
            written = store.writes(site.store(TENANT, "before"), site.store(TENANT))
            bench.book.runs.append(RunOfThree(what, series, written.total, str(written), written.pages))
            site.keep("before")
            return series, written

        first, _ = one("first", f"first sync of {size:,}")
        seconds, thirds, written = Series("three runs", size, "second"), Series("three runs", size, "third"), None
        for number in range(bench.settings.rounds):
            is_looked_at = number == 0
            unchanged, _ = one("second", "second, nothing changed", is_looked_at)
            modify(bench, site, uri, size, count, number)
            changed, wrote = one("third", f"third, {count:,} changes", is_looked_at)
            written = written or wrote
            seconds.samples += unchanged.samples
            thirds.samples += changed.samples
        seconds.command = thirds.command = first.command
        bench.book.series += [first, seconds, thirds]
        check_changed(bench, site, bench.peers.search(uri, site.password, BASE, search), size)
    bench.book.ratio("P13", f"third sync, {count:,} changes among {size:,}", "second sync",
                     thirds.median() / seconds.median(), 1.1, limit="the second sync itself is 1.00")
    bench.book.ratio("P13", "rows that it wrote, for each change", "–", written.total / count, 5, "rows",
                     limit=f"{written}; {written.pages} pages differ, {thirds.median('written'):.1f} MB written")


def modify(bench: Bench, site, uri: str, size: int, count: int, round: int) -> None:
    """Changes `count` people that are linked, others in each round: half get another surname, a
    quarter another mail address, a quarter are disabled."""
    linked = [(dn, mail) for dn, mail, number in answers.table(
        bench.data(size).directory, ["DistinguishedName", "mail", "EmployeeID"])
        if int(number[1:]) % 1000 >= 200]
    step = len(linked) // count
    parts = []
    for place, (dn, mail) in enumerate(linked[round % step::step][:count]):
        value = [line("sn", f"Changed{round}"), line("sn", f"Geändert{round}"),
                 line("mail", f"changed{round}.{mail}"), "userAccountControl: 514\n"][place % 4]
        parts.append(f"dn: {dn}\nchangetype: modify\nreplace: {value.partition(':')[0]}\n{value}-\n"
                     f"replace: uSNChanged\nuSNChanged: {90000000 + place}\n\n")
    done = subprocess.run(["ldapmodify", "-x", "-H", uri, "-D", ADMINISTRATOR, "-y", site.password],
                          input="".join(parts), text=True, capture_output=True)
    answers.equal("ldapmodify: its exit code", done.returncode, 0)


def check_changed(bench: Bench, site, search: list, size: int) -> None:
    """The stored snapshot holds what the directory holds now."""
    folder = bench.folder()
    run(Side("", search, output=folder / "peer.ldif"))
    site.do("export", TENANT, "--exact", "--columns", ",".join(COLUMNS), "--output", folder / "own.csv")
    answers.same("third sync: ldapsearch and the stored snapshot",
                 answers.entries(folder / "peer.ldif", ATTRIBUTES), answers.table(folder / "own.csv"), size)
