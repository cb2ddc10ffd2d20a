"""Links from a spreadsheet: sent, looked at, done, undone; by a browser without JavaScript as well."""

import pytest

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
