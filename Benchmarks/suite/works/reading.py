"""P1, P5: reading everybody from slapd. P10: the same over a slow network."""
from .. import answers
from ..book import distance
from ..context import Bench
from ..data import BASE
from ..measure import Side, run
from ..servers import relay

ROUND_TRIP = 0.040
COLUMNS = ["activeDirectoryLogin", "smtpAddress", "objectGUID"]
ATTRIBUTES = ["sAMAccountName", "mail", "objectGUID"]


def read(bench: Bench) -> None:
    """P1 and P5. A run without users of the application, previewed: it reads, decodes and makes
    keys; there is nobody to match with, and nothing is written."""
    size, site = bench.settings.largest, bench.site()
    with bench.slapd(size) as slapd:
        plain, sealed = site.live("plain", slapd.port), site.live("sealed", slapd.tls_port, slapd.authority)
        search = site.search(plain)
        uri, tls = f"ldap://127.0.0.1:{slapd.port}", f"ldaps://127.0.0.1:{slapd.tls_port}"
        trust = {"LDAPTLS_CACERT": str(slapd.authority)}
        peers, password = bench.peers, site.password
        check(bench, site, plain, peers.search(uri, password, BASE, search), size)
        taken = bench.compare("read", size, [
            Side("ldapsearch", peers.search(uri, password, BASE, search)),
            Side("tenantctl, preview without users", site.command("sync", plain, "--dry-run")),
            Side("ldapsearch, one page", peers.search(uri, password, BASE, search, page=None)),
            Side("ldapsearch, LDAPS", peers.search(tls, password, BASE, search), environment=trust),
            Side("tenantctl, LDAPS", site.command("sync", sealed, "--dry-run")),
        ], server=slapd.process.pid)
    peer, own, limit, peer_tls, own_tls = taken.values()
    bound = distance("server (ldapsearch, one page)", limit.median(), own.median())
    against = "ldapsearch, same query and pages"
    bench.book.ratio("P1", f"read {size:,} users, wall", against, own.median() / peer.median(), 1.0, limit=bound)
    bench.book.ratio("P1", f"read {size:,} users, client's CPU", against,
                     own.median("cpu") / peer.median("cpu"), 0.7,
                     limit=f"slapd itself uses {own.median('server'):.2f} s of CPU beside it")
    bench.book.ratio("P5", f"read {size:,} users over LDAPS, wall", "P1", own_tls.median() / own.median(), 1.3,
                     limit=f"cipher; ldapsearch's own ratio is {peer_tls.median() / peer.median():.2f}")


def check(bench: Bench, site, tenant: str, search: list, size: int) -> None:
    """The product's live export holds what ldapsearch printed."""
    folder = bench.folder()
    run(Side("", search, output=folder / "peer.ldif"))
    site.do("export", tenant, "--live", "--exact", "--columns", ",".join(COLUMNS), "--output", folder / "own.csv")
    answers.same("read: ldapsearch and tenantctl", answers.entries(folder / "peer.ldif", ATTRIBUTES),
                 answers.table(folder / "own.csv"), size)


def far(bench: Bench) -> None:
    """P10: ten organizational units, 40 ms away."""
    size, site = bench.settings.middle, bench.site()
    with bench.slapd(size) as slapd, relay(slapd.port, ROUND_TRIP, bench.scratch) as port:
        tenant = site.live("far", port, units=True)
        search = site.search(tenant)
        uri = f"ldap://127.0.0.1:{port}"
        command = bench.peers.search(uri, site.password, BASE, search)
        check(bench, site, tenant, command, size)
        near = bench.peers.search(f"ldap://127.0.0.1:{slapd.port}", site.password, BASE, search)
        taken = bench.compare("read, 40 ms away", size, [
            Side("ldapsearch", command),
            Side("tenantctl, preview without users", site.command("sync", tenant, "--dry-run")),
            Side("ldapsearch, one page", bench.peers.search(uri, site.password, BASE, search, page=None)),
            Side("ldapsearch, not relayed", near),
        ], server=slapd.process.pid)
    peer, own, limit, _ = taken.values()
    bench.book.ratio("P10", f"read {size:,} users in 10 OUs, 40 ms round trip", "ldapsearch, same relay",
                     own.median() / peer.median(), 0.35,
                     limit=distance("network and server (ldapsearch, one page)", limit.median(), own.median()))
