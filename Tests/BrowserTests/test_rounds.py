"""Rounds of review on the page: a reviewer works through what needs a decision, by keyboard and in bulk."""

import io
import zipfile

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from installation import wait_until
from test_every_page import LOOKS, assert_accessible, assert_fits, axe_source

SYNC = "/tenants/acme/active-directory-sync"
ATTENTION = f"{SYNC}?filter=needs-attention"
REVIEWS = "/tenants/acme/reviews"


@pytest.fixture(autouse=True)
def fresh(own_installation):
    """Each test has rounds of its own."""
    return own_installation


@pytest.fixture
def installation(own_installation):
    return own_installation


@pytest.fixture
def maria(browser):
    browser.sign_in("acme", "maria")
    browser.follow("Reviews")
    browser.press("Open a review")
    assert browser.told == "Review 1 is open."
    return browser


def send(browser, *keys):
    ActionChains(browser.driver).send_keys(*keys).perform()


def leave_by(browser, *keys):
    browser.leave(lambda: send(browser, *keys))


def focused(browser):
    return browser.driver.switch_to.active_element


def left(browser) -> str:
    return browser.one(".round-bar strong").text


def test_v1_the_bar_the_filter_and_the_column_are_there_while_a_round_is_open(browser):
    browser.sign_in("acme", "maria")
    assert not browser.all(".round-bar") and not browser.all(".col-decision")
    assert "Needs attention" not in browser.field("filter").text
    browser.follow("Reviews")
    browser.press("Open a review")
    browser.follow("Show what needs attention")
    assert browser.query == "filter=needs-attention"
    assert left(browser) == f"{len(browser.column('login'))} need a decision" == "21 need a decision"
    assert set(browser.column("decision")) == {"Not reviewed before."}


def test_a_reviewer_works_through_rows_by_single_keys(maria):
    maria.open(ATTENTION)
    logins = maria.column("login")
    send(maria, "jj")
    assert focused(maria).text == logins[1]
    send(maria, "k")
    assert focused(maria).text == logins[0]
    leave_by(maria, Keys.ENTER)
    assert "Row 1 of 21" in maria.text
    # Confirmed: one key, and the next row is there.
    leave_by(maria, "c")
    assert maria.heading.endswith(logins[1]) and "confirmed" in maria.told and "Row 1 of 20" in maria.text
    # An exception: a key, the note, Enter. Letters of the note are no keys.
    send(maria, "e")
    assert focused(maria).get_attribute("name") == "note"
    leave_by(maria, "jockey?", Keys.ENTER)
    assert maria.told.endswith("exception: jockey?.") and maria.heading.endswith(logins[2])
    # Escape leaves the field, and keys work again: to the next row and back, then to the table.
    send(maria, "f", Keys.ESCAPE)
    leave_by(maria, "j")
    assert maria.heading.endswith(logins[3])
    leave_by(maria, "k")
    assert maria.heading.endswith(logins[2])
    leave_by(maria, "u")
    assert maria.path == SYNC and "filter=needs-attention" in maria.query
    assert focused(maria).text == logins[2] and left(maria) == "19 need a decision"


def test_the_way_through_rows_keeps_filter_order_and_page(maria):
    maria.open(f"{SYNC}?sort=smtp&order=desc&size=25&page=2")
    logins = maria.column("login")
    maria.leave(lambda: maria.all("tbody .col-login a")[3].click())
    maria.follow("Next")
    assert maria.heading.endswith(logins[4])
    maria.follow("Previous")
    maria.follow("Previous")
    assert maria.heading.endswith(logins[2])
    maria.follow("Table")
    assert maria.column("login") == logins
    assert set("sort=smtp&order=desc&size=25&page=2".split("&")) <= set(maria.query.split("#")[0].split("&"))


def test_keys_can_be_switched_off_and_help_shows_them(maria):
    maria.open(ATTENTION)
    send(maria, "?")
    assert "next and previous row" in maria.one(".keys").text
    maria.one("[data-keys-on]").click()
    send(maria, "j")
    assert not focused(maria).text.startswith("e0a") and focused(maria).get_attribute("data-keys-on") is not None
    maria.open(ATTENTION)
    send(maria, "j")
    assert focused(maria).tag_name == "body"
    maria.driver.execute_script("localStorage.clear()")


