"""A tenantd of its own, with tenant files and a state folder in a temporary folder."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("BROWSER_TESTS_BIN", TOP / ".build" / "debug"))
PASSWORD = "correct horse battery staple"
# Long, because a loaded machine may be slow; no test says how fast anything is.
PATIENCE = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what: str):
    """The first true answer of a condition."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE} s in vain until {what}")


class Installation:
    """Tenant files, their state, and the service that serves them."""

    def __init__(self, folder: Path | None = None):
        """In a folder that does not exist yet, or one with a name of its own."""
        if folder:
            folder.mkdir()
        self.folder = folder or Path(tempfile.mkdtemp(prefix="tenantd-browser-tests-"))
        self.tenants = self.folder / "tenants"
        self.state = self.folder / "state"
        self.log = self.folder / "log"
        self.port = free_port()
        self.process = None
        self.scheme = "http"
        shutil.copytree(TOP / "tenants", self.tenants, ignore=shutil.ignore_patterns(".state"))
        for path in [self.tenants, *self.tenants.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    # --- tenants ------------------------------------------------------------

    def write(self, name: str, text: str):
        path = self.tenants / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o644)

    def add_tenant(self, name: str, person: str, body: str):
        """A tenant file whose keys besides name and access are the body."""
        self.write(f"{name}.yaml", f"""version: 1
tenant: {name}
{body}
access:
  roles: {{ admin: [Administer Tenant, Administer Active Directory Authentication] }}
  assignments: [{{ fileOwner: true, roles: [admin] }}, {{ localUser: {person}, roles: [admin] }}]
""")

    def add_crowd(self, name: str, person: str, count: int):
        """A tenant of many directory users, nine of ten with a user."""
        self.write_crowd(name, count)
        lines = ["userName,windowsLogin,firstName,lastName,email"]
        lines += [f"p{n},{name.upper()}\\p{n},Pat,Person {n},p{n}@{name}.example" for n in range(count) if n % 10]
        self.write(f"{name}-users.csv", "\n".join(lines) + "\n")
        self.add_tenant(name, person, f"""directories: [{{ domain: {name.upper()}, source: csv, file: {name}.csv }}]
users: {{ source: csv, file: {name}-users.csv }}""")

    def write_crowd(self, name: str, count: int):
        lines = ["DN,objectGUID,sAMAccountName,mail,givenName,sn,Enabled"]
        lines += [f'"CN=p{n},OU=Staff,DC={name}",00000000-0000-4000-8000-{n:012x},p{n},p{n}@{name}.example,Pat,Person {n},TRUE'
                  for n in range(count)]
        self.write(f"{name}.csv", "\n".join(lines) + "\n")

    # --- programs -----------------------------------------------------------

    @property
    def environment(self) -> dict:
        return os.environ | {"TENANTCTL_TENANTS": str(self.tenants), "TENANTCTL_STATE": str(self.state),
                             "TENANTCTL_PLUGINS": str(self.folder / "plugins")}

    def tenantctl(self, *words: str, text: str = "", fails: bool = False) -> bytes:
        """What a command prints."""
        done = subprocess.run([BIN / "tenantctl", *words], input=text.encode(), env=self.environment, capture_output=True)
        assert fails or done.returncode == 0, f"tenantctl {words} ended with {done.returncode}: {done.stderr.decode()}"
        return done.stdout

    def add_person(self, tenant: str, login: str, password: str = PASSWORD):
        self.tenantctl("access", "add", tenant, login, text=password + "\n")

    def add_operator(self, name: str, *tenants: str):
        """An operator whom tenant files name."""
        for tenant in tenants:
            path = self.tenants / f"{tenant}.yaml"
            lines = path.read_text().splitlines()
            place = lines.index("  assignments:") + 1
            role = next(line for line in lines if line.strip().startswith("roles: [")).split("[")[1].split("]")[0]
            lines.insert(place, f"    - {{ operator: {name}, roles: [{role}] }}")
            path.write_text("\n".join(lines) + "\n")
        self.tenantctl("access", "add", "--operator", name, text=PASSWORD + "\n")

    def add_acme(self):
        """The example tenant acme, synced, with maria."""
        self.tenantctl("users", "import", "acme", str(self.tenants / "users" / "acme-users.csv"))
        self.tenantctl("sync", "acme")
        self.add_person("acme", "maria")

    def start(self, *options: str):
        self.process = self.spawn("--listen", f"127.0.0.1:{self.port}", "--address", "127.0.0.1:0", "--log-level", "debug",
                                  *options)
        wait_until(self._is_up, "tenantd listens")

    def spawn(self, *options: str) -> subprocess.Popen:
        with open(self.log, "ab") as log:
            return subprocess.Popen([BIN / "tenantd", *options], env=self.environment, stdin=subprocess.DEVNULL,
                                    stdout=log, stderr=log)

    def _is_up(self) -> bool:
        assert self.process.poll() is None, f"tenantd ended with {self.process.returncode}:\n{self.log_text()}"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)

    # --- what was written -----------------------------------------------------

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def audit_text(self) -> str:
        return (self.state / "audit.log").read_text()

    def audit(self) -> list[dict]:
        return [json.loads(line) for line in self.audit_text().splitlines()]


