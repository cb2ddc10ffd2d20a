"""The servers of a run, on free loopback ports. They end with the run, even if it is killed."""
import contextlib
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from .data import BASE, Data
from .settings import BENCHMARKS, REPOSITORY, Failure

ADMINISTRATOR, PASSWORD = f"CN=admin,{BASE}", "A-word-for-one-run"
SLAPD, SLAPADD = (shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin")
                  for name in ("slapd", "slapadd"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(name: str, command: list, port: int, log: Path):
    """A server from when its port answers to the end of the block."""
    with open(log, "wb") as output:
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)],
                                   stdout=output, stderr=output, stdin=subprocess.DEVNULL)
    try:
        limit = time.monotonic() + 120
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None or time.monotonic() > limit:
                raise Failure(f"{name} did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield process
    finally:
        process.kill()      # nothing in its folder is worth a clean shutdown
        process.wait()


def certificate(folder: Path) -> None:
    """A CA and a certificate of 127.0.0.1, as the folder's ca.pem, server.pem and server.key."""
    def openssl(*words):
        done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"openssl {words[0]} failed: {done.stderr}")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
            "-subj", "/CN=benchmark CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n"
                                  "basicConstraints=CA:false\nextendedKeyUsage=serverAuth\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "30", "-out", "server.pem", "-extfile", "names")


class Slapd:
    """OpenLDAP with the people of `data`; a copy of the database, so that a run may change it."""

    def __init__(self, data: Data, folder: Path, scratch: Path):
        self.data, self.cache = data, folder / "slapd" / data.folder.name
        self.folder = scratch / "slapd"
        self.port, self.tls_port = free_port(), free_port()
        self.authority = self.folder / "ca.pem"

    def __enter__(self) -> "Slapd":
        self.load()
        (self.folder / "db").mkdir(parents=True)
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", self.cache / "data.mdb",
                        self.folder / "db"], check=True)
        certificate(self.folder)
        tls = "".join(f'{key} "{self.folder / file}"\n' for key, file in [
            ("TLSCACertificateFile", "ca.pem"), ("TLSCertificateFile", "server.pem"),
            ("TLSCertificateKeyFile", "server.key")])
        configuration = self._configure(self.folder, tls)
        with contextlib.ExitStack() as stack:
            self.process = stack.enter_context(running("slapd", [
                SLAPD, "-d", "0", "-f", configuration, "-h",
                f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"],
                self.port, self.folder / "slapd.log"))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_) -> None:
        self._stack.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def load(self) -> None:
        """Makes the database if it is not there, whole or not at all; kept for the next runs."""
        if (self.cache / "data.mdb").exists():
            return
        partial = self.cache.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        (partial / "db").mkdir(parents=True)
        print(f"  loading slapd with {self.data.size} people", file=sys.stderr)
        done = subprocess.run([SLAPADD, "-q", "-f", self._configure(partial), "-l", self.data.ldif],
                              capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"slapadd failed: {done.stderr[-2000:]}")
        shutil.rmtree(self.cache, ignore_errors=True)
        (partial / "db").rename(self.cache)
        shutil.rmtree(partial)

    @staticmethod
    def _configure(folder: Path, tls: str = "") -> Path:
        file, root = folder / "slapd.conf", folder / "root.ldif"
        schema = REPOSITORY / "Scripts/directory-servers/active-directory.schema"
        # Who reads over several connections wants to know that all lead to one server.
        root.write_text(f"dn:\ndsServiceName: CN=NTDS Settings,CN=BENCH,CN=Servers,{BASE}\n")
        file.write_text(f"""include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include "{schema}"
rootDSE "{root}"
modulepath /usr/lib/ldap
moduleload back_mdb
tool-threads 2
{tls}database mdb
directory "{folder}/db"
maxsize 17179869184
dbnosync
suffix {BASE}
rootdn {ADMINISTRATOR}
rootpw {PASSWORD}
index objectClass,objectCategory,objectGUID,sAMAccountName eq
""")
        return file


@contextlib.contextmanager
def relay(target: int, seconds: float, scratch: Path):
    """The port of a relay to `target` with a round trip of `seconds`."""
    port = free_port()
    command = [sys.executable, "-I", BENCHMARKS / "suite/relay.py", port, target, seconds / 2]
    with running("relay", command, port, scratch / "relay.log"):
        yield port
