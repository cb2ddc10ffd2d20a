"""Instructions per user of each stage of the work."""
import os

from ..context import Bench
from ..instructions import Counter, per_user

SIZES = 1000, 11000
TENANT = "counted"


def instructions(bench: Bench) -> None:
    counter = Counter(bench.folder(), os.environ.get("TENANTCTL"))
    counts = []
    for size in SIZES:
        works = counter.works(bench.folder() / "works", bench.data(size))
        site = counter.site(bench.folder() / "live")
        with bench.slapd(size) as slapd:
            site.live(TENANT, slapd.port, is_only_read=True)
            works["read from slapd"] = counter.count(site, "sync", TENANT, "--dry-run")
        counts.append((size, works))
    bench.book.instructions = per_user(*counts)
