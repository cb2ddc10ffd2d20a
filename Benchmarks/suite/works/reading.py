"""P1, P5: reading everybody from slapd. P10: the same over a slow network."""
from .. import answers
from ..book import distance
from ..context import Bench
from ..measure import Side, run
from ..product import Site
from ..servers import relay

ROUND_TRIP = 0.040      # seconds
COLUMNS = ["activeDirectoryLogin", "smtpAddress", "objectGUID"]
ATTRIBUTES = ["sAMAccountName", "mail", "objectGUID"]       # the same, for LDAP
OWN = "tenantctl, preview"


def read(bench: Bench) -> None:
    """P1 and P5. The preview of a run that excludes everybody from being matched: all is read and
    decoded, and becomes a row; nothing is joined, explained or written."""
    size, site, search = bench.settings.largest, bench.site(), bench.peers.ldapsearch
    with bench.slapd(size) as slapd:
        site.live("plain", slapd.port, is_only_read=True)
        site.live("sealed", slapd.tls_port, slapd.authority, is_only_read=True)
        asked, password = bench.asked(site, "plain"), site.password
        plain, sealed = f"ldap://127.0.0.1:{slapd.port}", f"ldaps://127.0.0.1:{slapd.tls_port}"
        trust = {"LDAPTLS_CACERT": str(slapd.authority)}
        check(bench, site, "plain", search(plain, password, asked), size, live=True)
        peer, own, limit, peer_tls, own_tls = bench.compare("read", size, [
            Side("ldapsearch", search(plain, password, asked)),
            Side(OWN, site.command("sync", "plain", "--dry-run")),
            Side("ldapsearch, one page", search(plain, password, asked, page=None)),
            Side("ldapsearch, LDAPS", search(sealed, password, asked), environment=trust),
            Side("tenantctl, LDAPS", site.command("sync", "sealed", "--dry-run")),
        ], server=slapd.process.pid).values()
    bench.book.ratio(
        "P1", f"read {size:,} users, wall", "ldapsearch, same query and pages", own.to(peer), 1.0,
        limit=distance("server (ldapsearch, one page)", limit, own))
    bench.book.ratio(
        "P1", f"read {size:,} users, client's CPU", "ldapsearch", own.to(peer, "cpu"), 0.7,
        limit=f"slapd itself uses {own.median('server'):.2f} s beside it")
    bench.book.ratio(
        "P5", f"read {size:,} users over LDAPS, wall", "P1", own_tls.to(own), 1.3,
        limit=f"the cipher; ldapsearch's own ratio is {peer_tls.to(peer):.2f}")


def check(bench: Bench, site: Site, tenant: str, search: list, size: int, live: bool) -> None:
    """What the product exports is what ldapsearch prints now."""
    folder = bench.folder()
    run(Side("ldapsearch", search, output=folder / "peer.ldif"))
    own = site.export(tenant, folder / "own.csv", COLUMNS, live)
    what = "directory as it is read" if live else "directory as it is stored"
    answers.same(f"{what}, tenant {tenant}: ldapsearch and tenantctl",
                 answers.entries(folder / "peer.ldif", ATTRIBUTES), answers.table(own), size)


def far(bench: Bench) -> None:
    """P10: ten organizational units, 40 ms away."""
    size, site, search = bench.settings.middle, bench.site(), bench.peers.ldapsearch
    with bench.slapd(size) as slapd, relay(slapd.port, ROUND_TRIP, bench.scratch) as port:
        site.live("far", port, units=True, is_only_read=True)
        asked, password = bench.asked(site, "far"), site.password
        near, relayed = f"ldap://127.0.0.1:{slapd.port}", f"ldap://127.0.0.1:{port}"
        check(bench, site, "far", search(relayed, password, asked), size, live=True)
        peer, own, limit, _ = bench.compare("read, 40 ms away", size, [
            Side("ldapsearch", search(relayed, password, asked)),
            Side(OWN, site.command("sync", "far", "--dry-run")),
            Side("ldapsearch, one page", search(relayed, password, asked, page=None)),
            Side("ldapsearch, not relayed", search(near, password, asked)),
        ], server=slapd.process.pid).values()
    bench.book.ratio(
        "P10", f"read {size:,} users in 10 OUs, 40 ms round trip", "ldapsearch, same relay",
        own.to(peer), 0.35,
        limit=distance("network and server (ldapsearch, one page)", limit, own))
