"""TLS: what is served with a certificate, and what is refused without one."""

import socket
import ssl
import subprocess

import pytest

from installation import PATIENCE, Installation
from visitor import Visitor


@pytest.fixture(scope="module")
def secure():
    installation = Installation()
    try:
        installation.add_acme()
        for name in ("server", "other"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                            "-keyout", installation.folder / f"{name}.key", "-out", installation.folder / f"{name}.pem"],
                           check=True, capture_output=True)
        installation.scheme = "https"
        installation.start("--tls-certificate", str(installation.folder / "server.pem"),
                           "--tls-key", str(installation.folder / "server.key"))
        yield installation
    finally:
        installation.remove()


def refusal(installation, *options: str) -> tuple[int, str]:
    """How tenantd ends with options that it cannot be served with, and its words."""
    installation.log.unlink(missing_ok=True)
    process = installation.spawn("--address", "127.0.0.1:0", *options)
    try:
        code = process.wait(PATIENCE)
    finally:
        process.kill()
    return code, installation.log_text()


def test_the_pages_are_served_over_tls_and_browsers_are_told_to_use_nothing_else(secure):
    answer = Visitor(secure).sign_in("acme", "maria").get("/tenants/acme/active-directory-sync")
    assert answer.status == 200
    assert answer.header("Strict-Transport-Security") == "max-age=31536000"


def test_the_certificate_is_the_one_that_was_given(secure):
    context = ssl.create_default_context(cafile=secure.folder / "server.pem")
    with socket.create_connection(("127.0.0.1", secure.port), timeout=PATIENCE) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
            assert connection.version() in ("TLSv1.2", "TLSv1.3")


def test_old_tls_is_refused(secure):
    context = ssl._create_unverified_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", secure.port), timeout=PATIENCE) as plain, pytest.raises(OSError):
        context.wrap_socket(plain)


def test_plain_http_gets_no_page_from_a_tls_port(secure):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=PATIENCE) as connection:
        connection.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        try:
            assert b"200" not in connection.recv(4096)
        except ConnectionResetError:
            pass


@pytest.fixture
def idle():
    installation = Installation()
    yield installation
    installation.remove()


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", "192.0.2.1:8443", "example.com:8443"])
def test_without_tls_only_loopback_is_served(idle, address):
    code, words = refusal(idle, "--listen", address)
    assert code == 64 and "--tls-certificate" in words and "loopback" in words


def test_a_certificate_needs_its_key_and_an_address(idle):
    assert refusal(idle, "--listen", "127.0.0.1:0", "--tls-certificate", "a.pem")[0] == 64
    assert refusal(idle, "--tls-certificate", "a.pem", "--tls-key", "a.key")[0] == 64


@pytest.mark.parametrize("certificate,key", [("server.pem", "other.key"), ("server.pem", "missing.key"), ("server.key", "server.key"),
                                             ("missing.pem", "server.key")])
def test_a_certificate_that_cannot_be_used_ends_the_service_with_words(secure, idle, certificate, key):
    code, words = refusal(idle, "--listen", "127.0.0.1:0", "--tls-certificate", str(secure.folder / certificate),
                          "--tls-key", str(secure.folder / key))
    assert code == 78, words
    assert "cannot be used" in words and certificate in words and key in words
    assert "PRIVATE KEY" not in words


def test_a_key_that_others_may_read_is_refused(secure, idle):
    loose = secure.folder / "loose.key"
    loose.write_bytes((secure.folder / "server.key").read_bytes())
    loose.chmod(0o644)
    code, words = refusal(idle, "--listen", "127.0.0.1:0", "--tls-certificate", str(secure.folder / "server.pem"),
                          "--tls-key", str(loose))
    assert code == 78 and "chmod" in words, words


def test_a_taken_port_ends_the_service_with_words(idle):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        code, words = refusal(idle, "--listen", f"127.0.0.1:{port}")
    assert code == 70 and str(port) in words and "taken" in words, words
