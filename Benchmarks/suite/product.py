"""The programs under test, and folders of tenants for them."""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from . import servers
from .data import BASE, DOMAIN, UNITS, Data
from .settings import REPOSITORY, Failure

COMPOSITE = {"matcher": "composite", "strategies": [{"matcher": "login"}, {"matcher": "smtp"}]}
RARELY = "24h"      # nothing runs by itself while tenantd is measured
ACCESS = """access:
  roles: { admin: [Administer Tenant, Administer Active Directory Authentication] }
  assignments: [{ fileOwner: true, roles: [admin] }, { localUser: bench, roles: [admin] }]
"""
BUILD = REPOSITORY / "Scripts" / "build-release"


def program(name: str) -> Path:
    """A program: the one that TENANTCTL (TENANTD, OUTSIDE_LOGIN) names, or built here."""
    variable = name.upper().replace("-", "_")
    if given := os.environ.get(variable):
        if not os.access(given, os.X_OK):
            raise Failure(f"{variable}={given} is no program")
        return Path(given).absolute()
    print(f"building {name}", file=sys.stderr)
    built = subprocess.run([BUILD, name], check=True, stdout=subprocess.PIPE, text=True)
    return Path(built.stdout.strip(), name)


class Site:
    """A folder of tenants, and a state folder that can be put back to an earlier moment."""

    def __init__(self, tenantctl: Path, folder: Path):
        self.tenantctl, self.tenants, self.state = tenantctl, folder / "tenants", folder / "state"
        self.plugins, self.moments = folder / "plugins", folder / "moments"
        self.tenants.mkdir(parents=True, mode=0o755)
        self.moments.mkdir()
        self.forget()
        self.password = self.tenants / "password"
        self.password.touch(mode=0o600)
        # Without a line end: ldapsearch takes the whole file.
        self.password.write_text(servers.PASSWORD)

    def write(self, name: str, directory: dict, users: dict, matching: dict = COMPOSITE,
              interval: str = RARELY) -> str:
        """A tenant file; returns the tenant's name. (JSON is YAML.)"""
        (self.tenants / f"{name}.yaml").write_text(
            f"version: 1\ntenant: {name}\ndirectories: {json.dumps([directory])}\n"
            f"users: {json.dumps(users)}\nmatching: {json.dumps(matching)}\n"
            f"synchronization: {{ interval: {interval} }}\n{ACCESS}")
        return name

    def live(self, name: str, port: int, authority: Path | None = None, units: bool = False,
             is_only_read: bool = False) -> str:
        """A tenant whose directory is the slapd behind a port, and whose users are imported; one
        that is only read excludes everybody from being matched."""
        directory = {
            "domain": DOMAIN, "source": "ldap", "hosts": ["127.0.0.1"], "port": port,
            "security": "ldaps" if authority else "plaintext", "rootDN": BASE,
            "bind": {"method": "simple", "user": servers.ADMINISTRATOR,
                     "password": {"file": str(self.password)}}}
        if authority:
            directory["caCertificate"] = str(authority)
        if is_only_read:
            directory["exclude"] = {"logins": ["*"]}
        if units:
            directory["organizationalUnits"] = [f"OU=Staff{unit}" for unit in range(UNITS)]
        return self.write(name, directory, {"source": "store"})

    def files(self, name: str, data: Data, matching: dict = COMPOSITE, imported=False,
              interval: str = RARELY) -> str:
        """A tenant whose directory is a CSV export, and whose users are a file or imported."""
        users = {"source": "store"} if imported else {"source": "csv", "file": str(data.users)}
        return self.write(name, {"domain": DOMAIN, "source": "csv", "file": str(data.directory)},
                          users, matching, interval)

    def command(self, *words) -> list:
        return [self.tenantctl, *words, "--tenants", self.tenants, "--state", self.state]

    def do(self, *words, input: str | None = None) -> str:
        """What a command that is not timed prints."""
        done = subprocess.run(list(map(str, self.command(*words))), input=input, text=True,
                              capture_output=True, env=os.environ | self.environment)
        if done.returncode:
            raise Failure(f"tenantctl {' '.join(map(str, words[:4]))}: {done.stderr[-2000:]}")
        return done.stdout + done.stderr

    @property
    def environment(self) -> dict[str, str]:
        return {"TENANTCTL_PLUGINS": str(self.plugins), "NO_COLOR": "1"}

    # --- moments ------------------------------------------------------------------------------

    def forget(self) -> None:
        """An empty state folder."""
        shutil.rmtree(self.state, ignore_errors=True)
        self.state.mkdir(mode=0o700)

    def keep(self, moment: str) -> None:
        """Keeps a copy of the state folder under a name."""
        shutil.rmtree(self.moments / moment, ignore_errors=True)
        _copy(self.state, self.moments / moment)

    def put_back(self, moment: str) -> None:
        shutil.rmtree(self.state, ignore_errors=True)
        _copy(self.moments / moment, self.state)

    def store(self, tenant: str, moment: str | None = None) -> Path:
        return (self.moments / moment if moment else self.state) / f"tenants/{tenant}.sqlite"

    # --- answers ------------------------------------------------------------------------------

    def search(self, tenant: str) -> list[str]:
        """The search that the program makes, from its own log: filter and attributes."""
        log = self.do("sync", tenant, "--dry-run", "--log-level", "debug")
        lines = re.findall(r"ldapsearch -LLL .*-s sub .*", log)
        if not lines:
            raise Failure("tenantctl --log-level debug logs no ldapsearch line any more")
        words = shlex.split(lines[0])
        return words[next(place for place, word in enumerate(words) if word.startswith("(")):]

    def counts(self, tenant: str) -> dict:
        """How many rows, and how many are matched, in the stored snapshot."""
        return json.loads(self.do("review", tenant, "--output", "json", "--limit", "1"))["counts"]

    def export(self, tenant: str, file: Path, columns: list[str] | None = None, live=False) -> Path:
        """A CSV file of all rows, of the stored snapshot or as the directory is now."""
        self.do("export", tenant, "--exact", "--output", file, *(["--live"] if live else []),
                *(["--columns", ",".join(columns)] if columns else []))
        return file


def _copy(folder: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", "--reflink=auto", folder, target], check=True)