def test_ticked_rows_are_decided_at_once_and_one_stays_where_one_was(maria):
    maria.open(f"{SYNC}?filter=needs-attention&size=25")
    for login in ("svc-backup", "SVC-Scan"):
        maria.tick(maria.one("input[name=row]", maria.row(login)))
    maria.one(".bulk [value=exception]").click()
    maria.fill("note", "service accounts")
    maria.driver.execute_script("document.querySelector('[name=until]').value = '2099-12-31'")
    maria.press("Decide")
    assert maria.told == "2 rows: exception until 2099-12-31: service accounts."
    assert maria.path == SYNC and "filter=needs-attention" in maria.query and left(maria) == "19 need a decision"
    maria.open(f"{SYNC}?search=svc-backup")
    assert maria.column("decision")[0].startswith("Exception until 2099-12-31: service accounts (local:maria")
    shown = maria.installation.tenantctl("reviews", "show", "acme", "--output", "csv", "--all").decode()
    assert sum("service accounts" in line for line in shown.splitlines()) == 2


def test_a_note_is_asked_for_and_nothing_ticked_is_a_sentence(maria):
    maria.open(ATTENTION)
    maria.press("Decide")
    assert maria.told == "Nothing is ticked. Tick at least one row first." and maria.path == SYNC
    maria.press("Unlink selected…")
    assert maria.told == "Nothing is ticked. Tick at least one row first."
    maria.tick(maria.one("tbody input[name=row]"))
    maria.one(".bulk [value=to-fix]").click()
    assert maria.field("note").get_property("required")


def test_all_that_fit_are_shown_first(maria):
    maria.open(f"{SYNC}?filter=not-matched&size=10")
    maria.tick(maria.field("all"))
    maria.press("Decide")
    assert "All 20 rows that fit the filter" in maria.text and len(maria.all(".sentences li")) == 20
    maria.press("Decide on 20 rows")
    assert maria.told == "20 rows: confirmed." and left(maria) == "1 needs a decision"
    assert "filter=not-matched" in maria.query


def test_v2_what_changed_since_it_was_seen_is_not_decided(maria):
    unlinked = "ACME\\kbrown changed since you looked at it: nothing is decided; look at it again."
    # On the page of a row.
    maria.open(f"{SYNC}?search=kbrown")
    maria.follow("kbrown")
    maria.installation.tenantctl("unlink", "acme", "kbrown", "--reason", "left")
    leave_by(maria, "c")
    assert maria.told == unlinked and maria.heading == "ACME\\kbrown" and left(maria) == "22 need a decision"
    leave_by(maria, "c")
    assert maria.told == "ACME\\kbrown: confirmed." and left(maria) == "21 need a decision"
    # Ticked rows.
    maria.open(f"{SYNC}?search=brown")
    maria.tick(maria.one("input[name=row]", maria.row("kbrown")))
    maria.installation.tenantctl("relink", "acme", "kbrown")
    maria.installation.tenantctl("sync", "acme")
    maria.press("Decide")
    assert maria.told == unlinked
    # All that fit, listed before the change.
    maria.open(f"{SYNC}?filter=matched&size=10")
    maria.tick(maria.field("all"))
    maria.press("Decide")
    count = len(maria.all(".sentences li"))
    maria.installation.tenantctl("unlink", "acme", "kbrown", "--reason", "left")
    maria.press(f"Decide on {count} rows")
    assert "Other rows fit the filter than those that were listed. Look at the list again." in maria.text
    assert len(maria.all(".sentences li")) == count - 1
    maria.press(f"Decide on {count - 1} rows")
    assert maria.told == f"{count - 1} rows: confirmed."


def test_v4_more_undecided_than_were_shown_are_not_signed(maria):
    maria.open(f"{REVIEWS}/1")
    maria.installation.tenantctl("unlink", "acme", "kbrown", "--reason", "left")
    maria.fill("statement", "half of it")
    maria.one("[name=allowUndecided]").click()
    maria.press("Sign with 21 undecided")
    assert "22 rows of review 1 are undecided now, and 21 were when you looked" in maria.told
    maria.fill("statement", "half of it")
    maria.one("[name=allowUndecided]").click()
    maria.press("Sign with 22 undecided")
    assert maria.told == "Review 1 is signed."


def test_v4_signed_with_evidence_and_shown_as_it_was(maria):
    maria.open(f"{SYNC}?filter=needs-attention&size=10")
    maria.tick(maria.field("all"))
    maria.press("Decide")
    maria.press("Decide on 21 rows")
    assert left(maria) == "nothing is left to decide"
    maria.follow("Sign…")
    maria.fill("statement", "looked at all of it")
    maria.press("Sign")
    assert maria.told == "Review 1 is signed." and "looked at all of it" in maria.text
    data = maria.download(lambda: maria.one("a[href$='evidence.zip']").click())
    assert "users.csv" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    file = maria.installation.folder / "evidence.zip"
    file.write_bytes(data)
    maria.installation.tenantctl("reviews", "verify", str(file))
    file.write_bytes(data.replace(b"looked at all", b"looked at ale"))
    assert b"" == maria.installation.tenantctl("reviews", "verify", str(file), fails=True)
    maria.follow("Decided")
    assert len(maria.all("table.decided tbody tr")) == 21
    maria.open(SYNC)
    assert not maria.all(".round-bar")


