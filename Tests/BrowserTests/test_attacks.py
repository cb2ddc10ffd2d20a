"""Attacks on the pages (reliability.md 4), without a browser: who is not signed in, who is signed in elsewhere, forged and
malformed requests, who lacks a permission."""

import socket

import pytest

from installation import PASSWORD, PATIENCE
from visitor import FORM, Visitor

ROW = "99ab8cfb-51df-5a4b-b593-55a7dcb8748b"
PAGES = [
    "active-directory-sync", "active-directory-sync?filter=matched", "active-directory-sync/export.csv",
    "active-directory-sync/export.json", "active-directory-sync/export.ndjson", "active-directory-sync/export.html",
    f"active-directory-sync/rows/{ROW}", f"active-directory-sync/rows/{ROW}/explanation", "sync/progress",
    "active-directory-configuration", "links/import", "users", "users/export.csv", "users/hsato", "vanished-links", "history",
    "history/runs/1", "history/changes", "history/refusals", "history/runs.csv", "history/changes.csv",
    "history/refusals.csv", "history/events", "history/events.csv", "near-misses", "vanished-links/export.csv",
    "sync/preview", "sync/preview/progress", "reviews",
    "users/hsato/link", f"active-directory-sync/rows/{ROW}/link"]
FORMS = {
    "links/unlink": {"row": ROW}, "links/link": {"row": ROW, "userName": "hsato"}, "links/allow-again": {"row": ROW}, "sync": {},
    "sync/preview": {},
    "links/import": {"sheet": "activeDirectoryLogin,action\nhsato,unlink\n", "confirm": "yes"}, "links/undo": {"confirm": "yes"},
    "active-directory-configuration/test-connection": {"domain": "ACME"},
    "active-directory-configuration/unlink-synced-users": {}, "users/hsato": {"firstName": "Mallory"},
    "reviews/open": {}, "reviews/decide": {"row": ROW, "decision": "confirmed"}, "reviews/sign": {"statement": "Mallory"},
    "reviews/abandon": {}}


@pytest.fixture(scope="module", autouse=True)
def persons_with_one_permission(installation):
    path = installation.tenants / "acme.yaml"
    text = path.read_text()
    text = text.replace("  assignments:", """    half: [Administer Tenant]
    other-half: [Administer Active Directory Authentication]
  assignments:
    - localUser: tess
      roles: [half]
    - localUser: otto
      roles: [other-half]
    - localUser: both
      roles: [half, other-half]""")
    installation.stop()
    path.write_text(text)
    for person in ("tess", "otto", "both"):
        installation.add_person("acme", person)
    installation.add_person("globex", "gina")
    installation.tenantctl("sync", "globex")
    installation.start()


@pytest.fixture
def export(installation):
    """What must be the same before and after an attack."""
    def state():
        return [installation.tenantctl(*words) for words in (
            ("export", "acme"), ("users", "show", "acme", "hsato"), ("reviews", "list", "acme"))]

    before = state()
    yield
    assert state() == before


# --- forced browsing ------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_a3_no_page_is_shown_without_a_session(visitor, page):
    for tenant in ("acme", "nowhere"):
        answer = visitor.get(f"/tenants/{tenant}/{page}")
        assert answer.status == 303
        assert answer.header("Location").startswith(f"/sign-in?tenant={tenant}&next=")
        assert b"@acme.example" not in answer.body


@pytest.mark.parametrize("form", FORMS)
def test_a3_no_form_is_taken_without_a_session(visitor, form, export):
    answer = visitor.post(f"/tenants/acme/{form}", FORMS[form] | {"confirm": "yes", "csrf": visitor.form_token()})
    assert answer.status == 303
    assert answer.header("Location") == "/sign-in?tenant=acme", "a form that was not sent is not sent later either"


def test_a2_who_is_turned_away_is_in_the_audit_and_by_name_once_it_is_known(own_installation):
    Visitor(own_installation).get("/tenants/acme/users/hsato")
    own_installation.add_person("globex", "gina")
    gina = Visitor(own_installation).sign_in("globex", "gina")
    gina.get("/tenants/acme/active-directory-sync")
    gina.get("/tenants/nowhere/history")
    found = [(entry["actor"], entry["tenant"], entry["action"]) for entry in own_installation.audit()
             if entry["outcome"] == "refused"]
    assert found == [("unknown@127.0.0.1", "acme", "users show"), ("local:gina", "acme", "review"),
                     ("local:gina", "nowhere", "history")]


@pytest.mark.parametrize("page", PAGES)
def test_a5_another_tenants_pages_are_not_there(maria, page):
    other, unknown = maria.get(f"/tenants/globex/{page}"), maria.get(f"/tenants/nowhere/{page}")
    assert (other.status, unknown.status) == (303, 303)
    assert other.header("Location").replace("globex", "nowhere") == unknown.header("Location")
    assert other.header("Location").startswith("/sign-in?tenant=globex&next=")
    assert other.body == unknown.body


