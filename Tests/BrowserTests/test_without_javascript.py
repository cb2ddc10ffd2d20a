"""The essential story in a browser without JavaScript: every step is a link or a form."""

import pytest
from selenium.webdriver.support.ui import Select

from installation import wait_until

SYNC = "/tenants/acme/active-directory-sync"


@pytest.fixture
def maria(plain_browser):
    plain_browser.sign_in("acme", "maria")
    return plain_browser


def test_no_script_runs_here(maria):
    assert all(box.get_attribute("hidden") for box in maria.all("[data-all]")), "a script would show it"
    assert all(time.get_attribute("textContent").endswith("UTC") for time in maria.all(".facts time"))


def test_r1_filter_and_search_are_applied_by_a_button(maria):
    Select(maria.field("filter")).select_by_visible_text("Not Matched")
    maria.fill("search", "smith")
    maria.press("Apply")
    assert maria.column("login") == ["jsmith-adm"]
    assert maria.column("status") == ["Not Matched"]
    maria.follow("Clear")
    assert len(maria.column("login")) == 50


def test_r1_sorting_and_paging_are_links(maria):
    maria.open(f"{SYNC}?size=25")
    first = maria.column("login")
    maria.follow("Next")
    assert len(maria.column("login")) == 25 and not set(first) & set(maria.column("login"))
    maria.follow("SMTP Address")
    assert maria.one("th.col-smtp").get_attribute("aria-sort") == "ascending"


def test_r2_the_export_has_all_users(maria):
    maria.open(f"{SYNC}?filter=not-matched")
    exported = maria.download(lambda: maria.one(".export a.button").click())
    assert exported == maria.installation.tenantctl("export", "acme")


def test_u1_u2_unlink_and_sync(maria):
    maria.open(f"{SYNC}?filter=matched&search=hsato")
    maria.one("input[name=row]", maria.row("hsato")).click()
    maria.fill("reason", "left", maria.one(".bulk"))
    maria.press("Unlink selected…")
    assert "1 user would be unlinked" in maria.text
    maria.press("Unlink")
    assert maria.told == "1 user is unlinked."
    maria.open(SYNC)
    before = maria.one(".overview .facts a").get_attribute("textContent")
    maria.press("Sync now")
    wait_until(lambda: maria.open(SYNC) or maria.one(".overview .facts a").get_attribute("textContent") != before, "the run is complete")
    maria.open(f"{SYNC}?search=hsato")
    assert maria.one(".state", maria.row("hsato")).text == "unlinked"


def test_r7_the_explanation_is_a_page(maria):
    maria.open(f"{SYNC}?search=mmueller")
    maria.follow("mmueller")
    maria.follow("Show the explanation")
    assert maria.path.endswith("/explanation")
    assert "mmueller" in maria.one("pre").text
    maria.follow("Back to the row")
    assert maria.heading == "ACME\\mmueller"


def test_signing_out_works(maria):
    maria.press("Sign out")
    maria.open(SYNC)
    assert maria.path == "/sign-in"
