"""Attacks on the sign-in and on sessions (reliability.md 4), without a browser."""

import re

import pytest

from installation import PASSWORD
from visitor import Visitor

SYNC = "/tenants/acme/active-directory-sync"


def comparable(page: str) -> str:
    """A page without what differs from form to form."""
    return re.sub(r'name="(csrf|login|tenant)" value="[^"]*"', "", page)


def test_a3_unknown_tenant_unknown_login_and_wrong_password_get_the_same_answer(own_installation):
    visitor = Visitor(own_installation)
    answers = [visitor.try_sign_in(*words) for words in (
        ("acme", "maria", "wrong password"), ("acme", "nobody", PASSWORD), ("nowhere", "maria", PASSWORD),
        ("globex", "maria", PASSWORD), ("../acme", "maria", PASSWORD))]
    assert {answer.status for answer in answers} == {401}
    assert len({comparable(answer.text) for answer in answers}) == 1
    names = [{name for name, _ in answer.headers} for answer in answers]
    assert all(name == names[0] for name in names)


def test_an_empty_password_is_refused_and_so_is_one_of_blanks(own_installation):
    visitor = Visitor(own_installation)
    for password in ("", " ", "\0"):
        assert visitor.try_sign_in("acme", "maria", password).status == 401
    assert visitor.get(SYNC).status == 303


def test_session_fixation_a_cookie_from_before_the_sign_in_is_worth_nothing(visitor):
    visitor.cookies["tenantd-session-acme"] = "planted-by-somebody-else"
    visitor.sign_in("acme", "maria")
    assert visitor.cookies["tenantd-session-acme"] != "planted-by-somebody-else"
    stranger = Visitor(visitor.installation)
    stranger.cookies["tenantd-session-acme"] = "planted-by-somebody-else"
    assert stranger.get(SYNC).status == 303


def test_a_new_sign_in_ends_the_session_of_before(maria):
    old = Visitor(maria.installation)
    old.cookies = dict(maria.cookies)
    assert old.get(SYNC).status == 200
    maria.sign_in("acme", "maria")
    assert maria.get(SYNC).status == 200
    assert old.get(SYNC).status == 303


def test_sign_out_ends_the_session_and_not_only_the_cookie(maria):
    word = maria.cookies["tenantd-session-acme"]
    answer = maria.post("/sign-out", {"csrf": maria.form_token(SYNC)})
    assert answer.status == 303 and answer.header("Location") == "/sign-in"
    maria.cookies["tenantd-session-acme"] = word
    assert maria.get(SYNC).status == 303


def test_cookies_are_for_this_site_only_and_no_script_reads_them(visitor):
    answers = [visitor.get("/sign-in"), visitor.try_sign_in("acme", "maria", PASSWORD)]
    cookies = [cookie for answer in answers for cookie in answer.all("Set-Cookie")]
    assert len(cookies) == 3
    for cookie in cookies:
        flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=strict", "path=/"} <= flags, cookie
        assert not any(flag.startswith("domain") for flag in flags), cookie


@pytest.mark.parametrize("next", [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "/tenants/acme/../../evil", "javascript:alert(1)",
    "/tenants/globex/users", "/tenants/acme/users\r\nSet-Cookie: a=b", "/tenants/acme/\u0085users", "/tenants/acme/" + "x" * 5000])
def test_next_leads_nowhere_but_to_the_tenants_own_pages(visitor, next):
    answer = visitor.try_sign_in("acme", "maria", PASSWORD, next)
    assert answer.status == 303
    assert answer.header("Location") == SYNC
    assert not any(value.startswith("a=b") for value in answer.all("Set-Cookie"))


def test_next_leads_to_the_page_that_was_asked_for(visitor):
    asked = visitor.get(f"{SYNC}?filter=matched&page=2")
    assert asked.status == 303
    page = visitor.get(asked.header("Location")).text
    next = re.search(r'name="next" value="([^"]*)"', page).group(1).replace("&amp;", "&")
    assert visitor.try_sign_in("acme", "maria", PASSWORD, next).header("Location") == f"{SYNC}?filter=matched&page=2"


def test_a_sign_in_form_without_the_browsers_proof_is_refused(visitor, installation):
    fields = {"tenant": "acme", "login": "maria", "password": PASSWORD}
    assert visitor.post("/sign-in", fields).status == 403
    foreign = Visitor(installation).form_token()
    visitor.get("/sign-in")
    assert visitor.post("/sign-in", fields | {"csrf": foreign}).status == 403
    assert visitor.get(SYNC).status == 303


def test_signing_out_needs_the_sessions_proof(maria):
    assert maria.post("/sign-out", {"csrf": "wrong"}).status == 403
    assert maria.post("/sign-out", {}).status == 403
    assert maria.get(SYNC).status == 200


def test_a_password_is_not_found_by_trying_and_the_owner_on_a_known_browser_is_not_locked_out(own_installation):
    owner = Visitor(own_installation).sign_in("acme", "maria")
    stranger = Visitor(own_installation)
    answers = [stranger.try_sign_in("acme", "maria", f"guess number {number}") for number in range(6)]
    assert [answer.status for answer in answers] == [401] * 4 + [429] * 2
    assert int(answers[-1].header("Retry-After")) > 0
    # The right one does not help a stranger now, nor does another spelling of the login.
    assert stranger.try_sign_in("acme", "MARIA", PASSWORD).status == 429
    assert stranger.try_sign_in("acme", "ACME\\maria", PASSWORD).status == 429
    assert owner.try_sign_in("acme", "maria", PASSWORD).status == 303
    assert any("too many attempts" in entry["action"] for entry in own_installation.audit()), "A2"


def test_a_session_does_not_outlive_the_service(own_installation):
    maria = Visitor(own_installation).sign_in("acme", "maria")
    own_installation.stop()
    own_installation.start()
    assert maria.get(SYNC).status == 303
    assert maria.sign_in("acme", "maria").get(SYNC).status == 200


def test_a_person_who_is_removed_while_signed_in_is_out(own_installation):
    maria = Visitor(own_installation).sign_in("acme", "maria")
    other = Visitor(own_installation).sign_in("acme", "maria")
    form = {"csrf": other.form_token(SYNC), "row": "x"}
    own_installation.tenantctl("access", "remove", "acme", "maria")
    assert maria.get(SYNC).status == 303
    assert other.post("/tenants/acme/links/unlink", form).status == 303
    assert maria.try_sign_in("acme", "maria", PASSWORD).status == 401
    own_installation.add_person("acme", "maria")
    assert maria.get(SYNC).status == 303, "the session is over for good"


def test_another_password_ends_the_sessions_of_the_old_one(own_installation):
    maria = Visitor(own_installation).sign_in("acme", "maria")
    own_installation.tenantctl("access", "add", "acme", "maria", "--replace", text="another good password\n")
    assert maria.get(SYNC).status == 303


def test_no_secret_is_in_the_log_or_in_the_audit(own_installation):
    maria = Visitor(own_installation).sign_in("acme", "maria")
    maria.get(f"{SYNC}?search=a-rare-search-word")
    maria.try_sign_in("acme", "maria", "a wrong but secret word")
    written = own_installation.log_text() + own_installation.audit_text()
    assert "somebody signed in" in written
    secrets = [PASSWORD, PASSWORD.replace(" ", "+"), "a wrong but secret word", "a+wrong+but", "a-rare-search-word",
               *maria.cookies.values(), maria.form_token(SYNC)]
    assert [secret for secret in secrets if secret and secret in written] == []
