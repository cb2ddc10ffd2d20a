"""Takes the pictures of the pages: screenshots.py FOLDER."""

import sys
import tempfile
from pathlib import Path

from browsing import Browser, start_chromium
from installation import Installation

SYNC = "/tenants/acme/active-directory-sync"


def prepare(installation: Installation):
    """A tenant with a history: runs, a link by hand, an unlink."""
    installation.add_acme()
    installation.tenantctl("unlink", "acme", "twilson", "--reason", "moved to another company")
    installation.tenantctl("link", "acme", "mmueller", "max.muller", "--reason", "the same person")
    for _ in range(3):
        installation.tenantctl("sync", "acme")


class Photographer:
    def __init__(self, browser: Browser, folder: Path):
        self.browser = browser
        self.folder = folder

    def take(self, name: str, path: str | None, width: int = 1280, height: int = 800, scheme: str = "light"):
        self.browser.set_screen(width, height, scheme)
        if path:
            self.browser.open(path)
        file = self.folder / f"{name}.png"
        self.browser.driver.save_screenshot(str(file))
        print(f"{file} {file.stat().st_size // 1024} KiB")

    def row(self, login: str) -> str:
        self.browser.open(f"{SYNC}?search={login}")
        return self.browser.one(".col-login a", self.browser.row(login)).get_attribute("href").removeprefix(
            self.browser.installation.address)

    def take_all(self):
        self.take("sign-in", "/sign-in", 800, 560)
        self.browser.set_screen(1280)
        self.browser.sign_in("acme", "maria")
        self.take("active-directory-sync", SYNC, 1280, 800)
        self.take("active-directory-sync-dark", SYNC, 1280, 800, "dark")
        self.take("active-directory-sync-narrow", SYNC + "?filter=not-matched", 320, 900)
        self.take("why", self.row("jsmith-adm"), 1280, 900)
        self.take_preview()
        self.take("near-misses", "/tenants/acme/near-misses", 1280, 900)
        self.take_review()
        self.take("users", "/tenants/acme/users?search=m", 1280, 700)
        self.take("user", "/tenants/acme/users/twilson", 1280, 900)
        self.take("history", "/tenants/acme/history", 1280, 500)
        self.take("configuration", "/tenants/acme/active-directory-configuration", 1280, 900)

    def take_review(self):
        self.browser.set_screen(1440, 900)
        self.browser.open("/tenants/acme/reviews")
        self.browser.press("Open a review")
        attention = f"{SYNC}?filter=needs-attention"
        self.take("needs-attention", attention, 1440, 900)
        self.take("decide", self.browser.all("tbody .col-login a")[3].get_attribute("href").removeprefix(
            self.browser.installation.address), 1280, 700)
        self.take("review", "/tenants/acme/reviews/1", 1280, 800)
        self.browser.installation.tenantctl("reviews", "abandon", "acme")

    def take_preview(self):
        browser = self.browser
        browser.set_screen(1280)
        browser.open(f"{SYNC}?filter=matched")
        for login in ("bdavis", "ctaylor", "dmeyer"):
            browser.tick(browser.one("input[name=row]", browser.row(login)))
        browser.fill("reason", "another department", browser.one(".bulk"))
        browser.press("Unlink selected…")
        self.take("preview", None, 1280, 500)


def main():
    # A folder whose name may be seen.
    installation = Installation(Path(tempfile.gettempdir()) / "example")
    with tempfile.TemporaryDirectory() as downloads:
        driver = start_chromium(Path(downloads))
        try:
            prepare(installation)
            installation.start()
            Photographer(Browser(driver, installation, Path(downloads)), Path(sys.argv[1])).take_all()
        finally:
            driver.quit()
            installation.remove()


main()
