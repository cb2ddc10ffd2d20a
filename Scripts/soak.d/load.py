"""People at the pages and scripts at the API, some of them badly behaved."""

import http.client
import json
import random
import re
import socket
import threading
import time
import urllib.parse

PASSWORD = "correct horse battery staple"
FORM = "application/x-www-form-urlencoded"
# What the service may say when a directory, or the machine, does not play along.
UNAVAILABLE = (502, 503, 504)


class Person:
    """Somebody who uses the pages of one tenant, from an address of their own."""

    def __init__(self, port: int, tenant: str, source: str):
        self.port, self.tenant, self.source = port, tenant, source
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str | None = None, headers: dict | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.source, 0))
        headers = dict(headers or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, word = value.split(";")[0].split("=", 1)
                    self.cookies[key] = word
            return answer.status, text
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, str]:
        return self.ask("GET", path)

    def post(self, path: str, **fields) -> tuple[int, str]:
        return self.ask("POST", path, urllib.parse.urlencode(fields), {"Content-Type": FORM})

    def sign_in(self, password: str = PASSWORD) -> int:
        _, page = self.get("/sign-in")
        return self.post("/sign-in", csrf=token(page), tenant=self.tenant, login="maria", password=password)[0]


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', page)
    return found.group(1) if found else ""


