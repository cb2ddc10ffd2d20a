"""The memory of a service with many tenants, all of whose tables somebody looked at."""
import time

from .. import servers
from ..context import Bench
from ..measure import Sample, Series, peak, processor_time
from ..product import program
from ..settings import SERVICE
from ..visitor import PASSWORD, Visitor
from .scaling import TENANTS as DIFFERENT
from .scaling import each

TENANTS, MEMORY = 200, 1000     # MB
PAGES = ("active-directory-sync", "users")


def many_tenants(bench: Bench) -> None:
    size, site, tenantd = each(bench), bench.site(), program("tenantd")
    data = [bench.data(size, seed=100 + number) for number in range(DIFFERENT)]
    names = [site.files(f"tenant{number:03}", data[number % DIFFERENT], imported=True)
             for number in range(TENANTS)]
    for number, name in enumerate(names):
        site.do("users", "import", name, data[number % DIFFERENT].users)
        site.do("access", "add", name, "bench", input=PASSWORD + "\n")
    site.do("sync", "--all", "--jobs", "2")
    port = servers.free_port()
    command = [tenantd, "--tenants", site.tenants, "--state", site.state,
               "--listen", f"127.0.0.1:{port}", "--address", f"127.0.0.1:{servers.free_port()}",
               "--log-level", "warning"]
    with servers.running("tenantd", command, port, bench.scratch / "tenantd.log") as process:
        start, used = time.perf_counter(), processor_time(process.pid)
        for name in names:
            visitor = Visitor(port, name)
            for page in PAGES:
                visitor.look(page)
        wall, used = time.perf_counter() - start, processor_time(process.pid) - used
        memory = peak(process.pid)
    bench.book.series.append(Series(f"two tables of {TENANTS} tenants", size, "tenantd",
                                    f"GET /tenants/…/{PAGES[0]}, …/{PAGES[1]}",
                                    [Sample(wall, used, 0, memory, 0)]))
    bench.book.ratio(SERVICE, f"memory of tenantd, {TENANTS} tenants × {size:,} users, both tables "
                     "of each", "–", memory, MEMORY, "MB",
                     limit=f"{memory * 1e6 / TENANTS / size:,.0f} bytes a user")