def test_v1_vanished_links_are_decided_on_the_rounds_page(browser):
    installation = browser.installation
    installation.add_crowd("leaver", "sam", 30)
    installation.tenantctl("sync", "leaver")
    installation.write_crowd("leaver", 28)
    installation.tenantctl("sync", "leaver")
    installation.add_person("leaver", "sam")
    installation.stop()
    installation.start()
    browser.sign_in("leaver", "sam")
    browser.follow("Reviews")
    browser.press("Open a review")
    assert "2 of them are no row of the table" in browser.one(".round-bar").text
    form = browser.one("form[data-decide]")
    browser.tick(browser.all("tbody input", form)[0])
    browser.press("Decide selected", form)
    assert browser.told == "LEAVER\\p28: confirmed."
    assert "1 of them is no row of the table" in browser.one(".round-bar").text
    assert "Confirmed (local:sam" in browser.one("form[data-decide] tbody").text


def test_ten_rows_on_a_screen_and_the_table_near_the_top_on_a_phone(maria):
    def places():
        return [row.rect for row in maria.all("table.review tbody tr")]

    for path in (SYNC, ATTENTION):
        maria.set_screen(1440, 900)
        maria.open(path)
        assert places()[9]["y"] + places()[9]["height"] <= 900, path
    maria.set_screen(390, 844)
    maria.open(ATTENTION)
    assert places()[0]["y"] < 700


def test_the_matched_user_has_a_column_that_sorts(maria):
    maria.open(f"{SYNC}?filter=matched")
    maria.follow("Matched user")
    users = maria.column("user")
    assert users == sorted(users, key=str.lower) and len(users) > 20
    maria.follow("Matched user")
    assert maria.column("user") == users[::-1]


def test_a_page_that_is_there_no_more_gives_way_to_the_last(maria):
    maria.open(f"{SYNC}?filter=not-matched&size=10&page=99")
    assert len(maria.column("login")) == 10 and "Page 2 of 2" in maria.text


def test_u1_all_that_fit_are_unlinked_after_a_preview(maria):
    maria.open(f"{SYNC}?filter=all&search=ACME.example&size=10")
    maria.tick(maria.field("all"))
    maria.press("Unlink selected…")
    sentences = maria.texts(".sentences li")
    assert sentences and all("is unlinked" in sentence for sentence in sentences)
    maria.press("Unlink")
    assert maria.told == f"{len(sentences)} users are unlinked." and "size=10" in maria.query


@pytest.mark.parametrize("page", ["table", "row", "round", "reviews", "signed", "decide"])
def test_each_page_of_a_round_is_accessible_and_fits(maria, page):
    maria.open(f"{SYNC}?filter=needs-attention&size=10")
    if page == "decide":
        maria.tick(maria.field("all"))
        maria.press("Decide")
    elif page == "row":
        maria.leave(lambda: maria.all("tbody .col-login a")[2].click())
    elif page == "table":
        maria.tick(maria.one("tbody input[name=row]"))
    else:
        if page == "signed":
            maria.installation.tenantctl("reviews", "sign", "acme", "--statement", "x", "--allow-undecided")
        maria.open(REVIEWS if page == "reviews" else f"{REVIEWS}/1")
    if maria.all(".keys"):
        maria.driver.execute_script("document.querySelector('.keys').open = true")
    axe = axe_source()
    for width, scheme in LOOKS:
        maria.set_screen(width, 1000, scheme)
        assert_accessible(maria, axe)
        assert_fits(maria)


def test_without_javascript_a_round_is_reviewed_and_signed(plain_browser):
    browser = plain_browser
    browser.sign_in("acme", "maria")
    browser.follow("Reviews")
    browser.press("Open a review")
    browser.follow("Show what needs attention")
    logins = browser.column("login")
    browser.follow(logins[0])
    browser.one("[value=to-fix]").click()
    browser.press("Decide, then the next row")
    assert "What is to be fixed needs a note that says what." in browser.text
    browser.fill("note", "rename it")
    browser.press("Decide on 1 row")
    assert browser.heading.endswith(logins[1]) and browser.told.endswith("to fix: rename it.")
    browser.press("Decide, then the next row")
    assert browser.heading.endswith(logins[2])
    browser.follow("Table")
    assert left(browser) == "19 need a decision"
    browser.follow("Review 1")
    browser.fill("statement", "half of it")
    browser.press("Sign with 19 undecided")
    assert "19 rows need a decision and have none" in browser.told
    browser.fill("statement", "half of it")
    browser.one("[name=allowUndecided]").click()
    browser.press("Sign with 19 undecided")
    assert browser.told == "Review 1 is signed."
