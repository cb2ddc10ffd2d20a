"""P8: several tenants at once. P9: how the costs grow. P12: how long a small command takes."""
import itertools

from .. import answers
from ..book import seconds
from ..context import Bench
from ..measure import Series, Side
from ..settings import Failure

TENANTS = 20
GROWING = [("users import", "tenantctl"), ("sync", "tenantctl, first"),
           ("sync", "tenantctl, second"), ("export --live", "tenantctl")]


def each(bench: Bench) -> int:
    """The users of a tenant, where many are measured."""
    return 1000 if bench.settings.quick else 5000


def tenants(bench: Bench) -> None:
    """P8. From files, so that no server on the same cores is measured with them."""
    size, site = each(bench), bench.site()
    data = [bench.data(size, seed=100 + number) for number in range(TENANTS)]
    names = [site.files(f"tenant{number:02}", one) for number, one in enumerate(data)]
    matched = {}

    def side(jobs):
        def count():
            matched[jobs] = sum(site.counts(name)["matched"] for name in names)
        return Side(f"--jobs {jobs}", site.command("sync", "--all", "--jobs", jobs),
                    prepare=site.forget, after=count)

    one, two = bench.compare(f"sync of {TENANTS} tenants", size, [side(1), side(2)]).values()
    answers.equal(f"matched in {TENANTS} tenants, --jobs 1 and 2", matched[1], matched[2])
    answers.equal(f"matched in {TENANTS} tenants, and as the data was composed", matched[2],
                  sum(one.matched for one in data))
    cores = one.median("cpu") / one.median()
    bench.book.ratio("P8", f"{TENANTS} tenants × {size:,}, --jobs 2", "--jobs 1", two.to(one), 0.6,
                     limit=f"a core for each job: 0.50; one alone uses {cores:.2f} cores")


def growth(bench: Bench) -> None:
    """P9, of what was measured before at every size."""
    for work, side in GROWING:
        for small, large in itertools.pairwise(bench.settings.sizes):
            less, more = _both(bench, work, side, small, large)
            step, what = large / small, f"{work}{side.removeprefix('tenantctl')}"
            bench.book.ratio("P9", f"{what}: {small:,} → {large:,}",
                             f"{step:g} times the users", more.to(less), 1.1 * step)
    small, large = bench.settings.sizes[-2:]
    less, more = _both(bench, "sync", "tenantctl, first", small, large)
    bench.book.ratio("P4", f"peak memory of a first sync: {small:,} → {large:,}",
                     f"{large / small:g} times the users", more.to(less, "memory"), large / small)


def _both(bench: Bench, work: str, side: str, small: int, large: int) -> list[Series]:
    found = [bench.book.find(work, size, side) for size in (small, large)]
    if None in found:
        raise Failure(f"{work} was not measured at {small:,} and {large:,} users")
    return found


def start(bench: Bench) -> None:
    """P12. So short that single runs say little: five times the rounds."""
    site, rounds = bench.synced(1000), 5 * bench.settings.rounds
    limit, usage, review = bench.compare("start", 1000, [
        Side("/bin/true", ["/bin/true"]),
        Side("tenantctl --help", [bench.tenantctl, "--help"]),
        Side("tenantctl review", site.command("review", "stored")),
    ], rounds=rounds).values()
    for what, series, target in [("--help", usage, 20), ("review of 1,000", review, 60)]:
        bench.book.ratio("P12", f"tenantctl {what}", "–", series.median() * 1000, target, "ms",
                         limit=f"a program that does nothing: {seconds(limit.median())}")
