"""Two tenantd that share a PostgreSQL, and nginx in front of them, which sends each request to the other one than the last."""

import os
import shutil
import signal
import subprocess
import uuid
from pathlib import Path

from installation import BIN, Installation, free_port, wait_until

VARIABLES = "TENANTCTL_TEST_POSTGRES"


def new_database() -> str:
    """An empty database that `store init` has made ready, as a URL."""
    def value(name: str) -> str:
        assert VARIABLES in os.environ, f"{VARIABLES} is not set: run these tests under Scripts/with-postgresql"
        return os.environ[f"{VARIABLES}_{name}"]

    name, owner = f"browser_{uuid.uuid4().hex}", value("OWNER")
    subprocess.run([f"{value('BIN')}/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", value("ADMIN_URL"),
                    "-c", f"CREATE DATABASE {name} OWNER {owner}"], check=True, capture_output=True)
    place = f"/{name}?host={value('SOCKET')}&port={value('PORT')}"
    subprocess.run([BIN / "tenantctl", "store", "init", "--store", f"postgresql://{owner}@{place}"], check=True,
                   capture_output=True)
    return f"postgresql://tenantctl@{place}"


class Hosts(Installation):
    """The port is nginx's; each host has tenant files and a state folder of its own."""

    def __init__(self):
        super().__init__()
        self.store = new_database()
        self.ports = [free_port(), free_port()]
        # What nginx does about a host that does not answer.
        self.server_options = "max_fails=0"
        self.hosts: list[subprocess.Popen | None] = [None, None]
        # What starts each host, and its store, for one that is elsewhere.
        self.through: list[list[str]] = [[], []]
        self.stores = [self.store, self.store]

    @property
    def environment(self) -> dict:
        return super().environment | {"TENANTCTL_STORE": self.store}

    def host_log(self, number: int) -> str:
        return (self.folder / f"log-{number}").read_text(errors="replace")

    def start(self, *options: str):
        for number in range(2):
            self.start_host(number, *options)
        self.start_proxy()

    def start_host(self, number: int, *options: str):
        tenants = self.folder / f"tenants-{number}"
        shutil.rmtree(tenants, ignore_errors=True)
        shutil.copytree(self.tenants, tenants)
        environment = self.environment | {
            "TENANTCTL_TENANTS": str(tenants), "TENANTCTL_STATE": str(self.folder / f"state-{number}"),
            "TENANTCTL_STORE": self.stores[number]}
        with open(self.folder / f"log-{number}", "ab") as log:
            before = log.tell()
            self.hosts[number] = subprocess.Popen(
                [*self.through[number], BIN / "tenantd", "--listen", f"127.0.0.1:{self.ports[number]}", "--address", "127.0.0.1:0",
                 "--log-level", "debug", "--trusted-proxy", "127.0.0.1", *options],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(lambda: "the pages are served" in self.host_log(number)[before:], f"host {number} listens")

    def start_proxy(self):
        servers = "".join(f"server 127.0.0.1:{port} {self.server_options}; " for port in self.ports)
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind}; "
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        # One worker, and one host for what never changes, so that the hosts take turns strictly at all else.
        configuration = self.folder / "nginx.conf"
        configuration.write_text(f"""daemon off; worker_processes 1; pid {self.folder}/nginx.pid; {'user root;' if os.getuid() == 0 else ''}
events {{}}
http {{
    access_log off; {temporary}
    upstream hosts {{ {servers} }}
    server {{
        listen 127.0.0.1:{self.port};
        client_max_body_size 20m;
        location /assets/ {{ proxy_pass http://127.0.0.1:{self.ports[0]}; }}
        location / {{
            proxy_pass http://hosts;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_buffering off;
            add_header X-Answered-By $upstream_addr always;
        }}
    }}
}}
""")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", str(configuration), "-e", "stderr"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self._is_up, "nginx listens")

    def stop_host(self, number: int, how: int = signal.SIGTERM):
        host, self.hosts[number] = self.hosts[number], None
        if host and host.poll() is None:
            host.send_signal(how)
            try:
                host.wait(30)
            except subprocess.TimeoutExpired:
                host.kill()
                host.wait()

    def stop(self):
        super().stop()
        for number in range(2):
            self.stop_host(number)
