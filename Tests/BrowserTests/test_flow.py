"""From a look to a decision: previews that tell all, both sides of a pair, near misses together, runs before they are allowed."""

import csv
import io

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from installation import wait_until

SYNC = "/tenants/acme/active-directory-sync"
NEAR = "/tenants/near/near-misses"

# Login, mail in the directory, mail of the user, what differs.
PAIRS = [
    ("obrien", "o'brien@near.example", "o’brien@near.example"),
    ("rene", "rené@near.example", "rene@near.example"),
    ("sue", "sue@near.example", "sue@partner.example"),
    ("kai", "kai.tanaka@near.example", "kai. tanaka@near.example"),
]


@pytest.fixture(scope="module", autouse=True)
def tenants(installation):
    installation.stop()
    lines = ["DN,objectGUID,sAMAccountName,mail,givenName,sn,employeeID,Enabled"]
    users = ["userName,windowsLogin,firstName,lastName,employeeId,email"]
    for number, (login, mail, email) in enumerate(PAIRS):
        lines.append(f'"CN={login},OU=Staff,DC=near",00000000-0000-4000-8000-{number:012x},{login},{mail},Given,Sur {login},4{number},TRUE')
        users.append(f"u-{login},,Given,Person {login},,{email}")
    installation.write("near.csv", "\n".join(lines) + "\n")
    installation.write("near-users.csv", "\n".join(users) + "\n")
    installation.add_tenant("near", "sam", "directories: [{ domain: NEAR, source: csv, file: near.csv }]\nmatching: { matcher: smtp }")
    installation.tenantctl("users", "import", "near", str(installation.tenants / "near-users.csv"))
    installation.tenantctl("sync", "near")
    installation.add_crowd("shrinking", "sam", 200)
    installation.tenantctl("sync", "shrinking")
    installation.add_crowd("leaver", "sam", 120)
    installation.tenantctl("sync", "leaver")
    installation.write_crowd("leaver", 100)
    installation.tenantctl("sync", "leaver", fails=True)
    for tenant in ("near", "shrinking", "leaver"):
        installation.add_person(tenant, "sam")
    installation.start()


def open_row(browser, tenant: str, login: str):
    browser.open(f"/tenants/{tenant}/active-directory-sync?search={login}")
    browser.follow(login)


def test_u4_the_preview_of_a_link_tells_each_value_that_changes_and_both_names(browser):
    browser.sign_in("near", "sam")
    open_row(browser, "near", "sue")
    form = browser.one("form[action$='/links/link']")
    browser.fill("userName", "u-sue", form)
    browser.press("Link to…", form)
    pair = browser.one(".pair").text
    assert "NEAR\\sue" in pair and "Given Sur sue" in pair and "u-sue" in pair and "Given Person sue" in pair
    changes = {tuple(cell.text for cell in browser.all("th, td", row)) for row in browser.all(".changed tbody tr")}
    assert changes == {("First name", "Given", "Given recording profile: blank to Given"), ("Last name", "Person sue", "Sur sue"), ("Employee ID", "blank", "42"),
                       ("Email", "sue@partner.example", "sue@near.example"), ("Windows login", "blank", "NEAR\\sue")}
    # U3: a preview changes nothing.
    assert b"NEAR\\sue" not in browser.installation.tenantctl("users", "show", "near", "u-sue")


def test_r7_the_row_of_a_near_miss_shows_both_values_side_by_side(browser):
    browser.sign_in("near", "sam")
    open_row(browser, "near", "obrien")
    rows = {browser.one("th", row).text: [cell.text for cell in browser.all("td", row)] for row in browser.all(".sides tbody tr")}
    assert rows["Email compared"] == ["o'brien@near.example", "o’brien@near.example"]
    assert rows["Last name"] == ["Sur obrien", "Person obrien"] and rows["Employee ID"] == ["40", "blank"]
    assert "U+2019" in browser.text


def test_near_misses_are_shown_by_kind_with_both_values_and_linked_together(browser):
    browser.sign_in("near", "sam")
    browser.follow("Near misses")
    assert browser.path == NEAR
    assert [text for text in browser.texts(".near .group th")] == [
        "Only spaces or invisible characters differ.", "Only characters that look alike differ.", "Only accents differ.",
        "The same before the @."]
    row = next(row for row in browser.all(".near tbody tr") if "NEAR\\rene" in row.text)
    assert "rené@near.example" in row.text and "rene@near.example" in row.text and "u-rene" in row.text
    browser.press("Link selected…")
    assert browser.told == "Nothing is ticked. Tick at least one row." and browser.path == NEAR
    for name in ("rene", "kai"):
        browser.tick(browser.one(f"input[aria-label='Select NEAR\\\\{name}']"))
    assert browser.one("output[data-count]").text == "2 selected"
    browser.fill("reason", "looked at both", browser.one(".bulk"))
    browser.press("Link selected…")
    assert "2 users would be linked" in browser.text and len(browser.all(".pairs > li")) == 2
    browser.press("Link")
    assert browser.told == "2 users are linked." and browser.path == NEAR
    assert "NEAR\\rene" not in browser.text and "NEAR\\obrien" in browser.text
    changes = browser.installation.tenantctl("history", "near").decode()
    assert changes.count("looked at both") == 2


def test_a_user_is_searched_where_one_is_to_be_named(browser):
    browser.sign_in("acme", "maria")
    open_row(browser, "acme", "mmueller")
    browser.follow("Search the users…")
    assert browser.heading == "Link ACME\\mmueller to…"
    browser.fill("search", "max.muller")
    browser.press("Search")
    row = next(row for row in browser.all(".partners tbody tr") if "max.muller" in row.text)
    browser.leave(browser.one("button", row).click)
    assert "max.muller" in browser.one(".pair").text
    browser.press("Link")
    assert browser.told == "1 user is linked." and browser.one(".big .status").text == "Matched"