@pytest.mark.parametrize("form", FORMS)
def test_a5_another_tenants_forms_are_not_there(maria, form):
    token = maria.form_token("/tenants/acme/active-directory-sync")
    answer = maria.post(f"/tenants/globex/{form}", FORMS[form] | {"csrf": token, "confirm": "yes"})
    assert (answer.status, answer.header("Location")) == (303, "/sign-in?tenant=globex")


@pytest.mark.parametrize("path", ["/tenants/acme/../globex/users", "/tenants/acme/%2e%2e/globex/users", "/tenants/ACME/users",
                                  "/tenants/acme%2f/users", "/assets/../app.css", "/assets/..%2f..%2fetc%2fpasswd",
                                  "/tenants/acme/users/..%2f..%2fetc", "/tenants/acme/active-directory-sync/rows/x",
                                  "/tenants/acme/active-directory-sync/rows/xzz", "/tenants/acme/users/%00",
                                  "/tenants/acme/users/%ff", "/tenants/acme/history/runs/99999999999999999999"])
def test_an_odd_address_is_not_found_and_breaks_nothing(maria, path):
    answer = maria.get(path)
    assert 400 <= answer.status < 500, answer.text
    assert b"/etc" not in answer.body or b"root:" not in answer.body


# --- forged requests --------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_csrf_a_form_without_the_sessions_proof_is_refused(maria, form, export):
    fields = FORMS[form] | {"confirm": "yes", "reason": "forged"}
    foreign = Visitor(maria.installation).sign_in("acme", "maria").form_token("/tenants/acme/users")
    for proof in ({}, {"csrf": ""}, {"csrf": "wrong"}, {"csrf": foreign}, {"csrf": maria.cookies["tenantd-session-acme"]}):
        answer = maria.post(f"/tenants/acme/{form}", fields | proof)
        assert answer.status == 403, proof
        assert "not from this session" in answer.text


def test_csrf_a_form_from_another_site_is_refused_though_its_proof_is_right(maria, export):
    token = maria.form_token("/tenants/acme/users")
    fields = {"csrf": token, "row": ROW, "confirm": "yes"}
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{maria.installation.port + 1}"):
        assert maria.post("/tenants/acme/links/unlink", fields, {"Origin": origin}).status == 403, origin
    assert maria.post("/tenants/acme/links/unlink", fields, {"Sec-Fetch-Site": "cross-site"}).status == 403
    assert maria.post("/tenants/acme/links/unlink", {"csrf": token, "row": ROW}, {"Origin": maria.installation.address}).status == 200


def test_a_link_changes_nothing(maria, export):
    for form in FORMS:
        answer = maria.get(f"/tenants/acme/{form}?csrf={maria.form_token('/tenants/acme/users')}&row={ROW}&confirm=yes")
        assert answer.status in (200, 404, 405), form


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/tenants/globex/users",
                                  "/tenants/acme/users\r\nX: y", "javascript:alert(1)", "/tenants/acme/../../x"])
def test_back_leads_nowhere_but_to_the_tenants_own_pages(maria, back):
    token = maria.form_token("/tenants/acme/users")
    page = maria.post("/tenants/acme/links/unlink", {"csrf": token, "row": ROW, "back": back}).text
    assert '<a class="button" href="/tenants/acme/active-directory-sync">Cancel</a>' in page
    answer = maria.post("/tenants/acme/links/unlink", {"csrf": token, "row": ROW, "back": back, "confirm": "yes"})
    assert answer.status == 303 and answer.header("Location") == "/tenants/acme/active-directory-sync"
    again = {"csrf": token, "row": ROW, "confirm": "yes"}
    assert maria.post("/tenants/acme/links/allow-again", again).status == 303
    assert maria.get("/tenants/acme/active-directory-sync").status == 200


# --- malformed requests -------------------------------------------------------------


def test_a_body_that_is_too_long_is_refused(maria):
    token = maria.form_token("/tenants/acme/users")
    assert maria.post("/tenants/acme/links/unlink", {"csrf": token, "reason": "x" * 300_000}).status == 413
    assert Visitor(maria.installation).post("/sign-in", {"password": "x" * 300_000}).status == 413


def test_a_body_that_does_not_come_is_waited_for_no_longer_than_it_should(installation):
    with socket.create_connection(("127.0.0.1", installation.port), timeout=PATIENCE) as connection:
        connection.sendall(f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\n"
                           "Content-Length: 1000\r\n\r\ncsrf=".encode())
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_client_that_sends_only_half_a_head_keeps_nobody_else_waiting(installation, visitor):
    slow = [socket.create_connection(("127.0.0.1", installation.port)) for _ in range(100)]
    try:
        for connection in slow:
            connection.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow:")
        assert visitor.get("/sign-in").status == 200
    finally:
        for connection in slow:
            connection.close()


