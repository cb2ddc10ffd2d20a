"""Links from a spreadsheet: sent, looked at, done, undone; by a browser without JavaScript as well."""

import html
import re

import pytest

from visitor import Visitor

SYNC = "/tenants/acme/active-directory-sync"
PAGE = "/tenants/acme/links/import"
HEAD = "activeDirectoryLogin,action,userName,reason\n"


@pytest.fixture(params=["browser", "plain_browser"])
def maria(request):
    browser = request.getfixturevalue(request.param)
    browser.sign_in("acme", "maria")
    return browser


def upload(maria, text: str, name: str = "links.csv", encoding: str = "utf-8"):
    path = maria.installation.folder / name
    path.write_bytes(text.encode(encoding))
    maria.open(PAGE)
    maria.field("file").send_keys(str(path))
    maria.press("Preview")


def user_of(maria, login: str) -> str:
    """The name of the user whom a login is linked to, if any."""
    out = maria.installation.tenantctl("export", "acme", "--columns", "activeDirectoryLogin,userName").decode()
    return dict(line.split(",")[:2] for line in out.splitlines())[login]


def test_a_file_is_looked_at_done_and_undone(maria):
    maria.open(SYNC)
    maria.follow("Links from a spreadsheet")
    upload(maria, HEAD + "bdavis,unlink,,left\nivolkov,link,bdavis,same person\n", encoding="utf-16")
    assert "Would be done: 1 linked, 1 unlinked." in maria.text
    assert "ACME\\bdavis is unlinked from 'bdavis'" in maria.text
    assert user_of(maria, "bdavis") == "bdavis"
    maria.press("Do all of it")
    assert maria.told == "1 linked, 1 unlinked."
    assert user_of(maria, "bdavis") == "" and user_of(maria, "ivolkov") == "bdavis"
    maria.press("Undo…")
    assert "Would be done: 1 unlinked, 1 linked again." in maria.text
    maria.press("Undo")
    assert user_of(maria, "bdavis") == "bdavis" and user_of(maria, "ivolkov") == ""


UNDO, UNLINK, AGAIN = (f"/tenants/acme/links/{name}" for name in ("undo", "unlink", "allow-again"))


@pytest.fixture
def visit(installation):
    return Visitor(installation).sign_in("acme", "maria")


def confirmation(visit, path: str, **fields: str) -> dict:
    """The form of a preview, as its button sends it."""
    page = visit.post(path, {"csrf": visit.form_token(SYNC), **fields}).text
    form = page[page.index('name="confirm"') - 200:]
    return {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}


def row_of(installation, login: str) -> str:
    out = installation.tenantctl("export", "acme", "--columns", "activeDirectoryLogin,objectGUID").decode()
    return dict(line.split(",")[:2] for line in out.splitlines())[login]


def test_a_second_click_on_undo_does_not_undo_the_undo(visit):
    unlink = confirmation(visit, UNLINK, row=row_of(visit.installation, "bdavis"))
    assert visit.post(UNLINK, unlink).status == 303
    undo = confirmation(visit, UNDO)
    assert undo["request"].isdigit()
    assert visit.post(UNDO, undo).status == 303
    again = visit.post(UNDO, undo)
    assert again.status == 200 and "is not the last one any more" in again.text
    assert user_of(visit, "bdavis") == "bdavis"


def test_what_is_confirmed_is_the_pair_that_was_shown(visit):
    installation = visit.installation
    row = row_of(installation, "bdavis")
    unlink = confirmation(visit, UNLINK, row=row)
    assert unlink["pair"] == f"{row} bdavis"
    installation.tenantctl("unlink", "acme", "bdavis")
    again = confirmation(visit, AGAIN, row=row)
    installation.tenantctl("link", "acme", "bdavis", "fox")
    refused = visit.post(UNLINK, unlink)
    assert "is linked to &#39;fox&#39;, not to &#39;bdavis&#39;" in refused.text, refused.text
    assert user_of(visit, "bdavis") == "fox"
    installation.tenantctl("unlink", "acme", "bdavis")
    assert visit.post(AGAIN, again).status == 303
    assert user_of(visit, "bdavis") == "bdavis"


def test_pasted_lines_that_are_wrong_are_named_and_can_be_corrected(maria):
    maria.open(PAGE)
    maria.fill("sheet", HEAD + "nobody,unlink,,\nbdavis,jump,,\n")
    maria.press("Preview")
    told = maria.one("[role=alert]").text
    assert "2 lines cannot be done" in told
    assert "Line 2: there is no directory user 'nobody'" in told and "Line 3: unknown action 'jump'" in told
    assert "bdavis,jump" in maria.field("sheet").get_attribute("value")
    assert user_of(maria, "bdavis") == "bdavis"


def test_nothing_sent_is_a_sentence(maria):
    maria.open(PAGE)
    maria.press("Preview")
    assert "Choose a file, or paste its lines." in maria.text


def test_a_name_with_markup_is_text(maria):
    upload(maria, HEAD + "<b>x</b>,unlink,\"<script>alert(1)</script>\",\n", name="<i>&.csv")
    assert "'<b>x</b>'" in maria.one("[role=alert]").text
