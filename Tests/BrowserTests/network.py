"""A network of two, the database and a host, which can be cut: packets are then lost in both directions, and nobody is told."""

import os
import subprocess
import tempfile
from pathlib import Path

from installation import wait_until

DATABASE, HOST = "127.9.0.1", "127.9.0.2"
OWN = {DATABASE: "02:00:00:00:00:01", HOST: "02:00:00:00:00:02"}
NOBODY = "02:00:00:00:00:99"
PORT = 5432

# Both ends of a veth(4) are in network namespaces of their own. Their addresses are of 127.0.0.0/8, for which no TLS is
# demanded; all of it but 127.0.0.1 may then be elsewhere.
SCRIPT = r"""
set -euo pipefail
unshare --net sh -c 'echo $$ > host; exec sleep infinity' &
until [ -s host ]; do sleep 0.05; done
host=$(cat host)
trap 'kill $(jobs -p) 2> /dev/null || true' EXIT
prepare='ip link set lo up; ip route del local 127.0.0.0/8 dev lo table local
  echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet'
sh -ec "$prepare"
nsenter --target "$host" --net sh -ec "$prepare"
ip link add name db0 address 02:00:00:00:00:01 type veth peer name host0 address 02:00:00:00:00:02 netns "$host"
ip addr add 127.9.0.1/24 dev db0
ip link set db0 up
nsenter --target "$host" --net sh -ec 'ip addr add 127.9.0.2/24 dev host0; ip link set host0 up'
echo "$$ $host" > namespaces
python3 -c '
import asyncio, sys
async def pass_on(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()
async def connected(reader, writer):
    try:
        there, back = await asyncio.open_unix_connection(sys.argv[1])
    except OSError:
        return writer.close()
    await asyncio.gather(pass_on(reader, back), pass_on(there, writer), return_exceptions=True)
async def main():
    server = await asyncio.start_server(connected, sys.argv[2], int(sys.argv[3]))
    open("listening", "w").close()
    await server.serve_forever()
asyncio.run(main())' "$1" "$2" "$3" &
cat > /dev/null
"""


class Network:
    """What connects to DATABASE, PORT at the host gets to a socket; the file system is the same in all networks."""

    def __init__(self, socket: str):
        self._folder = tempfile.TemporaryDirectory(prefix="cut-off-network-")
        folder = Path(self._folder.name)
        self._users = [] if os.getuid() == 0 else ["--user", "--preserve-credentials"]
        made = ["unshare", *([] if os.getuid() == 0 else ["--user", "--map-root-user"]), "--net"]
        self._process = subprocess.Popen([*made, "bash", "-c", SCRIPT, "network", socket, DATABASE, str(PORT)],
                                         cwd=folder, stdin=subprocess.PIPE)
        wait_until(lambda: self._is_there(folder), "there is a network")
        self._database, self._host = (folder / "namespaces").read_text().split()
        self.heal()

    def _is_there(self, folder: Path) -> bool:
        assert self._process.poll() is None, f"there is no network: {self._process.returncode}"
        return (folder / "listening").exists()

    @property
    def at_host(self) -> list[str]:
        """A program that starts another one at the host."""
        return self._at(self._host)

    def _at(self, process: str) -> list[str]:
        return ["nsenter", "--target", process, "--net", *self._users]

    def cut(self):
        """Loses all packets from now on."""
        self._connect({DATABASE: NOBODY, HOST: NOBODY})

    def heal(self):
        """Loses none from now on."""
        self._connect(OWN)

    def _connect(self, hardware: dict[str, str]):
        for process, device, other in ((self._host, "host0", DATABASE), (self._database, "db0", HOST)):
            subprocess.run([*self._at(process), "ip", "neigh", "replace", other, "lladdr", hardware[other], "dev", device,
                            "nud", "permanent"], check=True)

    def remove(self):
        self._process.stdin.close()
        self._process.wait(30)
        self._folder.cleanup()