def test_another_kind_of_body_is_refused(maria):
    answer = maria.ask("POST", "/tenants/acme/links/unlink", "{}", {"Content-Type": "application/json"})
    assert answer.status == 415
    assert maria.ask("POST", "/tenants/acme/links/unlink", "").status == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_a_method_that_a_page_does_not_have_does_nothing(maria, method, export):
    for path in ("/tenants/acme/active-directory-sync", "/tenants/acme/users/hsato", "/sign-in"):
        assert maria.ask(method, path).status in (404, 405)


@pytest.mark.parametrize("query", ["filter=nonsense", "page=0", "page=-1", "page=99999999999999999999", "size=7", "sort=password",
                                   "order=sideways", "domain=NOWHERE", "account=maybe", "search=" + "x" * 3000,
                                   "search=%00%ff", "filter=matched&filter=invalid", "search=(objectClass=*)"])
def test_an_odd_query_gets_a_page_and_breaks_nothing(maria, query):
    answer = maria.get(f"/tenants/acme/active-directory-sync?{query}")
    assert answer.status in (200, 400, 422), answer.status
    assert "<!doctype html>" in answer.text


@pytest.mark.parametrize("rows", [[], ["nonsense"], ["x" * 5000], [ROW] * 501, ["00000000-0000-0000-0000-000000000000"]])
def test_an_odd_choice_of_rows_unlinks_nobody(maria, rows, export):
    fields = [("csrf", maria.form_token("/tenants/acme/users")), ("confirm", "yes")] + [("row", row) for row in rows]
    answer = maria.post("/tenants/acme/links/unlink", fields)
    assert answer.status in (200, 303 if not rows else 200, 400, 404, 409) and "is unlinked" not in answer.text


# --- permissions ----------------------------------------------------------------------


@pytest.mark.parametrize("person,missing", [("tess", "Administer Active Directory Authentication"),
                                            ("otto", "Administer Tenant")])
def test_a1_a2_who_has_one_permission_is_told_which_is_missing_on_every_page(installation, person, missing):
    visitor = Visitor(installation).sign_in("acme", person)
    for page in PAGES:
        answer = visitor.get(f"/tenants/acme/{page}")
        assert answer.status == 403, page
        assert missing in answer.text and b"@acme.example" not in answer.body
    entry = installation.audit()[-1]
    assert (entry["outcome"], entry["actor"], entry["missing"]) == ("refused", f"local:{person}", [missing])


@pytest.mark.parametrize("person", ["tess", "otto"])
def test_a1_who_has_one_permission_changes_nothing(installation, person, export):
    visitor = Visitor(installation).sign_in("acme", person)
    token = visitor.form_token("/tenants/acme/users")
    for form, fields in FORMS.items():
        assert visitor.post(f"/tenants/acme/{form}", fields | {"csrf": token, "confirm": "yes"}).status == 403, form


def test_a1_roles_add_up(installation):
    assert Visitor(installation).sign_in("acme", "both").get("/tenants/acme/active-directory-sync").status == 200


# --- headers --------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sign-in", "/", "/assets/app.css", "/assets/app.js", "/assets/icon.svg", "/nowhere",
                                  "/tenants/nowhere/users", "/api/v1/nowhere"] + [f"/tenants/acme/{page}" for page in PAGES])
def test_every_answer_bears_the_security_headers(maria, path):
    answer = maria.get(path)
    policy = answer.header("Content-Security-Policy")
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy and "form-action 'self'" in policy
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("X-Frame-Options") == "DENY"
    assert answer.header("Referrer-Policy") in ("same-origin", "no-referrer")
    assert answer.header("Cross-Origin-Opener-Policy") == "same-origin"
    assert answer.header("Server") is None
    if not path.startswith("/assets/"):
        assert answer.header("Cache-Control") == "no-store"


def test_an_answer_to_a_malformed_request_names_no_program(installation):
    with socket.create_connection(("127.0.0.1", installation.port), timeout=PATIENCE) as connection:
        connection.sendall(b"NONSENSE\r\n\r\n")
        answer = connection.recv(4096)
    assert b"Hummingbird" not in answer and b"Swift" not in answer


@pytest.mark.parametrize("page", [page for page in PAGES if "export." in page or page.endswith(".csv")])
def test_a_download_has_a_name_that_the_service_gave(maria, page):
    answer = maria.get(f"/tenants/acme/{page}?name=x%0d%0aX-Evil:%201&filename=..%2f..%2fx")
    disposition = answer.header("Content-Disposition")
    assert disposition.startswith('attachment; filename="acme-') and answer.header("X-Evil") is None
    assert set(disposition) <= set('abcdefghijklmnopqrstuvwxyz-.="; ')