class Load:
    threads = 6

    def __init__(self, seed: int, port: int, tokens: dict[str, str], live: dict[str, int]):
        self.port, self.tokens, self.live, self.seed = port, tokens, live, seed
        self.lock = threading.Lock()
        self.counts: dict[str, int] = {}
        self.wrong: list[str] = []
        self.stopping = threading.Event()
        self.workers = [threading.Thread(target=self.work, args=(number,), daemon=True) for number in range(self.threads)]

    def start(self):
        for worker in self.workers:
            worker.start()

    def stop(self):
        self.stopping.set()
        for worker in self.workers:
            worker.join(120)

    @property
    def requests(self) -> int:
        with self.lock:
            return sum(self.counts.values())

    def problems(self) -> list[str]:
        return sorted(set(self.wrong))[:20]

    def note(self, what: str, status: int, *expected: int):
        with self.lock:
            key = f"{what} {status}"
            self.counts[key] = self.counts.get(key, 0) + 1
            if status not in expected and status not in UNAVAILABLE:
                self.wrong.append(f"{what} was answered with {status}")

    # --- what is done -----------------------------------------------------------------------------------------------------------

    def work(self, number: int):
        chance = random.Random(self.seed * 1000 + number)
        tasks = [self.visit, self.call, self.link, self.edit, self.leave, self.misbehave, self.guess]
        weights = [30, 30, 15, 8, 7, 8, 2]
        while not self.stopping.is_set():
            task = chance.choices(tasks, weights)[0]
            tenant = chance.choice(list(self.tokens))
            try:
                task(chance, tenant, f"127.1.{number}.{chance.randrange(1, 250)}")
            except (OSError, http.client.HTTPException) as error:
                self.note(f"{task.__name__}: {type(error).__name__}", 0, 0)
            time.sleep(chance.random() * 0.2)

    def visit(self, chance: random.Random, tenant: str, source: str):
        """A person signs in and looks around."""
        person = Person(self.port, tenant, source)
        status = person.sign_in()
        self.note("sign-in", status, 303)
        if status != 303:
            return
        here = f"/tenants/{tenant}"
        for _ in range(chance.randrange(1, 8)):
            page = chance.choice([
                "active-directory-sync", "active-directory-sync?filter=matched&sort=name", f"active-directory-sync?search=p{chance.randrange(50)}",
                "users", "users?show=not-linked", "history", "history/changes", "history/refusals", "vanished-links",
                "active-directory-configuration", "active-directory-sync/export.csv", "active-directory-sync/export.ndjson",
                "users/export.csv", "history/runs.csv", f"users/p{chance.randrange(1, 10)}"])
            # 409: no complete run yet.
            self.note("page", person.get(f"{here}/{page}")[0], 200, 409)
        if tenant in self.live and chance.random() < 0.15:
            _, page = person.get(f"{here}/active-directory-configuration")
            status, _ = person.post(f"{here}/active-directory-configuration/test-connection", csrf=token(page), domain=tenant.upper())
            self.note("connection test", status, 200, 409)
        if chance.random() < 0.5:
            person.post("/sign-out", csrf=token(person.get(f"{here}/users")[1]))

    def api(self, tenant: str, method: str, path: str, body: dict | None = None, source: str = "127.0.0.1") -> tuple[int, str]:
        person = Person(self.port, tenant, source)
        headers = {"Authorization": f"Bearer {self.tokens[tenant]}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        return person.ask(method, f"/api/v1/tenants/{tenant}{path}", None if body is None else json.dumps(body), headers)

    def call(self, chance: random.Random, tenant: str, source: str):
        for _ in range(chance.randrange(1, 6)):
            path = chance.choice(["", "/review?size=50", f"/review?search=p{chance.randrange(100)}", "/users", "/runs", "/runs/current", "/changes",
                                  "/export?format=ndjson", "/export?format=csv", "/vanished-links", "/refusals", "/directories"])
            self.note("API", self.api(tenant, "GET", path, source=source)[0], 200, 409)
        if chance.random() < 0.2:
            # 409: one is under way.
            self.note("API run", self.api(tenant, "POST", "/runs", {}, source)[0], 202, 409)

    def link(self, chance: random.Random, tenant: str, source: str):
        """A link is taken away and allowed again."""
        status, text = self.api(tenant, "GET", "/review?filter=matched&size=50", source=source)
        keys = json.loads(text)["page"]["keys"] if status == 200 else []
        if not keys:
            return
        rows = chance.sample(keys, min(len(keys), 3))
        for way in ("unlink", "allow-again"):
            status, _ = self.api(tenant, "POST", f"/links/{way}", {"rows": rows, "reason": "soak"}, source)
            self.note(way, status, 200, 409, 404, 422)

    def edit(self, chance: random.Random, tenant: str, source: str):
        name = f"p{chance.randrange(1, 10)}"
        status, _ = self.api(tenant, "PATCH", f"/users/{name}", {"firstName": f"Pat{chance.randrange(5)}"}, source)
        self.note("edit", status, 200, 404, 409, 412, 428)

    # --- what nobody should do ----------------------------------------------------------------------------------------------------

    def leave(self, chance: random.Random, tenant: str, source: str):
        """A client leaves in the middle of a download, or reads none of it for a while."""
        with socket.create_connection(("127.0.0.1", self.port), 60, (source, 0)) as connection:
            connection.sendall(f"GET /api/v1/tenants/{tenant}/export?format=ndjson HTTP/1.1\r\nHost: x\r\n"
                               f"Authorization: Bearer {self.tokens[tenant]}\r\n\r\n".encode())
            if chance.random() < 0.3:
                self.stopping.wait(chance.random() * 5)
            connection.recv(100)
        self.note("leave", 0, 0)

    def misbehave(self, chance: random.Random, tenant: str, source: str):
        """Half a head, half a body, no HTTP at all."""
        with socket.create_connection(("127.0.0.1", self.port), 60, (source, 0)) as connection:
            connection.sendall(chance.choice([
                b"GET /sign-in HTTP/1.1\r\nHost: x\r\nX-Slow:", chance.randbytes(200), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 60_000 + b"\r\n\r\n",
                f"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 1000\r\n\r\ncsrf=".encode()]))
            self.stopping.wait(chance.random() * 3)
        self.note("misbehave", 0, 0)

    def guess(self, chance: random.Random, tenant: str, source: str):
        status = Person(self.port, tenant, source).ask(
            "GET", f"/api/v1/tenants/{tenant}/users", None, {"Authorization": f"Bearer {chance.randbytes(20).hex()}"})[0]
        self.note("wrong token", status, 401)
        self.note("no session", Person(self.port, tenant, source).get(f"/tenants/{tenant}/users")[0], 303)
