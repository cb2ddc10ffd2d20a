"""Hosts are updated one by one (H9), as the manual's part "Update hosts one by one" says, while people use the page behind nginx.

There is one version of the programs here. Where they stand for the version before, the database has a step of a later one,
made as `store init` makes it; where they stand for the new one, it lacks a step.
"""

import os
import subprocess
import threading

import pytest

from hosts import VARIABLES, Hosts
from installation import BIN, wait_until
from visitor import Visitor

SYNC = "/tenants/acme/active-directory-sync"


@pytest.fixture
def hosts():
    hosts = Hosts()
    hosts.server_options = "max_fails=1 fail_timeout=5s"    # as in docs/postgresql.md
    try:
        hosts.add_acme()
        hosts.start()
        yield hosts
    finally:
        hosts.remove()


def owner_url(hosts) -> str:
    return hosts.store.replace("://tenantctl@", f"://{os.environ[f'{VARIABLES}_OWNER']}@")


def as_owner(hosts, sql: str):
    subprocess.run([f"{os.environ[f'{VARIABLES}_BIN']}/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", owner_url(hosts),
                    "-c", f"BEGIN; SET LOCAL search_path = tenantctl; {sql}; COMMIT"], check=True, capture_output=True)


def later_step(name: str, is_additive: bool) -> str:
    """A step of a later version: a column that this one does not know, and a table."""
    return f"""
        ALTER TABLE users ADD COLUMN {name} text;
        CREATE TABLE {name}_table (tenant text COLLATE "C" NOT NULL DEFAULT current_setting('tenantctl.tenant'), PRIMARY KEY (tenant));
        ALTER TABLE {name}_table ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {name}_table FORCE ROW LEVEL SECURITY;
        CREATE POLICY one_tenant ON {name}_table USING (tenant = current_setting('tenantctl.tenant', true))
            WITH CHECK (tenant = current_setting('tenantctl.tenant', true));
        GRANT SELECT, INSERT, UPDATE, DELETE ON {name}_table TO tenantctl;
        INSERT INTO migrations (step, is_additive) VALUES ('{name}', {is_additive})"""


def command(hosts, *words: str, url: str | None = None) -> subprocess.CompletedProcess:
    environment = hosts.environment | ({"TENANTCTL_STORE": url} if url else {})
    return subprocess.run([BIN / "tenantctl", *words], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)


class Readers:
    """People who read the page over and over, each request through nginx."""

    def __init__(self, hosts, count: int = 3):
        self.hosts = hosts
        self.answers: list[int | str] = []
        # Which host answered the last requests, by its port.
        self._ports: list[str] = []
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=[Visitor(hosts).sign_in("acme", "maria")]) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def _read(self, visitor):
        while not self._end.is_set():
            try:
                answer = visitor.get(SYNC)
                self._ports.append((answer.header("X-Answered-By") or "").rsplit(":")[-1])
                self.answers.append(answer.status)
            except OSError as error:
                self.answers.append(repr(error))

    def wait_for_more(self, count: int = 20):
        before = len(self.answers)
        wait_until(lambda: len(self.answers) >= before + count, f"{count} more answers")

    def wait_for_answer_of(self, number: int):
        before = len(self._ports)
        wait_until(lambda: str(self.hosts.ports[number]) in self._ports[before:], f"host {number} answers again")

    def stop(self) -> list[int | str]:
        self._end.set()
        for thread in self._threads:
            thread.join()
        return self.answers


def test_h9_hosts_are_updated_one_by_one_while_people_read(hosts):
    readers = Readers(hosts)
    try:
        readers.wait_for_more()
        # 1. The schema, while the hosts of the version before go on.
        as_owner(hosts, later_step("later", True))
        readers.wait_for_more()
        # 2. Host by host.
        for number in range(2):
            hosts.stop_host(number)
            readers.wait_for_more()
            hosts.start_host(number)
            # Before the next one, nginx must have found that this one is back.
            readers.wait_for_answer_of(number)
    finally:
        answers = readers.stop()
    assert set(answers) == {200}, f"of {len(answers)} answers"
    # The version before writes beside the later schema.
    hosts.tenantctl("sync", "acme")
    maria = Visitor(hosts).sign_in("acme", "maria")
    assert maria.post("/tenants/acme/sync", {"csrf": maria.form_token(SYNC)}).status == 303
    # 3. The check, on each host.
    check = command(hosts, "store", "check")
    assert check.returncode == 0, check.stdout + check.stderr


def test_h9_a_later_schema_that_this_version_cannot_live_with_is_refused_with_words(hosts):
    Visitor(hosts).sign_in("acme", "maria")
    for number in range(2):
        hosts.stop_host(number)
    as_owner(hosts, later_step("binding", False))
    for words in (["sync", "acme"], ["store", "check"]):
        done = command(hosts, *words)
        said = done.stdout + done.stderr
        assert done.returncode == 74, f"{words}: {done.returncode}: {said}"
        assert "newer version" in said and "binding" in said, f"{words}: {said}"
    done = command(hosts, "store", "init", url=owner_url(hosts))
    assert done.returncode == 74 and "newer version" in done.stderr, done.stdout + done.stderr
    hosts.start_host(0)
    answer = Visitor(hosts).get("/sign-in")
    assert answer.status >= 500, f"{answer.status}: {answer.text}"
    wait_until(lambda: "newer version" in hosts.host_log(0), "the log says why")


def test_h9_a_schema_of_the_version_before_is_told_with_the_command_and_made_new_by_it(hosts):
    for number in range(2):
        hosts.stop_host(number)
    as_owner(hosts, "DROP TABLE turns, tenant_files; DELETE FROM migrations WHERE step = '4 turns'")
    done = command(hosts, "sync", "acme")
    assert done.returncode == 74 and "older version" in done.stderr and "store init" in done.stderr, done.stderr
    # A host that was updated first waits for the schema, and goes on by itself.
    hosts.start_host(0)
    assert Visitor(hosts).get("/sign-in").status >= 500
    done = command(hosts, "store", "init", url=owner_url(hosts))
    assert done.returncode == 0 and "4 turns" in done.stdout + done.stderr, done.stdout + done.stderr
    wait_until(lambda: Visitor(hosts).get("/sign-in").status == 200, "the page is there")
    assert Visitor(hosts).sign_in("acme", "maria").get(SYNC).status == 200
    assert command(hosts, "store", "check").returncode == 0
