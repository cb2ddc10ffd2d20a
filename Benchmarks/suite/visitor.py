"""Somebody who signed in to a page of tenantd."""
import http.client
import re
import time
import urllib.parse

from .settings import Failure

PASSWORD = "a long word for one run"
PATIENCE = 600      # seconds that a page may take


class Visitor:
    def __init__(self, port: int, tenant: str):
        self.tenant, self.cookies = tenant, {}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        # The service answers before it has read its tenants, and then knows none.
        limit = time.monotonic() + 60
        while not self._sign_in():
            if time.monotonic() > limit:
                raise Failure("tenantd lets nobody sign in")
            time.sleep(0.2)

    def _sign_in(self) -> bool:
        _, page = self._ask("GET", "/sign-in")
        status, _ = self._ask("POST", "/sign-in", {"csrf": _token(page), "tenant": self.tenant,
                                                   "login": "bench", "password": PASSWORD})
        return status == 303

    def token(self, page: str) -> str:
        """What the forms of a page carry."""
        return _token(self._ask("GET", f"/tenants/{self.tenant}/{page}")[1])

    def look(self, page: str) -> None:
        """Asks for a page."""
        status, _ = self._ask("GET", f"/tenants/{self.tenant}/{page}")
        if status != 200:
            raise Failure(f"{page} was answered with {status}")

    def confirm(self, path: str, token: str) -> None:
        """Sends a form that changes something, as from the page that asks whether to."""
        status, page = self._ask("POST", f"/tenants/{self.tenant}/{path}",
                                 {"csrf": token, "confirm": "yes"})
        if status != 303:
            raise Failure(f"{path} was answered with {status}: {page[-500:]}")

    def _ask(self, method: str, path: str, form: dict | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urllib.parse.urlencode(form) if form else None
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read().decode(errors="replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
        return answer.status, page


def _token(page: str) -> str:
    match = re.search(r'name="csrf" value="([^"]*)"', page)
    if not match:
        raise Failure("a page of tenantd has no form")
    return match[1]
