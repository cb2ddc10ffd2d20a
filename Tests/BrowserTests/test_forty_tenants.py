"""A morning of an operator with 40 tenants: three are broken, one is reviewed, signed, and asks for what is new the next day."""

import csv
import io
import shutil
import subprocess

import pytest
from selenium.webdriver import ActionChains

from installation import BIN, Installation

HARBOUR = "/tenants/harbour"
PEOPLE, LINKED, SERVICES, OTHERS = 100, 12, 10, 38
OTHER = "00000000-0000-4000-8000-"


def directory(rows: list[tuple[str, str]]) -> str:
    """A directory's export of logins and whether they are enabled."""
    lines = ["DN,objectGUID,sAMAccountName,mail,givenName,sn,Enabled"]
    lines += [f'"CN={login},OU=Staff,DC=harbour",{OTHER}{number:012x},{login},{login}@harbour.example,Pat,{login},{enabled}'
              for number, (login, enabled) in enumerate(rows)]
    return "\n".join(lines) + "\n"


def harbour() -> list[tuple[str, str]]:
    """People with a user, people whose user has another login, service accounts, people without any user."""
    return [(f"{name}{number}", "TRUE")
            for name, count in (("p", PEOPLE), ("moved", LINKED), ("svc-", SERVICES), ("new", OTHERS)) for number in range(count)]


@pytest.fixture(scope="module")
def installation():
    installation = Installation()
    try:
        for example in ("acme.yaml", "globex.yaml"):
            (installation.tenants / example).unlink()
        names = [f"t{number:02d}" for number in range(1, 40)]
        for name in names:
            installation.add_crowd(name, "olga", 3)
            # Nobody without a user.
            text = (installation.tenants / f"{name}.csv").read_text().splitlines()
            installation.write(f"{name}.csv", "\n".join(line for line in text if "p0," not in line) + "\n")
        installation.write("harbour.csv", directory(harbour()))
        users = ["userName,windowsLogin,firstName,lastName,email"]
        users += [f"p{n},HARBOUR\\p{n},Pat,p{n}," for n in range(PEOPLE)] + [f"old{n},,Ann,Old{n}," for n in range(LINKED)]
        installation.write("harbour-users.csv", "\n".join(users) + "\n")
        installation.add_tenant("harbour", "olga", """directories: [{ domain: HARBOUR, source: csv, file: harbour.csv }]
users: { source: csv, file: harbour-users.csv }""")
        for path in installation.tenants.glob("*.yaml"):
            path.write_text(path.read_text().replace("{ localUser: olga, roles", "{ operator: olga, roles"))
        installation.tenantctl("access", "add", "--operator", "olga", text="correct horse battery staple\n")
        installation.tenantctl("sync", "--all")
        # A file with a mistake, an export that is gone, and one that lost nearly everybody.
        path = installation.tenants / "t07.yaml"
        path.write_text(path.read_text() + "intervall: 5m\n")
        (installation.tenants / "t19.csv").unlink()
        text = (installation.tenants / "harbour.csv").read_text()
        installation.write("t31.csv", text.replace("harbour", "t31"))
        installation.write("t31-users.csv", (installation.tenants / "harbour-users.csv").read_text().replace("HARBOUR", "T31"))
        installation.tenantctl("sync", "t31")
        installation.write("t31.csv", "\n".join(text.replace("harbour", "t31").splitlines()[:20]) + "\n")
        for name in ("t19", "t31"):
            installation.tenantctl("sync", name, fails=True)
        installation.start()
        yield installation
    finally:
        installation.remove()


