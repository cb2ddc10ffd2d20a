"""The mission page's story in a browser: review who is matched, export, unlink, allow again, link by hand."""

import csv
import io

from selenium.webdriver.support.ui import Select

from browsing import Browser
from installation import wait_until

SYNC = "/tenants/acme/active-directory-sync"
HEADINGS = ["Active Directory Login", "SMTP Address", "Status"]


def open_row(browser: Browser, login: str):
    browser.open(f"{SYNC}?search={login}")
    browser.follow(login)


def unlink(browser: Browser, login: str, reason: str):
    """From the page of a row to the table."""
    open_row(browser, login)
    form = browser.one("form[action$='/links/unlink']")
    browser.fill("reason", reason, form)
    browser.press("Unlink…", form)
    browser.press("Unlink")


def test_r1_the_page_lies_where_the_mission_says_and_shows_login_address_and_status(browser):
    browser.sign_in("acme", "maria")
    assert browser.path == SYNC
    assert browser.texts(".crumbs li") == ["Application Management", "Monitoring", "Active Directory Sync"]
    assert browser.heading == "Active Directory Sync"
    shown = browser.texts("table.review thead th")
    assert [name for name in shown if name in HEADINGS] == HEADINGS
    row = browser.row("jsmith")
    assert browser.one(".col-smtp", row).text == "john.smith@acme.example"
    assert browser.one(".col-status", row).text == "Matched"
    assert set(browser.column("status")) == {"Matched", "Not Matched"}


def test_r1_a_filter_chosen_in_the_drop_down_narrows_the_table_at_once(browser):
    browser.sign_in("acme", "maria")
    browser.choose("filter", "Not Matched")
    assert set(browser.column("status")) == {"Not Matched"}
    assert len(browser.column("status")) == 20
    browser.choose("filter", "Matched")
    assert set(browser.column("status")) == {"Matched"}
    assert Select(browser.field("filter")).first_selected_option.text == "Matched"


def test_r1_a_search_shows_who_has_the_letters_anywhere(browser):
    browser.sign_in("acme", "maria")
    browser.fill("search", "smith")
    browser.press("Apply")
    assert browser.column("login") == ["jsmith", "jsmith-adm"]
    browser.fill("search", "nobody has this")
    browser.press("Apply")
    assert "No user matches the filter" in browser.text
    browser.follow("Show all users")
    assert len(browser.column("login")) == 50


def test_r4_a_heading_sorts_and_sorts_the_other_way_round(browser):
    browser.sign_in("acme", "maria")
    browser.follow("SMTP Address")
    heading = browser.one("th.col-smtp")
    assert heading.get_attribute("aria-sort") == "ascending"
    up = browser.column("smtp")
    browser.follow("SMTP Address")
    assert browser.one("th.col-smtp").get_attribute("aria-sort") == "descending"
    down = browser.column("smtp")
    assert up[0] != down[0]
    # One page has all, so that the two orders are each other's mirror but for those without an address.
    browser.open(f"{SYNC}?sort=smtp&size=100")
    up = [text for text in browser.column("smtp") if text]
    browser.open(f"{SYNC}?sort=smtp&order=desc&size=100")
    assert sorted(text for text in browser.column("smtp") if text) == sorted(up)


def test_r1_pages_of_25_show_each_user_once(browser):
    browser.sign_in("acme", "maria")
    browser.choose("size", "25")
    seen = browser.column("login")
    assert len(seen) == 25
    browser.follow("Next")
    seen += browser.column("login")
    browser.follow("Next")
    seen += browser.column("login")
    assert len(seen) == 51 and len(set(seen)) == 51
    assert browser.texts(".pager .off") == ["Next"]
    browser.follow("First")
    assert browser.column("login") == seen[:25]


def test_r2_csv_export_has_all_users_though_a_filter_is_on(browser):
    browser.sign_in("acme", "maria")
    browser.choose("filter", "Not Matched")
    browser.fill("search", "smith")
    browser.press("Apply")
    assert browser.column("login") == ["jsmith-adm"]
    exported = browser.download(lambda: browser.one(".export a.button").click())
    assert browser.last_download == "acme-active-directory-users.csv"
    lines = list(csv.reader(io.StringIO(exported.decode(), newline="")))
    assert lines[0] == HEADINGS
    assert len(lines) == 1 + 51
    logins = [line[0] for line in lines[1:]]
    assert logins == sorted(logins, key=lambda login: login.lower().lstrip("'")), "R4"
    assert {line[2] for line in lines[1:]} == {"Matched", "Not Matched"}
    assert exported == browser.installation.tenantctl("export", "acme"), "byte for byte what the command line exports"


