"""A browser with the few words that the tests say to it."""

from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from installation import PASSWORD, Installation, wait_until


def start_chromium(downloads: Path, *, javascript: bool = True) -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                     "--no-first-run", "--disable-extensions", "--disable-background-networking",
                     "--ignore-certificate-errors", "--lang=en-GB", "--window-size=1280,1000"):
        options.add_argument(argument)
    preferences = {"download.default_directory": str(downloads), "download.prompt_for_download": False,
                   "credentials_enable_service": False, "profile.password_manager_leak_detection": False}
    if not javascript:
        preferences["profile.managed_default_content_settings.javascript"] = 2
    options.add_experimental_option("prefs", preferences)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_page_load_timeout(120)
    return driver


class Browser:
    """What a person sees and does."""

    def __init__(self, driver: webdriver.Chrome, installation: Installation, downloads: Path):
        self.driver = driver
        self.installation = installation
        self.downloads = downloads

    # --- going somewhere -----------------------------------------------------

    def open(self, path: str):
        self.driver.get(self.installation.address + path)

    def sign_in(self, tenant: str, login: str, password: str = PASSWORD):
        self.open("/sign-in")
        for name, value in (("tenant", tenant), ("login", login), ("password", password)):
            self.field(name).send_keys(value)
        self.press("Sign in")
        wait_until(lambda: self.path.endswith("/active-directory-sync" if tenant else "/tenants"), "the page is there")

    @property
    def path(self) -> str:
        return self.driver.current_url.removeprefix(self.installation.address).split("?")[0]

    @property
    def query(self) -> str:
        return self.driver.current_url.partition("?")[2]

    # --- seeing --------------------------------------------------------------

    def all(self, selector: str, within: WebElement | None = None) -> list[WebElement]:
        return (within or self.driver).find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str, within: WebElement | None = None) -> WebElement:
        return (within or self.driver).find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        return [element.text for element in self.all(selector)]

    @property
    def heading(self) -> str:
        return self.one("h1").text

    @property
    def text(self) -> str:
        return self.one("main").text

    @property
    def told(self) -> str:
        """What the page says that was just done."""
        return self.one(".note[role=status]").text

    def row(self, login: str) -> WebElement:
        """The row of the review table that bears a login."""
        for row in self.all("table.review tbody tr"):
            if self.one(".col-login a", row).text == login:
                return row
        raise AssertionError(f"no row '{login}' on the page")

    def column(self, name: str) -> list[str]:
        return self.texts(f"table.review tbody .col-{name}")

    # --- doing ---------------------------------------------------------------

    def field(self, name: str, within: WebElement | None = None) -> WebElement:
        return self.one(f"[name='{name}']:not([type=hidden])", within)

    def fill(self, name: str, text: str, within: WebElement | None = None):
        field = self.field(name, within)
        field.clear()
        field.send_keys(text)

    def leave(self, action):
        """Does what loads another page, and waits for that page."""
        old = self.one("html")
        action()
        wait_until(lambda: self._is_gone(old) and self._is_loaded(), "the next page is there")

    @staticmethod
    def _is_gone(element: WebElement) -> bool:
        try:
            element.is_enabled()
            return False
        except Exception:  # chromedriver has several names for an element of a page that is gone
            return True

    def _is_loaded(self) -> bool:
        try:
            return self.driver.execute_script("return document.readyState") == "complete"
        except Exception:
            return False

    def press(self, label: str, within: WebElement | None = None):
        """Presses a button that sends its form."""
        for button in self.all("button", within):
            if button.text == label:
                return self.leave(button.click)
        raise AssertionError(f"no button '{label}' on the page, only {self.texts('button')}; it says:\n{self.text}")

    def tick(self, box: WebElement):
        """Ticks a box, scrolled to where no bar lies over it."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        box.click()

    def follow(self, label: str, within: WebElement | None = None):
        for link in self.all("a", within):
            if link.text == label:
                return self.leave(link.click)
        raise AssertionError(f"no link '{label}' on the page, which says:\n{self.text}")

    def choose(self, name: str, label: str):
        """Chooses in a drop-down with the pointer; it filters at once."""
        field = self.field(name)
        # Selenium chooses without pointer and keyboard, which the page takes for the pointer.
        self.leave(lambda: Select(field).select_by_visible_text(label))

    def download(self, action) -> bytes:
        """The bytes of the one file that an action brings."""
        before = set(self.downloads.iterdir())
        action()

        def finished():
            new = [path for path in set(self.downloads.iterdir()) - before
                   if path.suffix not in (".crdownload", ".tmp") and not path.name.startswith(".")]
            return new[0] if new and not list(self.downloads.glob("*.crdownload")) else None

        path = wait_until(finished, "the file is on disk")
        self.last_download = path.name
        return path.read_bytes()

    # --- the screen ----------------------------------------------------------

    def set_screen(self, width: int, height: int = 1000, scheme: str = "light"):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def complaints(self) -> list[str]:
        """What the browser's console has told since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser")]
