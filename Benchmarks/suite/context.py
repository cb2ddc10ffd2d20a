"""What every work needs: settings, programs, data, servers, and the book to write into."""
import itertools
from functools import cache, cached_property
from pathlib import Path

from . import data as people
from .book import Book
from .data import Data
from .measure import Series, Side, alternate, replacements
from .peers import Peers
from .product import Site, program
from .servers import Slapd
from .settings import REPOSITORY, Settings


# Users beyond which no run is left uncounted: whatever a first run has to find, it is nothing beside
# its work.
WARMED_UP_TO = 100_000


class Bench:
    def __init__(self, settings: Settings, scratch: Path):
        self.settings, self.scratch, self.book = settings, scratch, Book()
        self.peers = Peers(settings.folder)
        self.tenantctl = program("tenantctl")
        self._names = itertools.count(1)
        self._synced: dict[int, Site] = {}
        self._asked: list[str] = []
        replacements[:] = [(str(self.tenantctl), "tenantctl"), (str(self.peers.python), "python"),
                           (str(scratch), "$T"), (str(settings.folder), ".bench"),
                           (f"{REPOSITORY}/", "")]

    @cache
    def data(self, size: int, seed: int = 11) -> Data:
        return people.data(self.settings.folder, size, seed)

    @cached_property
    def versions(self) -> list[tuple[str, str]]:
        return self.peers.versions(self.tenantctl)

    def folder(self) -> Path:
        """A new empty folder, removed with the run."""
        folder = self.scratch / str(next(self._names))
        folder.mkdir(mode=0o755)
        return folder

    def site(self) -> Site:
        return Site(self.tenantctl, self.folder())

    def slapd(self, size: int) -> Slapd:
        return Slapd(self.data(size), self.settings.folder, self.scratch)

    def synced(self, size: int) -> Site:
        """A site whose tenant `stored` has users and one run behind it; its moment `synced`."""
        if size not in self._synced:
            site, data = self.site(), self.data(size)
            site.files("stored", data, imported=True)
            site.do("users", "import", "stored", data.users)
            site.do("sync", "stored")
            site.keep("synced")
            self._synced[size] = site
        site = self._synced[size]
        site.put_back("synced")
        return site

    def asked(self, site: Site, tenant: str) -> list[str]:
        """The filter and the attributes that the product reads all live tenants with."""
        self._asked = self._asked or site.search(tenant)
        return self._asked

    def compare(self, work: str, size: int, sides: list[Side], server: int | None = None,
                rounds: int | None = None) -> dict[str, Series]:
        """Runs the sides in turn, keeps their figures, and returns them by name."""
        series = alternate(work, size, rounds or self.settings.rounds, sides, server,
                           warm=size <= WARMED_UP_TO)
        self.book.series += series
        return {taken.side: taken for taken in series}

    def disk(self, work: str, size: int, file: Path) -> Series:
        """As many bytes as a file has, written to this disk in order and synced."""
        copy = self.scratch / "copy"
        side = Side("dd, synced", ["dd", f"if={file}", f"of={copy}", "bs=1M", "conv=fsync",
                                   "status=none"], after=lambda: copy.unlink())
        return self.compare(work, size, [side])[side.name]
