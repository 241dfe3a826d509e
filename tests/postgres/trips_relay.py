"""A relay before PostgreSQL that counts round trips and may add latency, for tests in the same process.

A round trip is one wait of the client: its bytes up to the server's answer.
"""
import asyncio
import contextlib
import threading

BLOCK_BYTES = 65536


class Relay(threading.Thread):
    """Listens on a free port of 127.0.0.1 until the process ends; each way takes `delay_ms` longer."""

    def __init__(self, port, delay_ms=0):
        super().__init__(daemon=True)
        self.server_port = port
        self.delay_s = delay_ms / 1000
        self.trips = 0
        self.port = 0
        self._ready = threading.Event()
        self._loop = None
        self.start()
        self._ready.wait()

    def run(self):
        asyncio.run(self._serve())

    async def _serve(self):
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _connect(self, reader, writer):
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        state = {"waits": False}

        def sent():
            self.trips += not state["waits"]
            state["waits"] = True

        def answered():
            state["waits"] = False

        await asyncio.gather(self._pump(reader, server_writer, sent), self._pump(server_reader, writer, answered))

    async def _pump(self, reader, writer, seen):
        late = asyncio.Queue()
        passing = asyncio.create_task(self._pass_on(late, writer))
        block = b"more"
        while block:
            with contextlib.suppress(ConnectionError):
                block = await reader.read(BLOCK_BYTES)
            if block:
                seen()
            late.put_nowait((self._loop.time() + self.delay_s, block))
        await passing

    async def _pass_on(self, late, writer):
        while True:
            due, block = await late.get()
            await asyncio.sleep(max(0, due - self._loop.time()))
            if not block:
                writer.close()
                return
            with contextlib.suppress(ConnectionError):
                writer.write(block)
                await writer.drain()
