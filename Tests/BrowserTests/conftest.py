"""Fixtures: each module gets a service of its own with the example tenant acme, each test a browser nobody is signed in to."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from browsing import Browser, start_chromium
from installation import Installation
from visitor import Visitor


@pytest.fixture(scope="module")
def installation():
    """A service with the example tenant acme, where maria may sign in. A module makes more of it by a fixture of its own."""
    installation = Installation()
    try:
        installation.add_acme()
        installation.start()
        yield installation
    finally:
        installation.remove()


@pytest.fixture
def own_installation():
    """A service of the test's own, so that its counts keep nobody else out."""
    installation = Installation()
    try:
        installation.add_acme()
        installation.start()
        yield installation
    finally:
        installation.remove()


@pytest.fixture
def visitor(installation) -> Visitor:
    return Visitor(installation)


@pytest.fixture
def maria(installation) -> Visitor:
    return Visitor(installation).sign_in("acme", "maria")


@pytest.fixture(scope="session")
def downloads():
    folder = Path(tempfile.mkdtemp(prefix="tenantd-downloads-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def chromium(downloads):
    driver = start_chromium(downloads)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def chromium_without_javascript(downloads):
    driver = start_chromium(downloads, javascript=False)
    yield driver
    driver.quit()


@pytest.fixture
def browser(chromium, installation, downloads, request):
    """A browser that nobody is signed in to; a console that complains fails the test."""
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser = Browser(chromium, installation, downloads)
    browser.set_screen(1280)
    browser.complaints()
    yield browser
    if not request.node.get_closest_marker("complains"):
        assert browser.complaints() == [], "the browser's console is empty"


@pytest.fixture
def plain_browser(chromium_without_javascript, installation, downloads):
    """A browser without JavaScript."""
    chromium_without_javascript.execute_cdp_cmd("Network.clearBrowserCookies", {})
    return Browser(chromium_without_javascript, installation, downloads)


# Modules whose tests are attacks (reliability.md 4), and what holds if they pass.
ATTACKS = {
    "test_attacks": "refused, and nothing has changed", "test_hostile_data": "text, and nothing else: no script, no element",
    "test_sign_in": "nobody is let in who should not be"}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Notes each attack for the table of faults, as Tests/Harness/Fault.swift does."""
    outcome = yield
    report, records = outcome.get_result(), os.environ.get("TENANTCTL_FAULT_RECORDS")
    module = item.module.__name__
    if report.when != "call" or not records or module not in ATTACKS:
        return
    what = item.name.removeprefix("test_").replace("_", " ").encode("ascii", "backslashreplace").decode()
    record = {"place": "attack", "fault": what, "test": f"{module}.{item.originalname}"}
    if report.passed:
        record |= {"outcome": ATTACKS[module], "lostNothing": True}
    with open(records, "a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
