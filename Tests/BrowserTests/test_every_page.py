"""Every page, light and dark, wide and narrow: accessible (axe-core), nothing to scroll sideways, nothing in the console."""

import importlib.util
from pathlib import Path

import pytest

from installation import wait_until

SYNC = "/tenants/acme/active-directory-sync"
# A row of each kind, by login.
ROWS = ["jsmith", "jsmith-adm", "mmueller", "tlong", "sbytes"]
PAGES = {
    "sync": SYNC, "filtered": f"{SYNC}?filter=not-matched&search=a&sort=smtp&order=desc&size=25", "page 2": f"{SYNC}?size=25&page=2",
    "no match": f"{SYNC}?search=qqq", "configuration": "/tenants/acme/active-directory-configuration",
    "users": "/tenants/acme/users", "users filtered": "/tenants/acme/users?show=unclaimed&sort=email", "user": "/tenants/acme/users/jsmith",
    "user not linked": "/tenants/acme/users/hannah.lee.1", "history": "/tenants/acme/history", "run": "/tenants/acme/history/runs/1",
    "changes": "/tenants/acme/history/changes", "refusals": "/tenants/acme/history/refusals",
    "events": "/tenants/acme/history/events", "changes filtered": "/tenants/acme/history/changes?kind=linked&since=2026-01-01",
    "changed since": f"{SYNC}?changedSince=1",
    "vanished links": "/tenants/acme/vanished-links", "near misses": "/tenants/acme/near-misses",
    "preview of a run": "/tenants/acme/sync/preview", "a user is searched": "/tenants/acme/users/fox/link",
    "link sheet": "/tenants/acme/links/import",
}
OTHERS = {"no directory": "bare", "failed run": "broken", "empty directory": "deserted", "vanished": "leaver"}
LOOKS = [(width, scheme) for width in (1280, 320) for scheme in ("light", "dark")]


def axe_source() -> str:
    """axe.min.js, which the package brings; the package itself is for another driver and is not run."""
    found = importlib.util.find_spec("axe_playwright_python")
    assert found and found.submodule_search_locations, "Scripts/run-browser-tests installs it"
    return (Path(found.submodule_search_locations[0]) / "axe.min.js").read_text()


@pytest.fixture(scope="module")
def axe():
    return axe_source()


@pytest.fixture(scope="module", autouse=True)
def other_states(installation):
    """Tenants in which a page has less, or something else, to show."""
    installation.stop()
    installation.tenantctl("unlink", "acme", "oevans", "--reason", "left the company")
    installation.tenantctl("sync", "acme")
    installation.add_tenant("bare", "sam", "directories: []")
    installation.add_tenant("deserted", "sam", "directories: [{ domain: DESERTED, source: csv, file: deserted.csv }]")
    installation.write_crowd("deserted", 0)
    installation.add_crowd("broken", "sam", 12)
    installation.add_crowd("leaver", "sam", 12)
    for tenant in ("deserted", "broken", "leaver"):
        installation.tenantctl("sync", tenant, fails=True)
    installation.write("broken.csv", "nonsense\n")
    installation.write_crowd("leaver", 9)
    for tenant in ("broken", "leaver"):
        installation.tenantctl("sync", tenant, fails=True)
    for tenant in OTHERS.values():
        installation.add_person(tenant, "sam")
    installation.add_person("globex", "gina")
    installation.start()


def assert_accessible(browser, axe):
    browser.driver.execute_script(axe)
    found = browser.driver.execute_async_script("""
        const done = arguments[arguments.length - 1];
        axe.run(document, {resultTypes: ["violations"]}).then((result) => done(result.violations), (error) => done([{id: `${error}`, nodes: []}]));
        """)
    told = [f"{violation['id']}: {violation.get('help')}\n    " + "\n    ".join(
        f"{node['html'][:200]} {node.get('failureSummary', '')}" for node in violation["nodes"][:3]) for violation in found]
    assert not told, "\n".join(told)


def assert_fits(browser):
    """WCAG 1.4.10: nothing to scroll sideways."""
    wide = browser.driver.execute_script("""
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return [];
        return [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 1)
            .map((e) => e.outerHTML.slice(0, 100));""")
    assert wide == []


def look_at(browser, axe):
    for width, scheme in LOOKS:
        browser.set_screen(width, 1000, scheme)
        try:
            assert_accessible(browser, axe)
            assert_fits(browser)
        except AssertionError as error:
            raise AssertionError(f"{browser.path} at {width} pixels, {scheme}: {error}") from None


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_accessible_and_fits_in_every_look(browser, axe, page):
    browser.sign_in("acme", "maria")
    browser.open(PAGES[page])
    look_at(browser, axe)


@pytest.mark.parametrize("login", ROWS)
def test_a_rows_page_is_accessible_and_fits_in_every_look(browser, axe, login):
    browser.sign_in("acme", "maria")
    browser.open(f"{SYNC}?search={login}")
    browser.follow(login)
    look_at(browser, axe)
    browser.set_screen(1280)
    browser.open(browser.path + "/explanation")
    look_at(browser, axe)


