"""P8: several tenants at once. P9: how the costs grow. P12: how long a small command takes."""
import itertools

from .. import answers
from ..book import distance, seconds
from ..context import Bench
from ..measure import Side

TENANTS = 20


def tenants(bench: Bench) -> None:
    """P8. From files, so that no server on the same cores is measured with them."""
    each, site = 1000 if bench.settings.quick else 5000, bench.site()
    data = [bench.data(each, seed=100 + number) for number in range(TENANTS)]
    for number, one in enumerate(data):
        site.files(f"tenant{number:02}", one)
    counts = {}

    def counted(jobs):
        counts[jobs] = [site.counts(f"tenant{number:02}")["matched"] for number in range(TENANTS)]
    one, two = bench.compare(f"sync of {TENANTS} tenants", each, [
        Side(f"--jobs {jobs}", site.command("sync", "--all", "--jobs", jobs), prepare=site.forget,
             after=lambda jobs=jobs: counted(jobs)) for jobs in (1, 2)]).values()
    answers.equal(f"matched in {TENANTS} tenants: with --jobs 1 and 2", sum(counts[1]), sum(counts[2]))
    answers.equal(f"matched in {TENANTS} tenants: as the data was composed", sum(counts[2]),
                  sum(one.matched for one in data))
    bench.book.ratio("P8", f"{TENANTS} tenants × {each:,}, --jobs 2", "--jobs 1", two.median() / one.median(), 0.6,
                     limit=f"two cores and one job on one: 0.50; --jobs 1 itself uses {one.median('cpu') / one.median():.2f} cores")


def growth(bench: Bench) -> None:
    """P9, of what was measured before at every size."""
    for work, side in [("users import", "tenantctl"), ("sync", "tenantctl, first"),
                       ("sync", "tenantctl, second"), ("export --live", "tenantctl")]:
        for small, large in itertools.pairwise(bench.settings.sizes):
            series = [bench.book.find(work, size, side) for size in (small, large)]
            if None in series:
                continue
            walls = [one.median() for one in series]
            bench.book.ratio("P9", f"{work}{side.removeprefix('tenantctl')}: {small:,} → {large:,}",
                             f"{large // small} times the users", walls[1] / walls[0], 1.1 * large / small)
            if side == "tenantctl, first" and large == bench.settings.largest:
                memory = [one.median("memory") for one in series]
                bench.book.ratio("P4", f"peak memory of a first sync: {small:,} → {large:,}",
                                 f"{large // small} times the users", memory[1] / memory[0], large / small)


def start(bench: Bench) -> None:
    """P12. So short that single runs say little: five times the rounds."""
    site, rounds = bench.synced(1000), 5 * bench.settings.rounds
    limit, usage, review = bench.compare("start", 1000, [
        Side("/bin/true", ["/bin/true"]), Side("tenantctl --help", [bench.tenantctl, "--help"]),
        Side("tenantctl review", site.command("review", "stored")),
    ], rounds=rounds).values()
    for what, series, target in [("--help", usage, 20), ("review of 1,000", review, 60)]:
        bench.book.ratio("P12", f"tenantctl {what}", "–", series.median() * 1000, target, "ms",
                         limit=f"starting a program that does nothing: {seconds(limit.median())}")
