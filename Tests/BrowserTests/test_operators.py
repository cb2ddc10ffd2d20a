"""An operator at the page Tenants, in a browser: who needs somebody, from tenant to tenant, tabs, the way back from a sign-in."""

import pytest

from installation import PASSWORD
from test_every_page import axe_source, look_at

SYNC = "active-directory-sync"


@pytest.fixture(scope="module")
def axe():
    return axe_source()


@pytest.fixture(scope="module", autouse=True)
def olga(installation):
    """An operator of acme, of globex, which was never synced, and of a tenant whose file breaks while the service runs."""
    installation.stop()
    installation.write("morning.yaml", (installation.tenants / "acme.yaml").read_text().replace("tenant: acme", "tenant: morning"))
    installation.add_operator("olga", "acme", "globex", "morning")
    installation.add_person("globex", "gina")
    installation.start()


def test_the_overview_leads_from_tenant_to_tenant(browser):
    browser.sign_in("", "olga")
    assert browser.heading == "Tenants"
    names = browser.texts("tbody td[data-label=Tenant] a")
    assert sorted(names) == ["Acme Insurance", "Acme Insurance", "Globex Corporation"]
    browser.follow("Globex Corporation")
    assert browser.path == f"/tenants/globex/{SYNC}"
    browser.follow("Tenants")
    assert browser.path == "/tenants"


def test_two_tabs_with_two_tenants_work(browser):
    browser.sign_in("", "olga")
    first = browser.driver.current_window_handle
    browser.open("/tenants/acme/users")
    browser.driver.switch_to.new_window("tab")
    browser.open("/tenants/globex/users")
    assert browser.texts(".brand") == ["Globex Corporation"]
    browser.driver.close()
    browser.driver.switch_to.window(first)
    browser.open("/tenants/acme/history")
    assert browser.texts(".brand") == ["Acme Insurance"]


def test_two_people_in_two_tabs_do_not_end_each_others_session(browser):
    browser.sign_in("acme", "maria")
    browser.open("/tenants/globex/users")
    assert browser.path == "/sign-in" and browser.field("tenant").get_attribute("value") == "globex"
    browser.fill("login", "gina")
    browser.fill("password", PASSWORD)
    browser.press("Sign in")
    assert browser.path == "/tenants/globex/users"
    browser.open("/tenants/acme/users")
    assert browser.path == "/tenants/acme/users"
    browser.press("Sign out")
    for tenant in ("acme", "globex"):
        browser.open(f"/tenants/{tenant}/users")
        assert browser.path == "/sign-in"


def test_the_page_is_accessible_and_fits_in_every_look(browser, axe):
    browser.sign_in("", "olga")
    look_at(browser, axe)
    browser.driver.delete_all_cookies()
    browser.open("/sign-in")
    look_at(browser, axe)
