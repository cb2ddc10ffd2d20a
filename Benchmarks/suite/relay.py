"""relay.py PORT TARGET_PORT SECONDS

Passes bytes between two loopback ports, each SECONDS after it came, in both directions: a network
of that delay and of any width. What arrives while earlier bytes wait is taken at once, so the
relay holds nobody back beyond the delay. (A connection is opened without a delay, so a client
that opens one pays a round trip less than it would.)
"""
import asyncio
import sys


async def collect(reader, queue, delay):
    clock = asyncio.get_running_loop()
    while data := await reader.read(1 << 18):
        queue.put_nowait((clock.time() + delay, data))
    queue.put_nowait((clock.time() + delay, None))


async def deliver(queue, writer):
    clock = asyncio.get_running_loop()
    while True:
        due, data = await queue.get()
        if (wait := due - clock.time()) > 0:
            await asyncio.sleep(wait)
        if data is None:
            writer.close()
            return
        writer.write(data)
        await writer.drain()


async def main(port, target, delay):
    async def connected(reader, writer):
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", target)
        there, back = asyncio.Queue(), asyncio.Queue()
        await asyncio.gather(
            collect(reader, there, delay), deliver(there, server_writer),
            collect(server_reader, back, delay), deliver(back, writer), return_exceptions=True)

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
