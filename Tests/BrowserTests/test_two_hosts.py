"""A page behind a load balancer works without sticky sessions (H8): each request goes to another host than the last."""

import http.client
import json
import signal

import pytest

from hosts import Hosts
from installation import PASSWORD, wait_until
from visitor import Visitor, token

SYNC = "/tenants/acme/active-directory-sync"


@pytest.fixture
def installation():
    hosts = Hosts()
    try:
        hosts.add_acme()
        hosts.start()
        yield hosts
    finally:
        hosts.remove()


def ask_host(installation, number: int, path: str, cookies: dict) -> tuple[int, str]:
    """One host, past the proxy."""
    connection = http.client.HTTPConnection("127.0.0.1", installation.ports[number], timeout=120)
    try:
        connection.request("GET", path, headers={
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Host": f"127.0.0.1:{installation.port}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def open_row(browser, login: str):
    browser.open(f"{SYNC}?search={login}")
    browser.follow(login)


def test_h8_the_whole_work_of_a_reviewer_goes_on_whichever_host_answers(browser):
    hosts = browser.installation
    browser.sign_in("acme", "maria")

    # Unlink, with its preview, and link again by what the next page offers.
    open_row(browser, "oevans")
    form = browser.one("form[action$='/links/unlink']")
    browser.fill("reason", "left the company", form)
    browser.press("Unlink…", form)
    browser.press("Unlink")
    assert browser.told == "1 user is unlinked."
    form = browser.one("form[action$='/links/allow-again']")
    browser.press("Allow again…", form)
    browser.press("Allow again")
    assert browser.told == "1 user is linked again."
    open_row(browser, "mmueller")
    form = browser.one("form[action$='/links/link']")
    browser.press("Link to…", form)
    browser.press("Link")
    assert browser.told == "1 user is linked."
    browser.open(SYNC)
    assert browser.all(".note[role=status]") == [], "told once"

    # A round, and decisions in it.
    browser.follow("Reviews")
    browser.press("Open a review")
    assert browser.told == "Review 1 is open."
    browser.open(f"{SYNC}?filter=needs-attention")
    for login in ("svc-backup", "SVC-Scan"):
        browser.tick(browser.one("input[name=row]", browser.row(login)))
    browser.press("Decide")
    assert "2 rows" in browser.told and "confirmed" in browser.told

    # A preview of a run that one host makes is shown by both, and so is the run.
    browser.open("/tenants/acme/sync/preview")
    browser.press("Preview a run")
    wait_until(lambda: browser.open("/tenants/acme/sync/preview") or browser.all("#numbers"), "the preview is made")
    for _ in range(4):
        browser.open("/tenants/acme/sync/preview")
        assert browser.all("#numbers"), "whichever host is asked"
    before = browser.open(SYNC) or browser.one(".overview .facts a").get_attribute("textContent")
    browser.press("Sync now")
    wait_until(lambda: browser.open(SYNC) or browser.one(".overview .facts a").get_attribute("textContent") != before,
               "the run is complete")
    browser.open("/tenants/acme/sync/preview")
    assert not browser.all("#numbers"), "it says nothing any more"

    # Both have answered.
    for number in range(2):
        log = hosts.host_log(number)
        assert log.count("path=/tenants/acme/") > 10, f"host {number} answered too"

    cookies = {cookie["name"]: cookie["value"] for cookie in browser.driver.get_cookies()}
    for number in range(2):
        assert ask_host(hosts, number, SYNC, cookies)[0] == 200
    browser.press("Sign out")
    assert browser.path == "/sign-in"
    for number in range(2):
        assert ask_host(hosts, number, SYNC, cookies)[0] == 303, f"host {number} knows that the session is over"

    events = json.loads(hosts.tenantctl("history", "acme", "--output", "json"))["events"]
    actions = [event["action"] for event in events]
    for action in ("sign-in", "sign-out", "review-opened"):
        assert actions.count(action) == 1, f"{action} is recorded once"


def test_h8_an_operator_goes_from_tenant_to_tenant(browser):
    hosts = browser.installation
    hosts.stop()
    hosts.add_operator("olga", "acme", "globex")
    hosts.start()
    browser.sign_in("", "olga")
    assert browser.heading == "Tenants"
    for _ in range(3):
        browser.follow("Globex Corporation")
        assert browser.path == "/tenants/globex/active-directory-sync"
        browser.follow("Tenants")
    browser.press("Sign out")
    browser.open("/tenants")
    assert browser.path == "/sign-in"


def test_h8_a_session_outlives_its_host_and_ends_everywhere_with_the_password(installation):
    maria = Visitor(installation).sign_in("acme", "maria")
    for number in range(2):
        installation.stop_host(number, signal.SIGKILL)
        for _ in range(4):
            assert maria.get(SYNC).status == 200
        installation.start_host(number)
    installation.tenantctl("access", "add", "acme", "maria", "--replace", text="another password\n")
    for _ in range(4):
        assert maria.get(SYNC).status == 303


def test_h8_attempts_to_sign_in_are_counted_over_all_hosts(installation):
    stranger = Visitor(installation)
    statuses = [stranger.try_sign_in("acme", "maria", "wrong").status for _ in range(8)]
    assert statuses == [401] * 4 + [429] * 4
    # A form of one host is taken by the other, and a browser that is known at one is known at the other.
    assert stranger.try_sign_in("acme", "maria", PASSWORD).status == 429


def test_h8_a_known_browser_is_known_at_both_hosts(installation):
    maria = Visitor(installation).sign_in("acme", "maria")
    stranger = Visitor(installation)
    for _ in range(4):
        assert stranger.try_sign_in("acme", "maria", "wrong").status == 401
    assert stranger.try_sign_in("acme", "maria", PASSWORD).status == 429
    for _ in range(3):
        assert maria.try_sign_in("acme", "maria", PASSWORD).status == 303


def test_h8_a_form_of_one_session_is_none_of_another_at_either_host(installation):
    maria, other = (Visitor(installation).sign_in("acme", "maria") for _ in range(2))
    foreign = token(other.get("/tenants/acme/users").text)
    for _ in range(4):
        assert maria.post("/tenants/acme/sync", {"csrf": foreign}).status == 403