def tomorrow(installation: Installation, *words: str) -> str:
    """What a command prints when its clock shows a day more."""
    faketime = shutil.which("faketime")
    assert faketime, "faketime is installed"
    done = subprocess.run([faketime, "-f", "+1d", BIN / "tenantctl", *words], env=installation.environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_a_morning_with_forty_tenants_and_the_day_after(browser):
    installation = browser.installation

    # Three broken tenants among forty are seen at once, and why.
    browser.sign_in("", "olga")
    rows = browser.all("tbody tr")
    assert len(rows) == 40
    first = {browser.one("td[data-label=Tenant] .muted", row).text: row.text for row in rows[:3]}
    assert set(first) == {"t07", "t19", "t31"}
    assert "intervall" in first["t07"] and "t19.csv" in first["t19"] and "refused" in first["t31"]

    # A tenant with 60 rows is opened.
    browser.open(HARBOUR + "/active-directory-sync")
    browser.follow("Reviews")
    browser.press("Open a review")
    assert "60 need a decision" in browser.one(".round-bar").text

    # Twelve are linked from a spreadsheet.
    browser.follow("Active Directory Sync")
    browser.follow("Links from a spreadsheet")
    sheet = "activeDirectoryLogin,action,userName,reason\n" + "".join(
        f"moved{n},link,old{n},moved to another login\n" for n in range(LINKED))
    path = installation.folder / "links.csv"
    path.write_text(sheet)
    browser.field("file").send_keys(str(path))
    browser.press("Preview")
    assert f"Would be done: {LINKED} linked." in browser.text
    browser.press("Do all of it")
    assert browser.told == f"{LINKED} linked."

    # Service accounts are exceptions until a day, one of them only until today.
    today = subprocess.run(["date", "--utc", "+%F"], capture_output=True, text=True, check=True).stdout.strip()
    for search, until in (("svc-9", today), ("svc-", "2099-12-31")):
        browser.open(f"{HARBOUR}/active-directory-sync?filter=needs-attention&search={search}")
        for box in browser.all("tbody input[name=row]"):
            browser.tick(box)
        browser.one(".bulk [value=exception]").click()
        browser.fill("note", "service account")
        browser.driver.execute_script("document.querySelector('[name=until]').value = arguments[0]", until)
        browser.press("Decide")

    # The others by one key each.
    browser.open(f"{HARBOUR}/active-directory-sync?filter=needs-attention")
    assert f"{OTHERS} need a decision" in browser.one(".round-bar").text
    browser.leave(lambda: browser.one("tbody .col-login a").click())
    for left in range(OTHERS, 0, -1):
        assert f"Row 1 of {left}" in browser.text
        browser.leave(lambda: ActionChains(browser.driver).send_keys("c").perform())
    assert "nothing is left to decide" in browser.one(".round-bar").text

    # Signed, with evidence that one changed byte betrays.
    browser.follow("Sign…")
    browser.fill("statement", "looked at all of it")
    browser.press("Sign")
    data = browser.download(lambda: browser.one("a[href$='evidence.zip']").click())
    evidence = installation.folder / "evidence.zip"
    evidence.write_bytes(data)
    installation.tenantctl("reviews", "verify", str(evidence))
    evidence.write_bytes(data.replace(b"service account", b"service accoumt", 1))
    assert installation.tenantctl("reviews", "verify", str(evidence), fails=True) == b""
    assert data.count(b"service account") >= 1, "the zip is not packed, so that the byte was there"

    # The next day three rows are otherwise: one is new, one is disabled, one lost its user's login.
    changed = harbour() + [("newcomer", "TRUE")]
    changed[3] = ("p3", "FALSE")
    changed[PEOPLE + LINKED + SERVICES] = ("new0", "FALSE")
    installation.write("harbour.csv", directory(changed))
    tomorrow(installation, "sync", "harbour")
    opened = tomorrow(installation, "reviews", "open", "harbour")
    assert "4 need a decision" in opened
    shown = tomorrow(installation, "reviews", "show", "harbour", "--output", "csv")
    rows = list(csv.DictReader(io.StringIO(shown)))
    assert {row["activeDirectoryLogin"] for row in rows} == {"newcomer", "p3", "new0", "svc-9"}
