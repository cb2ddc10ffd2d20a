"""H3, H7: a host that is cut off from the database in the midst of a run, in a network that loses its packets and says nothing."""

import os
import subprocess
import time

import pytest

from hosts import VARIABLES, Hosts
from installation import wait_until
from network import DATABASE, PORT, Network

TENANT, COUNT, INTERVAL = "many", 20_000, 5


@pytest.fixture
def network():
    folder, port = (os.environ[f"{VARIABLES}_{name}"] for name in ("SOCKET", "PORT"))
    network = Network(f"{folder}/.s.PGSQL.{port}")
    try:
        yield network
    finally:
        network.remove()


@pytest.fixture
def hosts(network):
    hosts = Hosts()
    try:
        for path in hosts.tenants.glob("*.yaml"):
            path.unlink()
        hosts.add_crowd(TENANT, "maria", COUNT)
        with open(hosts.tenants / f"{TENANT}.yaml", "a") as file:
            file.write(f"synchronization: {{ interval: {INTERVAL}s }}\n")
        hosts.through[0] = network.at_host
        hosts.stores[0] = f"postgresql://tenantctl@{DATABASE}:{PORT}/{database(hosts)}?sslmode=disable"
        yield hosts
    finally:
        hosts.remove()


def database(hosts) -> str:
    return hosts.store.split("@/")[1].split("?")[0]


def sql(hosts, statement: str) -> str:
    place = hosts.store.replace("://tenantctl@", "://postgres@")
    return subprocess.run([f"{os.environ[f'{VARIABLES}_BIN']}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", place,
                           "-c", "SET search_path = tenantctl", "-c", statement], check=True, capture_output=True, text=True).stdout.strip()


def complete_runs(hosts) -> int:
    return int(sql(hosts, "SELECT count(*) FROM runs WHERE outcome = 'complete'"))


def is_running(hosts) -> bool:
    return sql(hosts, "SELECT count(*) FROM leases WHERE token IS NOT NULL") == "1"


class Script:
    """A script that asks for the runs at the host that may be cut off."""

    def __init__(self, network, hosts):
        self._at, self._port = network.at_host, hosts.ports[0]
        self._token = hosts.tenantctl("access", "token", TENANT, "script").decode().split()[0]

    def read(self) -> tuple[int, str]:
        """Status, and head and body."""
        done = subprocess.run([*self._at, "curl", "--silent", "--include", "--max-time", "100",
                               "--header", f"Authorization: Bearer {self._token}",
                               f"http://127.0.0.1:{self._port}/api/v1/tenants/{TENANT}/runs"], capture_output=True, text=True)
        return (int(done.stdout.split()[1]) if done.returncode == 0 else 0), done.stdout


def test_h3_h7_a_host_that_is_cut_off_writes_nothing_and_the_other_one_takes_over(network, hosts):
    script = Script(network, hosts)
    hosts.start_host(0)
    status, answer = script.read()
    assert status == 200, answer
    wait_until(lambda: is_running(hosts), "a run")
    network.cut()
    assert is_running(hosts), "the run was over before the cut"
    before = complete_runs(hosts)

    # Of what is asked for meanwhile, somebody is told before long.
    start = time.monotonic()
    status, answer = script.read()
    assert status == 503, answer
    assert time.monotonic() - start < 60, "libpq gives up after half a minute"
    assert "retry-after:" in answer.lower() and "cannot reach its database" in answer, answer

    # The lease ends; a transaction that writes is ended by the database, which holds it for as long.
    sql(hosts, "UPDATE leases SET expires = clock_timestamp()")
    hosts.start_host(1)
    wait_until(lambda: complete_runs(hosts) > before, "a run of the other host")
    wait_until(lambda: "nothing was changed" in hosts.host_log(0), "the log of the host that is cut off says so")

    # It goes on by itself.
    network.heal()
    wait_until(lambda: script.read()[0] == 200, "runs are told again")
    hosts.stop_host(1)
    runs = complete_runs(hosts)
    wait_until(lambda: complete_runs(hosts) > runs, "a run of the host that was cut off")
    hosts.stop_host(0)
    assert sql(hosts, f"""
        SELECT 'run ' || b.id || ' began too soon after ' || a.id FROM runs a JOIN runs b ON b.id > a.id
        WHERE a.outcome = 'complete' AND b.outcome = 'complete'
          AND b.started_at::timestamptz - a.completed_at::timestamptz < interval '{INTERVAL - 1} seconds'
        UNION ALL SELECT 'change ' || id || ' of run ' || run || ', which is not there' FROM changes
        WHERE run > 0 AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = changes.run)
        UNION ALL SELECT made || ' links were made, of which there are ' || there
        FROM (SELECT sum(new_links) AS made FROM runs) AS a, (SELECT count(*) AS there FROM link_rows) AS b WHERE made <> there
        """) == ""
    assert int(sql(hosts, "SELECT count(*) FROM link_rows")) == COUNT * 9 // 10
