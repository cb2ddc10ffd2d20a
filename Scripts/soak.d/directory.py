"""An LDAP server that misbehaves at random: each connection draws a fault, from a seed.

It speaks what a paged read of a directory needs: bind, search with the paged results control (RFC 2696), unbind."""

import os
import random
import socket
import socketserver
import sys
import threading
import time
import uuid

PAGED = "1.2.840.113556.1.4.319"
# Each fault and how often it is drawn.
FAULTS = {
    "none": 45, "close at once": 4, "silent": 4, "silent after bind": 4, "drop after a page": 6, "drop in an entry": 4, "busy": 4,
    "unavailable": 4, "garbage": 4, "slow": 3, "size limit": 4, "empty pages": 2, "endless cookie": 2, "no paging control": 3,
    "bind refused": 4, "no such unit": 3, "half of the users": 2, "wrong GUIDs": 2,
}


# --- BER (X.690), as little as LDAP needs --------------------------------------------------------------------------------


def tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def text(value, tag: int = 0x04) -> bytes:
    return tlv(tag, value if isinstance(value, bytes) else value.encode())


def number(value: int, tag: int = 0x02) -> bytes:
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def elements(data: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(data[at:at + count], "big"), at + count
        found.append((tag, data[at:at + size]))
        at += size
    return found


def result(number_: int, operation: int, code: int, message: str = "", controls: bytes = b"") -> bytes:
    body = tlv(operation, number(code, 0x0A), text(""), text(message))
    return tlv(0x30, number(number_), body, controls)


def paging(cookie: bytes) -> bytes:
    value = tlv(0x30, number(0), text(cookie))
    return tlv(0xA0, tlv(0x30, text(PAGED), text(value)))


# --- the directory ------------------------------------------------------------------------------------------------------------


class People:
    """The users of a tenant, of whom a few change from time to time."""

    def __init__(self, tenant: str, count: int):
        self.tenant = tenant
        self.base = f"DC={tenant},DC=example"
        self.count = count
        self.version = 0

    def entry(self, index: int, fault: str) -> list[tuple[str, list]]:
        login = f"p{index}"
        guid = uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.tenant}-{index}").bytes_le
        if fault == "wrong GUIDs" and index % 10 == 0:
            guid = [b"", b"\0" * 16, b"short"][index // 10 % 3]
        changed = self.version if index == self.version % self.count else 0
        return [
            ("objectGUID", [guid]), ("sAMAccountName", [login]), ("objectClass", ["top", "person", "user"]), ("cn", [login]),
            ("distinguishedName", [f"CN={login},OU=Staff,{self.base}"]), ("givenName", [f"Pat{changed or ''}"]),
            ("sn", [f"Person {index}"]), ("mail", [f"{login}@{self.tenant}.example"]), ("userAccountControl", ["512"]),
            ("accountExpires", ["0"]), ("sAMAccountType", ["805306368"]), ("uSNChanged", [str(1000 + index)]),
            ("whenChanged", ["20260101000000.0Z"])]


class Directory(socketserver.ThreadingTCPServer):
    """All tenants' directory, at one port of loopback."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, seed: int, tenants: dict[str, int], password: str):
        super().__init__(("127.0.0.1", 0), Connection)
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.people = {f"dc={name},dc=example": People(name, count) for name, count in tenants.items()}
        self.password = password.encode()
        self.drawn: dict[str, int] = {}
        self.wrong_passwords = 0

    @property
    def port(self) -> int:
        return self.server_address[1]

    def draw(self) -> tuple[str, random.Random]:
        with self.lock:
            fault = self.random.choices(list(FAULTS), FAULTS.values())[0]
            self.drawn[fault] = self.drawn.get(fault, 0) + 1
            return fault, random.Random(self.random.getrandbits(64))

    def handle_error(self, request, client_address):
        """A client that hangs up is no error of the server's."""

    def start(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        self.fault, self.random = self.server.draw()
        self.request.settimeout(30)
        if self.fault == "close at once":
            return
        if self.fault == "silent":
            self.wait()
            return
        while message := self.read():
            if not self.serve(message):
                return

    def wait(self):
        """Until the client gives up."""
        try:
            while self.request.recv(4096):
                pass
        except OSError:
            pass

    def read(self) -> bytes | None:
        head = self.exactly(2)
        if not head:
            return None
        size = head[1]
        if size & 0x80:
            size = int.from_bytes(self.exactly(size & 0x7F) or b"", "big")
        return self.exactly(size)

    def exactly(self, size: int) -> bytes | None:
        data = b""
        while len(data) < size:
            try:
                part = self.request.recv(size - len(data))
            except OSError:
                return None
            if not part:
                return None
            data += part
        return data

    def send(self, data: bytes):
        if self.fault == "garbage" and self.random.random() < 0.3:
            data = self.random.randbytes(len(data))
        if self.fault == "slow":
            for start in range(0, len(data), 400):
                self.request.sendall(data[start:start + 400])
                time.sleep(0.05)
        else:
            self.request.sendall(data)

    # --- operations ------------------------------------------------------------------------------------------------------

    def serve(self, message: bytes) -> bool:
        parts = elements(message)
        identifier, (operation, body) = int.from_bytes(parts[0][1], "big"), parts[1]
        controls = parts[2][1] if len(parts) > 2 and parts[2][0] == 0xA0 else b""
        if operation == 0x60:
            return self.bind(identifier, elements(body))
        if operation == 0x63:
            return self.search(identifier, elements(body), controls)
        return operation in (0x50,)

    def bind(self, identifier: int, body) -> bool:
        is_right = body[2][1] == self.server.password
        if not is_right:
            self.server.wrong_passwords += 1
        if self.fault == "bind refused" or not is_right:
            self.send(result(identifier, 0x61, 49, "80090308: LdapErr: DSID-0C090449, comment: AcceptSecurityContext error, data 52e, v4563"))
            return True
        self.send(result(identifier, 0x61, 0))
        if self.fault == "silent after bind":
            self.wait()
            return False
        return True

    def search(self, identifier: int, body, controls: bytes) -> bool:
        base, scope = body[0][1].decode().lower(), body[1][1][0]
        wanted = [value.decode() for _, value in elements(body[7][1])]
        if self.fault in ("busy", "unavailable"):
            self.send(result(identifier, 0x65, 51 if self.fault == "busy" else 52, "not now"))
            return True
        if scope == 0:
            self.send(self.entry(identifier, base, [("supportedControl", [PAGED]), ("objectClass", ["top"])], []))
            self.send(result(identifier, 0x65, 0))
            return True
        people = next((p for name, p in self.server.people.items() if base.endswith(name)), None)
        if people is None or self.fault == "no such unit":
            self.send(result(identifier, 0x65, 32, "no such object"))
            return True
        return self.page(identifier, people, wanted, controls)

    def page(self, identifier: int, people: People, wanted: list[str], controls: bytes) -> bool:
        size, cookie = self.paging_of(controls)
        start = int(cookie or b"0")
        count = people.count // 2 if self.fault == "half of the users" else people.count
        end = min(count, start + (size or count))
        if self.fault == "empty pages" and self.random.random() < 0.5:
            end = start
        for index in range(start, end):
            entry = self.entry(identifier, f"CN=p{index},OU=Staff,{people.base}", people.entry(index, self.fault), wanted)
            if self.fault == "drop in an entry" and index == end // 2:
                self.request.sendall(entry[:len(entry) // 2])
                return False
            self.send(entry)
        if self.fault == "size limit" and end > 20:
            self.send(result(identifier, 0x65, 4, "size limit exceeded"))
            return True
        is_last = end >= count
        if self.fault == "endless cookie":
            control = paging(b"0" if is_last else str(end).encode())
        elif self.fault == "no paging control" and not is_last:
            control = b""
        else:
            control = paging(b"" if is_last else str(end).encode())
        self.send(result(identifier, 0x65, 0, "", control))
        return self.fault != "drop after a page" or self.random.random() < 0.5

    @staticmethod
    def paging_of(controls: bytes) -> tuple[int, bytes]:
        for _, control in elements(controls):
            parts = elements(control)
            if parts[0][1].decode() == PAGED:
                value = elements(elements(parts[-1][1])[0][1])
                return int.from_bytes(value[0][1], "big"), value[1][1]
        return 0, b""

    @staticmethod
    def entry(identifier: int, dn: str, attributes, wanted: list[str]) -> bytes:
        names = {name.lower() for name in wanted}
        chosen = [(name, values) for name, values in attributes if not names or name.lower() in names]
        rows = [tlv(0x30, text(name), tlv(0x31, *[text(value) for value in values])) for name, values in chosen]
        return tlv(0x30, number(identifier), tlv(0x64, text(dn), tlv(0x30, *rows)))


def main():
    """A directory by itself, for tests: prints its port and serves until its input ends.

    Arguments: the password, then NAME=COUNT for each tenant. Behaves well unless SOAK_SEED is set."""
    seed = os.environ.get("SOAK_SEED")
    if seed is None:
        for fault in FAULTS:
            FAULTS[fault] = int(fault == "none")
    counts = {name: int(count) for name, count in (word.split("=") for word in sys.argv[2:])}
    directory = Directory(int(seed or 0), counts, sys.argv[1])
    directory.start()
    print(directory.port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