def test_r7_a_rows_page_tells_why_and_the_long_explanation_in_place(browser):
    browser.sign_in("acme", "maria")
    open_row(browser, "mmueller")
    assert browser.heading == "ACME\\mmueller"
    assert "differs only in accents" in browser.text
    assert "near-miss:accent" in browser.text
    assert "What you can do" in browser.text
    browser.one("a[data-load]").click()
    wait_until(lambda: browser.all("#long pre, section pre"), "the explanation is in its place")
    printed = browser.installation.tenantctl("explain", "acme", "mmueller").decode()
    assert printed.splitlines()[0] in browser.one("section pre").text
    assert browser.path.startswith(f"{SYNC}/rows/"), "no other page was loaded"


def test_u1_u2_u3_unlink_previews_then_lasts_through_a_sync_until_it_is_allowed_again(browser):
    browser.sign_in("acme", "maria")
    open_row(browser, "oevans")
    browser.fill("reason", "left the company")
    browser.press("Unlink…")
    assert browser.heading == "Unlink"
    assert "1 user would be unlinked" in browser.text and "oevans" in browser.one(".sentences").text
    # U3: the preview has changed nothing.
    assert b"oevans,owen.evans@acme.example,Matched" in browser.installation.tenantctl("export", "acme")
    assert browser.field("reason").get_attribute("value") == "left the company"
    browser.press("Unlink")
    assert browser.told == "1 user is unlinked."
    assert browser.one(".state").text == "unlinked"

    browser.open(f"{SYNC}?filter=released")
    assert browser.column("login") == ["oevans"] and browser.column("status") == ["Not Matched"]

    # U1: the Windows login can be edited.
    browser.open("/tenants/acme/users/oevans")
    assert browser.field("windowsLogin").get_attribute("value") == "ACME\\oevans"
    assert "left the company" in browser.text

    # U2: it is not linked again by a sync.
    browser.open(SYNC)
    before = browser.one(".overview .facts a").get_attribute("textContent")
    browser.press("Sync now")
    wait_until(lambda: browser.open(SYNC) or browser.one(".overview .facts a").get_attribute("textContent") != before, "the run is complete")
    browser.open(f"{SYNC}?search=oevans")
    assert browser.one(".state", browser.row("oevans")).text == "unlinked"

    browser.follow("oevans")
    form = browser.one("form[action$='/links/allow-again']")
    browser.fill("reason", "came back", form)
    browser.press("Allow again…", form)
    browser.press("Allow again")
    assert browser.told == "1 user is linked again."
    assert browser.one(".big .status").text == "Matched"
    browser.open("/tenants/acme/users/oevans")
    assert browser.all("input[name=windowsLogin]") == [], "locked again while linked"
    assert "came back" in browser.text


def test_u4_link_to_links_by_hand_and_names_the_holder_of_who_is_taken(browser):
    browser.sign_in("acme", "maria")
    open_row(browser, "mmueller")
    form = browser.one("form[action$='/links/link']")
    assert browser.field("userName", form).get_attribute("value") == "max.muller", "the nearest is suggested"
    browser.fill("userName", "aivanova", form)
    browser.press("Link to…", form)
    assert "Nothing was changed" in browser.text and "aivanova" in browser.text
    browser.follow("Back")
    form = browser.one("form[action$='/links/link']")
    browser.fill("reason", "the same person", form)
    browser.press("Link to…", form)
    assert "max.muller" in browser.one(".pair").text
    browser.press("Link")
    assert browser.told == "1 user is linked."
    assert browser.one(".big .status").text == "Matched"
    browser.open(f"{SYNC}?search=mmueller")
    assert browser.column("status") == ["Matched"]


def test_u3_several_rows_are_unlinked_at_once_after_one_preview(browser):
    browser.sign_in("acme", "maria")
    browser.open(f"{SYNC}?filter=matched&sort=login")
    for login in ("bdavis", "ctaylor", "dmeyer"):
        browser.tick(browser.one("input[name=row]", browser.row(login)))
    assert browser.one("output[data-count]").text == "3 selected"
    browser.fill("reason", "another department", browser.one(".bulk"))
    browser.press("Unlink selected…")
    assert "3 users would be unlinked" in browser.text
    assert len(browser.all(".sentences li")) == 3
    browser.press("Unlink")
    assert browser.told == "3 users are unlinked."
    assert "filter=matched" in browser.query, "back on the same page"
    assert not {"bdavis", "ctaylor", "dmeyer"} & set(browser.column("login"))


def test_u3_nothing_is_unlinked_where_nothing_was_ticked_or_the_preview_is_cancelled(browser):
    browser.sign_in("acme", "maria")
    browser.open(f"{SYNC}?filter=matched")
    before = browser.installation.tenantctl("export", "acme")
    browser.one("input[name=row]").click()
    browser.press("Unlink selected…")
    browser.follow("Cancel")
    assert browser.path == SYNC
    assert browser.installation.tenantctl("export", "acme") == before


