"""What all works find ready: programs, data, databases. Nothing of it is timed."""
from ..context import Bench
from ..product import program
from ..servers import Slapd
from .counting import SIZES as COUNTED
from .scaling import TENANTS, each


def ready(bench: Bench) -> None:
    """Makes what is not there from an earlier run, so that a quiet hour is spent on measuring."""
    settings = bench.settings
    for name in ("tenantd", "outside-login"):
        program(name)
    for number in range(TENANTS):
        bench.data(each(bench), seed=100 + number)
    for size in sorted({1000, settings.middle, *settings.sizes, *COUNTED}):
        Slapd(bench.data(size), settings.folder, bench.scratch).load()
