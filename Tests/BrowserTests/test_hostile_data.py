"""XSS and its relatives: a directory and users whose every value tries to be markup, script, template or path."""

import base64
import csv
import io
import uuid

import pytest

from visitor import Visitor

ALERT = "alert(document.domain)"
PAYLOADS = [
    f"<script>{ALERT}</script>", f"\"><img src=x onerror={ALERT}>", f"' onmouseover='{ALERT}", f"</title><svg/onload={ALERT}>",
    # To a program that looks at characters, the < is one with what follows it.
    f"\u0600<img src=x onerror={ALERT}>", f"<\u0301script>{ALERT}</script>", f"\"\u0301 onfocus={ALERT} autofocus x=\"",
    f"'\u200d><script>{ALERT}</script>", "{{csrf}}{{> part-head}}{{{title}}}", "{{#rows}}{{/rows", "&lt;b&gt;&amp;#x3c;",
    f"javascript:{ALERT}", "-->]]><!--", "\u202etxt.exe", "%3Cscript%3E", "a\u0000b\r\nSet-Cookie: x=y", "=cmd|'/c calc'!A1",
]
USERS = ["../admin", "a/b", "who?show=all", "page#top", "100%", "%2e%2e", "a&b=c", ".", "..", "+ +", "semi;colon", "\\back", "export.csv",
         "<img src=x onerror=alert(1)>", "\u0600<b>", "\"quoted\"", "{{csrf}}", "grüße", "日本"]


def ldif_line(name: str, value: str) -> str:
    return f"{name}:: {base64.b64encode(value.encode()).decode()}"


def entry(number: int, payload: str) -> str:
    """A directory user who bears a payload in each attribute."""
    escaped = "".join(f"\\{byte:02X}" if chr(byte) in ",+\"\\<>;=#\0\r\n" else chr(byte) for byte in payload.encode("latin-1")) \
        if payload.isascii() else payload.translate({ord(c): f"\\{ord(c):02X}" for c in ",+\"\\<>;=#"})
    values = {"cn": payload, "sn": payload, "givenName": payload, "sAMAccountName": payload, "mail": payload, "employeeID": payload,
              "userPrincipalName": payload, "distinguishedName": f"CN={escaped},OU={escaped},DC=hostile,DC=example"}
    lines = [ldif_line("dn", values["distinguishedName"]), "objectClass: top", "objectClass: person", "objectClass: user",
             "objectCategory: CN=Person,CN=Schema,CN=Configuration,DC=hostile,DC=example", "userAccountControl: 512",
             f"objectGUID:: {base64.b64encode(uuid.UUID(int=0x1234_0000_4000_8000_0000_0000_0000 + number).bytes_le).decode()}"]
    return "\n".join(lines + [ldif_line(name, value) for name, value in values.items()]) + "\n"


@pytest.fixture(scope="module", autouse=True)
def hostile(installation):
    installation.write("hostile.ldif", "version: 1\n\n" + "".join(entry(*pair) + "\n" for pair in enumerate(PAYLOADS)))
    rows = io.StringIO()
    writer = csv.writer(rows, lineterminator="\n")
    writer.writerow(["userName", "windowsLogin", "firstName", "lastName", "employeeId", "email"])
    for number, name in enumerate(USERS):
        login = PAYLOADS[number % len(PAYLOADS)].replace("\0", "").replace("\r\n", " ")
        writer.writerow([name, f"HOSTILE\\{login}", name, name, name, name])
    users = installation.folder / "hostile-users.csv"
    users.write_text(rows.getvalue())
    installation.stop()
    installation.add_tenant("hostile", "mallory", f"""displayName: "<script>{ALERT}</script> & \\"Co\\""
directories: [{{ domain: HOSTILE, source: ldif, file: hostile.ldif }}]
matching: {{ matcher: composite, strategies: [{{ matcher: login }}, {{ matcher: smtp }}, {{ matcher: name }}] }}""")
    installation.add_person("hostile", "mallory")
    print(installation.tenantctl("users", "import", "hostile", str(users)).decode())
    print(installation.tenantctl("sync", "hostile").decode())
    installation.start()


@pytest.fixture
def mallory(browser):
    browser.sign_in("hostile", "mallory")
    return browser