def test_a_directory_user_is_searched_from_the_users_page(browser):
    browser.sign_in("acme", "maria")
    browser.open("/tenants/acme/users/fox")
    browser.follow("Link to…")
    browser.fill("search", "jsmith")
    browser.tick(browser.field("all"))
    browser.press("Search")
    assert "linked to jsmith" in browser.text, "who is taken is named and cannot be chosen"
    browser.fill("search", "ivolkov")
    browser.press("Search")
    browser.leave(browser.one(".partners tbody button").click)
    assert "fox" in browser.one(".pair").text and "ACME\\ivolkov" in browser.one(".pair").text
    browser.press("Link")
    assert browser.path == "/tenants/acme/users/fox" and browser.one(".big .status").text == "Linked"


def test_t3_a_run_that_a_limit_refused_is_previewed_before_it_is_allowed(browser):
    page = "/tenants/shrinking/active-directory-sync"
    browser.sign_in("shrinking", "sam")
    browser.installation.write_crowd("shrinking", 120)
    browser.press("Sync now")
    wait_until(lambda: browser.open(page) or "Refused by a limit." in browser.text, "the run was refused")
    browser.follow("See what would change")
    browser.press("Preview a run")
    wait_until(lambda: browser.open(f"/tenants/shrinking/sync/preview") or browser.all("#numbers"), "the preview is made")
    assert "A limit refuses this run" in browser.text and "limits.maxDrop" in browser.text
    vanishing = browser.all("section.panel")[1]
    assert "Would vanish" in vanishing.text and "80" in browser.one("h2 small", vanishing).text
    assert "SHRINKING\\p199" in vanishing.text and "SHRINKING\\p119" not in vanishing.text
    # S6: nothing was written.
    assert b"SHRINKING" in browser.installation.tenantctl("review", "shrinking", "--search", "p199")
    said = browser.installation.tenantctl("sync", "shrinking", "--dry-run", "--verbose", fails=True).decode()
    assert "vanish: SHRINKING\\p199" in said and said.count("vanish: ") == 80
    browser.press("Sync now and allow the large change")
    wait_until(lambda: browser.open(page) or "120" in browser.one(".totals").text, "the run is complete")
    browser.open("/tenants/shrinking/sync/preview")
    assert not browser.all("#numbers"), "it says nothing any more"


def test_each_state_is_explained_in_place_by_key_and_by_pointer(browser):
    browser.sign_in("acme", "maria")
    badge = browser.one(".state", browser.row("jsmith-adm"))
    assert badge.text == "user not free"
    explained = browser.one("#state-contested")
    assert not explained.is_displayed()
    badge.click()
    assert explained.is_displayed() and "contested" in explained.text
    badge.send_keys(Keys.ESCAPE)
    assert not explained.is_displayed()
    badge.send_keys(Keys.ENTER)
    assert explained.is_displayed()


def test_vanished_links_are_sorted_searched_paged_and_exported(browser):
    browser.sign_in("leaver", "sam")
    page = "/tenants/leaver/vanished-links"
    browser.open(f"{page}?size=25")
    browser.follow("User")
    assert browser.one("th.col-user").get_attribute("aria-sort") == "ascending"
    browser.fill("search", "p101")
    browser.press("Apply")
    assert len(browser.all("table.vanished tbody tr")) == 1 and "deleted" in browser.one(".state").text
    exported = browser.download(lambda: browser.one(".export a.button").click())
    assert browser.last_download == "leaver-vanished-links.csv"
    lines = list(csv.reader(io.StringIO(exported.decode(), newline="")))
    assert lines[0] == ["state", "domain", "login", "objectGUID", "userName"] and len(lines) == 1 + 18
    assert {line[0] for line in lines[1:]} == {"source-deleted"}


def test_times_have_one_form(browser):
    browser.sign_in("acme", "maria")
    for path in (SYNC, "/tenants/acme/history/runs/1", "/tenants/acme/history"):
        browser.open(path)
        texts = [element.get_attribute("textContent") for element in browser.all("time")]
        assert texts
        for text in texts:
            assert len(text) > 16 and text[4] == text[7] == "-" and text[13] == ":", text


def test_without_javascript_a_run_ends_with_what_happened_and_both_sides_are_found(plain_browser):
    plain_browser.sign_in("near", "sam")
    plain_browser.press("Sync now")

    def ended():
        if plain_browser.all("[data-refresh]"):
            plain_browser.follow("Refresh")
        return plain_browser.all(".note.good")

    wait_until(ended, "the run has ended")
    assert "is complete." in plain_browser.told
    plain_browser.open(f"{NEAR}?kind=local-part")
    Select(plain_browser.field("kind")).select_by_index(0)
    plain_browser.press("Apply")
    plain_browser.tick(plain_browser.one("input[aria-label='Select NEAR\\\\obrien']"))
    plain_browser.press("Link selected…")
    assert "U+2019" not in plain_browser.one("h1").text and "NEAR\\obrien" in plain_browser.one(".pair").text
    plain_browser.follow("Cancel")
    open_row(plain_browser, "near", "obrien")
    plain_browser.follow("Search the users…")
    plain_browser.fill("search", "u-obrien")
    plain_browser.press("Search")
    plain_browser.leave(plain_browser.one(".partners tbody button").click)
    assert "u-obrien" in plain_browser.one(".pair").text
