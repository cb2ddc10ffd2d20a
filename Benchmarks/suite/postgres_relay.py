"""postgres_relay.py FOLDER TARGET_FOLDER PORT COUNTS [SECONDS]

Stands between a program and a PostgreSQL server, on the socket FOLDER/.s.PGSQL.PORT, and passes on
what both say to each other, each part SECONDS after it came: a network of that delay. It writes into
the file COUNTS, as JSON, what went by since it began, each time that a connection begins or ends:

  open, connections  connections that are open, and that there were
  statements         statements that the server ran to their ends; those that begin and end transactions are among them
  trips              how often the client sent something after it had waited for an answer
  copies             COPY from the client
  messages           from the client, by their letter in the protocol
  sent, received     bytes from and to the client

A trip is counted when the client says something after the server was done with all that it was asked before: it
has answered ReadyForQuery or waits for the rows of a COPY.
"""
import asyncio
import collections
import json
import os
import struct
import sys
from pathlib import Path

READY_FOR_QUERY, COPY_IN, COMMAND_COMPLETE = b"Z"[0], b"G"[0], b"C"[0]
TERMINATE = b"X\0\0\0\4"


class Counts:
    def __init__(self, file):
        self.file, self.open, self.connections = Path(file), 0, 0
        self.statements = self.trips = self.copies = self.sent = self.received = 0
        self.messages = collections.Counter()
        self.write()

    def write(self):
        partial = self.file.with_suffix(".partial")
        values = {name: value for name, value in vars(self).items() if name != "file"}
        partial.write_text(json.dumps(values))
        os.replace(partial, self.file)


class Connection:
    """What goes by on one connection: only where messages begin is looked at."""

    def __init__(self, counts):
        self.counts, self.is_waiting, self.has_started = counts, False, False
        self.from_client, self.from_server = bytearray(), bytearray()

    def client(self, data):
        self.counts.sent += len(data)
        if self.is_waiting and data != TERMINATE:
            self.counts.trips += 1
            self.is_waiting = False
        self.from_client += data
        if not self.has_started:
            # The first message has no letter. No encryption is asked for on a socket.
            if len(self.from_client) < 4:
                return
            length, = struct.unpack_from("!I", self.from_client)
            if len(self.from_client) < length:
                return
            del self.from_client[:length]
            self.has_started = True
        for letter in messages(self.from_client):
            self.counts.messages[chr(letter)] += 1

    def server(self, data):
        self.counts.received += len(data)
        self.from_server += data
        for letter in messages(self.from_server):
            if letter in (READY_FOR_QUERY, COPY_IN):
                self.is_waiting = True
                self.counts.copies += letter == COPY_IN
            elif letter == COMMAND_COMPLETE:
                self.counts.statements += 1


def messages(buffer):
    """The letters of the whole messages in a buffer, which they are taken from."""
    place, letters = 0, []
    while len(buffer) - place >= 5:
        letter, length = struct.unpack_from("!BI", buffer, place)
        if len(buffer) - place < 1 + length:
            break
        letters.append(letter)
        place += 1 + length
    del buffer[:place]
    return letters


async def collect(reader, queue, delay, seen):
    clock = asyncio.get_running_loop()
    try:
        while data := await reader.read(1 << 18):
            seen(data)
            queue.put_nowait((clock.time() + delay, data))
    except ConnectionError:
        pass        # it ended without having read all that it was sent
    queue.put_nowait((clock.time() + delay, None))


async def deliver(queue, writer):
    clock = asyncio.get_running_loop()
    try:
        while True:
            due, data = await queue.get()
            if (wait := due - clock.time()) > 0:
                await asyncio.sleep(wait)
            if data is None:
                break
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


async def main(folder, target, port, file, delay):
    counts = Counts(file)

    async def connected(reader, writer):
        counts.open += 1
        counts.connections += 1
        counts.write()
        try:
            server_reader, server_writer = await asyncio.open_unix_connection(
                f"{target}/.s.PGSQL.{port}")
            connection = Connection(counts)
            there, back = asyncio.Queue(), asyncio.Queue()
            await asyncio.gather(
                collect(reader, there, delay, connection.client), deliver(there, server_writer),
                collect(server_reader, back, delay, connection.server), deliver(back, writer),
                return_exceptions=True)
        except OSError:
            writer.close()      # as the server would refuse it
        counts.open -= 1
        counts.write()

    server = await asyncio.start_unix_server(connected, f"{folder}/.s.PGSQL.{port}", limit=1 << 20)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    asyncio.run(main(*sys.argv[1:5], float((sys.argv[5:] or ["0"])[0])))