def assert_harmless(browser):
    """Nothing of a value became an element, an attribute or a script."""
    driver = browser.driver
    assert driver.execute_script("return [...document.querySelectorAll('script')].map((script) => script.src)") == [
        driver.execute_script("return new URL(document.querySelector('script').src, location).href")]
    assert browser.all("main img, main iframe, main b > b, [onerror], [onload], [onmouseover], [onfocus], [autofocus]") == []
    assert "javascript:" not in "".join(
        driver.execute_script("return [...document.querySelectorAll('a, form')].map((e) => e.href || e.action).filter((u) => u)"))


def test_directory_values_are_text_and_nothing_else_in_the_table(mallory):
    assert len(mallory.all("table.review tbody tr")) == len(PAYLOADS)
    assert_harmless(mallory)
    shown = " ".join(mallory.column("login"))
    for payload in PAYLOADS:
        if payload.isascii() and payload.isprintable():
            assert payload in shown


def test_directory_values_are_text_and_nothing_else_on_every_rows_page(mallory):
    links = [link.get_attribute("href") for link in mallory.all("table.review tbody .col-login a")]
    assert len(links) == len(PAYLOADS)
    for link in links:
        for page in (link, link.split("?")[0] + "/explanation"):
            mallory.driver.get(page)
            assert mallory.heading != ""
            assert_harmless(mallory)


def test_a_search_text_is_text(mallory):
    for payload in PAYLOADS:
        mallory.open("/tenants/hostile/active-directory-sync")
        mallory.driver.execute_script("arguments[0].value = arguments[1]", mallory.field("search"), payload)
        mallory.press("Apply")
        assert_harmless(mallory)
        assert mallory.field("search").is_displayed()


def test_every_user_has_a_page_whatever_the_name(mallory):
    mallory.open("/tenants/hostile/users?size=200")
    assert_harmless(mallory)
    names = mallory.texts("table.people tbody .col-name a")
    links = [link.get_attribute("href") for link in mallory.all("table.people tbody .col-name a")]
    assert len(links) == len(USERS)
    for name, link in zip(names, links):
        mallory.driver.get(link)
        assert mallory.heading == name, link
        assert_harmless(mallory)


def test_a_change_of_a_user_with_an_odd_name_comes_back_to_it(mallory):
    for name in ("a/b", "who?show=all", "page#top", "100%", "..", "export.csv"):
        mallory.open("/tenants/hostile/users?size=200")
        mallory.follow(name)
        mallory.fill("firstName", "<b>\"new\"</b>")
        mallory.press("Save")
        assert mallory.heading == name and mallory.told == "The user is changed."
        assert "<b>\"new\"</b>" in mallory.one("table.fields").text


def test_unlinking_previews_and_tells_of_hostile_values_as_text(mallory):
    mallory.open("/tenants/hostile/active-directory-sync?filter=matched")
    boxes = mallory.all("tbody input[name=row]")
    assert boxes, "some are matched"
    mallory.one("[data-all]").click()
    mallory.fill("reason", f"<script>{ALERT}</script>", mallory.one(".bulk"))
    mallory.press("Unlink selected…")
    assert_harmless(mallory)
    mallory.press("Unlink")
    assert_harmless(mallory)
    for page in ("history/changes", "history", "history/runs/1", "users?show=not-linked", "vanished-links",
                 "near-misses", "active-directory-configuration"):
        mallory.open(f"/tenants/hostile/{page}")
        assert_harmless(mallory)


@pytest.mark.complains
def test_what_somebody_typed_into_an_address_is_text_on_the_error_page(mallory):
    for payload in ("%3Cscript%3Ealert(1)%3C/script%3E", "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E"):
        for path in (f"/tenants/{payload}/users", f"/tenants/hostile/users/{payload}", f"/{payload}",
                     f"/tenants/hostile/active-directory-sync?filter={payload}", f"/sign-in?tenant={payload}&next={payload}"):
            mallory.open(path)
            assert_harmless(mallory)


def test_r5_no_spreadsheet_runs_a_cell_of_an_export(installation):
    mallory = Visitor(installation).sign_in("hostile", "mallory")
    for path in ("active-directory-sync/export.csv", "users/export.csv", "history/changes.csv", "history/runs.csv"):
        text = mallory.get(f"/tenants/hostile/{path}").text
        cells = [cell for line in csv.reader(io.StringIO(text, newline="")) for cell in line]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == [], path


def test_a_template_in_a_value_is_not_filled_in(installation):
    mallory = Visitor(installation).sign_in("hostile", "mallory")
    page = mallory.get("/tenants/hostile/active-directory-sync").text
    assert "{{csrf}}{{&gt; part-head}}{{{title}}}" in page