def test_users_shows_who_wins_when_an_override_is_edited(browser):
    browser.sign_in("acme", "maria")
    browser.follow("Users")
    browser.choose("show", "Linked")
    browser.fill("search", "hsato")
    browser.press("Apply")
    browser.follow("hsato")
    browser.fill("email", "h.sato@private.example")
    browser.press("Save")
    assert browser.told == "The user is changed."
    cells = {row.find_element("css selector", "th").text: row.text for row in browser.all("table.fields tbody tr")}
    assert "h.sato@private.example" in cells["Email"] and cells["Email"].endswith("override")
    browser.fill("email", "")
    browser.press("Save")
    cells = {row.find_element("css selector", "th").text: row.text for row in browser.all("table.fields tbody tr")}
    assert cells["Email"].endswith("recording"), "S1: the next profile holds"


def test_users_a_value_that_another_user_holds_is_told_and_not_saved(browser):
    browser.sign_in("acme", "maria")
    unlink(browser, "kbrown", "to edit the login")
    browser.open("/tenants/acme/users/kbrown")
    browser.fill("windowsLogin", "ACME\\hsato")
    browser.press("Save")
    text = browser.text
    browser.open("/tenants/acme/users/kbrown")
    assert browser.field("windowsLogin").get_attribute("value") == "ACME\\kbrown", f"S4; the page said: {text}"


def test_users_export_has_all_users_whatever_the_filter(browser):
    browser.sign_in("acme", "maria")
    browser.open("/tenants/acme/users?show=inactive")
    exported = browser.download(lambda: browser.one(".export a.button").click())
    assert browser.last_download == "acme-users.csv"
    assert len(list(csv.reader(io.StringIO(exported.decode(), newline="")))) == 1 + 43


def test_test_connection_shows_each_step(browser):
    browser.sign_in("acme", "maria")
    browser.follow("Active Directory Configuration")
    assert browser.texts(".crumbs li") == ["Application Management", "Global", "System Configuration",
                                           "Active Directory Configuration"]
    assert "smtp (proxyAddresses true)" in browser.text
    browser.leave(browser.one("form[action$='/test-connection'] button").click)
    assert browser.heading == "Test Connection to ACME"
    assert "Every step succeeded." in browser.text
    assert set(browser.texts(".steps .status")) == {"OK"}


def test_t5_the_history_shows_runs_changes_and_refusals_and_each_is_a_csv(browser):
    browser.sign_in("acme", "maria")
    browser.follow("History")
    assert "Run 1" in browser.text and "complete" in browser.text.lower()
    expected = {"Runs": "run,outcome,actor", "Changes": "", "Refusals": "at,actor,action,missing"}
    for tab, headings in expected.items():
        browser.follow(tab, browser.one("nav.subtabs"))
        exported = browser.download(lambda: browser.one(".export a.button").click()).decode()
        assert exported.startswith(headings) and exported.count("\r\n") >= 1
        assert browser.last_download == f"acme-{tab.lower()}.csv"
    browser.follow("Runs", browser.one("nav.subtabs"))
    browser.follow("Run 1")
    assert "new link" in browser.text and "Findings" in browser.text
    browser.open("/tenants/acme/history/changes")
    browser.fill("login", "ACME\\jsmith")
    browser.press("Apply")
    # DOMAIN\login or the login alone, as the field says.
    assert "jsmith" in browser.text


def test_u1_unlink_synced_users_unlinks_all_after_a_preview(browser):
    browser.sign_in("acme", "maria")
    browser.open("/tenants/acme/active-directory-configuration")
    form = browser.one("form[action$='/unlink-synced-users']")
    browser.fill("reason", "another directory comes", form)
    browser.press("Unlink synced users…", form)
    assert "would be unlinked" in browser.text
    assert "No run links any of these pairs" in browser.text
    assert b",Matched\r\n" in browser.installation.tenantctl("export", "acme")
    browser.press("Unlink synced users")
    assert browser.told.endswith("users are unlinked.")
    assert b",Matched\r\n" not in browser.installation.tenantctl("export", "acme")


def test_a3_after_sign_out_the_back_button_shows_nothing_secret(browser):
    browser.sign_in("acme", "maria")
    browser.open(f"{SYNC}?search=hsato")
    assert "@acme.example" in browser.text
    browser.press("Sign out")
    assert browser.path == "/sign-in"
    browser.leave(browser.driver.back)
    assert browser.path == "/sign-in"
    assert "@acme.example" not in browser.driver.page_source
    browser.open("/tenants/globex/active-directory-sync")
    assert browser.path == "/sign-in"
