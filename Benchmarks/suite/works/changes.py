"""P13: a thousand changes among the stored users; and the three runs, with what each wrote."""
import subprocess

from .. import answers, store
from ..book import RunOfThree
from ..context import Bench
from ..data import line
from ..measure import Series, Side, run, shown
from ..product import Site
from ..servers import ADMINISTRATOR
from ..settings import Failure
from .reading import check

CHANGES = 1000
TENANT = "changing"


def changes(bench: Bench) -> None:
    """A first sync, and then in turn one with nothing changed and one with changes."""
    size, site = bench.settings.largest, bench.site()
    count = min(CHANGES, size // 10)
    with bench.slapd(size) as slapd:
        site.live(TENANT, slapd.port)
        asked, uri = bench.asked(site, TENANT), f"ldap://127.0.0.1:{slapd.port}"
        site.do("users", "import", TENANT, bench.data(size).users)
        runs = Runs(bench, site, size, slapd.process.pid)
        runs.sync("first", f"first sync of {size:,}")
        for number in range(bench.settings.rounds):
            second = runs.sync("second", "second, nothing changed")
            modify(bench, site, uri, size, count, number)
            third = runs.sync("third", f"third, {count:,} changes")
        search = bench.peers.ldapsearch(uri, site.password, asked)
        check(bench, site, TENANT, search, size, live=False)
    written = runs.written["third"]
    bench.book.ratio("P13", f"third sync, {count:,} changes among {size:,}", "second sync",
                     third.to(second), 1.1, limit="nothing to write: 1.00")
    bench.book.ratio("P13", "rows that it wrote, for each change", "–", written.total / count, 5,
                     "rows", limit=f"{written.pages} pages differ; by table: {written}")


class Runs:
    """The syncs of one store, by name; of the first of each name, what it wrote."""

    def __init__(self, bench: Bench, site: Site, size: int, server: int):
        self.bench, self.site, self.size, self.server = bench, site, size, server
        self.series: dict[str, Series] = {}
        self.written: dict[str, store.Writes] = {}

    def sync(self, name: str, what: str) -> Series:
        side, is_first = Side(name, self.site.command("sync", TENANT)), name not in self.series
        if is_first:
            self.site.keep("before")
            self.series[name] = Series("three runs", self.size, name, shown(side.command))
            self.bench.book.series.append(self.series[name])
        series = self.series[name]
        series.samples.append(run(side, self.server))
        if is_first:
            written = store.writes(self.site.store(TENANT, "before"), self.site.store(TENANT))
            self.written[name] = written
            self.bench.book.runs.append(
                RunOfThree(what, series, written.total, str(written), written.pages))
        return series


def modify(bench: Bench, site: Site, uri: str, size: int, count: int, round: int) -> None:
    """Changes `count` people that are linked, others in each round: half get another surname, a
    quarter another mail address, a quarter are disabled."""
    columns = ["DistinguishedName", "mail", "EmployeeID"]
    linked = [(dn, mail) for dn, mail, number in answers.table(bench.data(size).directory, columns)
              if int(number[1:]) % 1000 >= 200]
    step, parts = len(linked) // count, []
    for place, (dn, mail) in enumerate(linked[round % step::step][:count]):
        value = [line("sn", f"Changed{round}"), line("sn", f"Geändert{round}"),
                 line("mail", f"changed{round}.{mail}"), "userAccountControl: 514\n"][place % 4]
        parts.append(f"dn: {dn}\nchangetype: modify\nreplace: {value.partition(':')[0]}\n{value}-\n"
                     f"replace: uSNChanged\nuSNChanged: {90000000 + place}\n\n")
    command = ["ldapmodify", "-x", "-H", uri, "-D", ADMINISTRATOR, "-y", site.password]
    done = subprocess.run(command, input="".join(parts), text=True, capture_output=True)
    if done.returncode:
        raise Failure(f"ldapmodify failed: {done.stderr[-2000:]}")
