"""Somebody who asks the service without a browser, byte by byte as wanted."""

import http.client
import re
import ssl
import urllib.parse
from dataclasses import dataclass

from installation import PASSWORD, PATIENCE, Installation

FORM = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    @property
    def text(self) -> str:
        return self.body.decode()


class Visitor:
    def __init__(self, installation: Installation):
        self.installation = installation
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes | str | None = None, headers: dict | None = None) -> Answer:
        """One request on a connection of its own; cookies are kept, redirects are not followed."""
        connection = self._connection()
        headers = dict(headers or {})
        if self.cookies:
            headers.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            result = Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()
        for cookie in result.all("Set-Cookie"):
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return result

    def _connection(self):
        port = self.installation.port
        if self.installation.scheme == "http":
            return http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        # Who it is does not matter here; a test of its own looks at the certificate.
        context = ssl._create_unverified_context()
        return http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, fields: dict | list, headers: dict | None = None) -> Answer:
        return self.ask("POST", path, urllib.parse.urlencode(fields), {"Content-Type": FORM} | (headers or {}))

    def form_token(self, path: str = "/sign-in") -> str:
        """The proof that the forms of a page bear."""
        return token(self.get(path).text)

    def try_sign_in(self, tenant: str, login: str, password: str, next: str = "") -> Answer:
        fields = {"csrf": self.form_token(), "tenant": tenant, "login": login, "password": password, "next": next}
        return self.post("/sign-in", fields)

    def sign_in(self, tenant: str, login: str, password: str = PASSWORD) -> "Visitor":
        answer = self.try_sign_in(tenant, login, password)
        assert answer.status == 303, f"the sign-in was answered with {answer.status}"
        return self


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', page)
    assert found, "the page has no form"
    return found.group(1)