@pytest.mark.parametrize("state", OTHERS)
def test_a_page_with_little_to_show_is_accessible_and_fits(browser, axe, state):
    tenant = OTHERS[state]
    browser.sign_in(tenant, "sam")
    for page in ("active-directory-sync", "users", "history", "active-directory-configuration", "vanished-links",
                 "near-misses", "sync/preview", "history/changes", "history/refusals", "history/events"):
        browser.open(f"/tenants/{tenant}/{page}")
        look_at(browser, axe)


def test_several_directories_are_accessible_and_fit(browser, axe):
    browser.sign_in("globex", "gina")
    for page in ("active-directory-sync", "users", "active-directory-configuration", "users/tina"):
        browser.open(f"/tenants/globex/{page}")
        look_at(browser, axe)


def test_previews_and_answers_are_accessible_and_fit(browser, axe):
    browser.sign_in("acme", "maria")
    browser.open("/tenants/acme/active-directory-configuration")
    browser.press("Unlink synced users…")
    look_at(browser, axe)
    browser.open("/tenants/acme/active-directory-configuration")
    browser.set_screen(1280)
    browser.leave(browser.one("form[action$='/test-connection'] button").click)
    look_at(browser, axe)
    browser.open(f"{SYNC}?search=mmueller")
    browser.set_screen(1280)
    browser.follow("mmueller")
    form = browser.one("form[action$='/links/link']")
    browser.fill("userName", "nobody-of-this-name", form)
    browser.leave(browser.one("button", form).click)
    look_at(browser, axe)
    browser.follow("Back")
    browser.set_screen(1280)
    browser.follow("Search the users…")
    look_at(browser, axe)
    browser.driver.back()
    form = browser.one("form[action$='/links/link']")
    browser.fill("userName", "max.muller", form)
    browser.press("Link to…", form)
    look_at(browser, axe)
    browser.set_screen(1280)
    browser.open("/tenants/acme/sync/preview")
    browser.press("Preview a run")
    wait_until(lambda: browser.open("/tenants/acme/sync/preview") or browser.all("#numbers"), "the preview is made")
    look_at(browser, axe)
    browser.set_screen(1280)
    browser.open(SYNC)
    browser.one(".state").click()
    look_at(browser, axe)


def test_the_sign_in_is_accessible_and_fits(browser, axe):
    browser.open("/sign-in")
    look_at(browser, axe)


@pytest.mark.complains
def test_error_pages_are_accessible_and_fit(browser, axe):
    browser.open("/nowhere")
    look_at(browser, axe)
    browser.sign_in("acme", "maria")
    browser.open("/tenants/acme/users/nobody")
    look_at(browser, axe)
    browser.open(f"{SYNC}?filter=nonsense")
    look_at(browser, axe)


@pytest.mark.complains
def test_a_refused_sign_in_tells_why_and_is_accessible(browser, axe):
    browser.open("/sign-in")
    for name, value in (("tenant", "acme"), ("login", "nobody"), ("password", "wrong password")):
        browser.field(name).send_keys(value)
    browser.press("Sign in")
    assert "is wrong" in browser.one("[role=alert]").text
    assert browser.field("login").get_attribute("value") == "nobody"
    assert browser.field("password").get_attribute("value") == ""
    look_at(browser, axe)


def test_r6_without_a_directory_the_page_says_so_and_points_at_the_configuration(browser):
    browser.sign_in("bare", "sam")
    assert "No Active Directory is configured" in browser.text
    assert browser.all("table.review") == []
    browser.follow("Active Directory Configuration", browser.one("main .empty"))
    assert browser.path == "/tenants/bare/active-directory-configuration"


def test_r3_a_failed_later_run_is_announced_beside_the_snapshot(browser):
    browser.sign_in("broken", "sam")
    assert "The last run failed." in browser.text
    assert len(browser.all("table.review tbody tr")) == 12, "the last snapshot stays"


def test_s5_links_whose_directory_user_is_gone_are_listed_and_stay(browser):
    browser.sign_in("leaver", "sam")
    browser.open("/tenants/leaver/vanished-links")
    assert "p9" in browser.text and "p11" in browser.text and "deleted" in browser.texts(".state")


@pytest.mark.parametrize("width", [1280, 320])
def test_nothing_moves_while_the_table_loads(browser, width):
    browser.sign_in("acme", "maria")
    browser.set_screen(width)
    browser.driver.execute_cdp_cmd("Page.enable", {})
    script = browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
        window.shift = 0;
        new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })
            .observe({type: "layout-shift", buffered: true});"""})
    try:
        browser.open(f"{SYNC}?size=100")
        browser.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)))")
        assert browser.driver.execute_script("return window.shift") == 0
    finally:
        browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", {"identifier": script["identifier"]})
