"""The programs that the product is compared with, and their versions."""
import os
import platform
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from .data import BASE
from .servers import ADMINISTRATOR, SLAPD
from .settings import BENCHMARKS, Failure

PACKAGES = ["duckdb", "polars", "python-ldap", "ldap3"]


class Peers:
    """A Python of their own for those that are Python packages, made once; the rest is Debian's."""

    def __init__(self, folder: Path):
        self.folder = folder / "peers"
        for tool in ("ldapsearch", "ldapmodify", "sqlite3", "openssl", "setpriv"):
            if not shutil.which(tool):
                raise Failure(f"{tool} is missing: run Scripts/install-dependencies bench")
        if not SLAPD:
            raise Failure("slapd is missing: run Scripts/install-dependencies bench")
        ready = self.folder / "ready"
        if not ready.exists():
            print("installing the peers into", self.folder, file=sys.stderr)
            venv.create(self.folder, with_pip=True, clear=True)
            subprocess.run([self.python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
            ready.touch()

    @property
    def python(self) -> Path:
        return self.folder / "bin/python"

    def script(self, name: str, *words) -> list:
        """A peer that is a script of Benchmarks/peers."""
        return [self.python, "-I", BENCHMARKS / "peers" / f"{name}.py", *words]

    @staticmethod
    def ldapsearch(uri: str, password: Path, search: list[str], page: int | None = 1000) -> list:
        """A search for everybody, in pages or in one; `search` is the filter and attributes."""
        paging = ["-E", f"pr={page}/noprompt"] if page else []
        return ["ldapsearch", "-x", "-LLL", *paging, "-H", uri, "-D", ADMINISTRATOR, "-y", password,
                "-b", BASE, *search]

    def versions(self, tenantctl: Path) -> list[tuple[str, str]]:
        packages = first_line([self.python, "-c", "from importlib.metadata import version as v; "
                               f"print(', '.join(p + ' ' + v(p) for p in {PACKAGES}))"])
        size = f"{tenantctl.stat().st_size / 1e6:.1f} MB"
        return [
            ("tenantctl", f"{first_line([tenantctl, '--version'])}, {size}"),
            ("Swift", first_line(["swift", "--version"])),
            ("ldapsearch, libldap", first_line(["ldapsearch", "-VV"], "(2[.][0-9.]+)")),
            ("slapd", first_line([SLAPD, "-VV"], "slapd ([0-9.]+)")),
            ("sqlite3", first_line(["sqlite3", "--version"], "([0-9.]+)")),
            ("OpenSSL", first_line(["openssl", "version"])),
            ("Python", platform.python_version()), ("Python packages", packages)]


def first_line(command: list, pattern: str = "(.*)") -> str:
    try:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    except OSError:
        return "not installed"
    match = re.search(pattern, done.stdout + done.stderr)
    return match[1] if match else "unknown"


def machine() -> list[tuple[str, str]]:
    """What the figures were measured on."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    system = re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    load = os.getloadavg()[0]
    return [("processor", f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores"),
            ("memory", f"{int(memory[1]) / 1e6:.1f} GB" if memory else "unknown"),
            ("system", f"{system[1] if system else platform.system()}, Linux {platform.release()}"),
            ("load before the run", f"{load:.2f}")]
