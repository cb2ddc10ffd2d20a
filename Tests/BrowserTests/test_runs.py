"""Sync now: live progress, one at a time, refused by a limit, allowed by a person."""

import pytest

from installation import wait_until
from visitor import Visitor

CROWD = 20_000


@pytest.fixture(scope="module", autouse=True)
def crowds(installation):
    installation.stop()
    installation.add_crowd("crowd", "sam", CROWD)
    installation.add_crowd("shrinking", "sam", 200)
    for tenant in ("crowd", "shrinking"):
        installation.tenantctl("sync", tenant)
        installation.add_person(tenant, "sam")
    installation.start()


def last_run(browser) -> str:
    return browser.one(".overview .facts a").get_attribute("textContent")


def test_sync_now_shows_its_progress_live_and_ends_with_what_happened_and_the_new_table(browser):
    browser.sign_in("crowd", "sam")
    before = last_run(browser)
    browser.press("Sync now")
    box = browser.one("[data-progress]")

    seen = {browser.one("[data-phase]", box).text}
    assert not browser.one("form[action$='/sync'] button").is_enabled()

    def ended():
        # The page is another once the run has ended.
        text = browser.driver.execute_script("return document.querySelector('[data-phase]')?.textContent ?? ''")
        seen.add(text)
        return text == ""

    wait_until(ended, "the run has ended")
    assert len(seen - {""}) > 1, "the phase changed without a new page"
    wait_until(lambda: last_run(browser) != before, "the new table is there")
    assert "is complete." in browser.told and "AD users" in browser.told
    assert browser.all("[data-progress]") == []
    browser.open(browser.path)
    assert browser.all(".note[role=status]") == [], "told once"


def test_t1_a_second_run_at_once_is_refused(installation):
    sam = Visitor(installation).sign_in("crowd", "sam")
    token = sam.form_token("/tenants/crowd/users")
    for _ in range(2):
        assert sam.post("/tenants/crowd/sync", {"csrf": token}).status == 303
    assert "A run of this tenant is under way" in sam.get("/tenants/crowd/active-directory-sync").text
    wait_until(lambda: b'"running":false' in sam.get("/tenants/crowd/sync/progress").body.replace(b" ", b""), "the run has ended")


def test_t3_a_large_change_is_refused_until_a_person_allows_it(browser):
    browser.sign_in("shrinking", "sam")
    browser.installation.write_crowd("shrinking", 20)
    before = last_run(browser)
    browser.press("Sync now")
    wait_until(lambda: browser.open("/tenants/shrinking/active-directory-sync") or "Refused by a limit." in browser.text,
               "the run was refused")
    assert last_run(browser) == before, "the last snapshot stays"
    assert "200" in browser.one(".totals").text
    browser.press("Sync now and allow the large change")
    wait_until(lambda: browser.open("/tenants/shrinking/active-directory-sync") or last_run(browser) != before,
               "the run is complete")
    assert "20" in browser.one(".totals").text and "Refused by a limit." not in browser.text


def test_r1_a_long_table_is_turned_to_its_end(browser):
    browser.sign_in("crowd", "sam")
    browser.open(f"/tenants/crowd/active-directory-sync?size=200&page={CROWD // 200}")
    assert len(browser.column("login")) == 200
    assert browser.texts(".pager .off") == ["Next"]
    browser.open("/tenants/crowd/active-directory-sync?search=p19999@")
    assert browser.column("login") == ["p19999"]
