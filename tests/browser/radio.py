"""A mast between phone and hub that can lose signal, lose answers, or belong to a café that wants a click first."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Coroutine
from typing import Any

BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 6\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
)
PORTAL = b"<!doctype html><title>Free WiFi</title><h1>Welcome! Click to connect</h1>"
CHUNK = 65536


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Mast:
    """Carries bytes from `port` to the hub.

    `state`: open, none, deaf (requests arrive, answers are lost), portal, busy (pages come, the outbox must wait).
    What begins with `refuses` is never answered. `hub_seconds`: how long the hub took over what the outbox sent.
    """

    def __init__(self, hub_port: int) -> None:
        self.port, self.hub_port = free_port(), hub_port
        self.state = "open"
        self.posts = 0
        self.refuses = b""
        self.hub_seconds = 0.0
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._carry, "127.0.0.1", self.port))

    def set(self, state: str) -> None:
        """From now on; what was on its way is cut."""
        self.state, self.refuses = state, b""
        self._do(self._cut())

    def close(self) -> None:
        self._server.close()
        self._do(self._cut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _cut(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        hub_writer = None
        try:
            if self.state == "none":
                return
            if self.state == "portal":
                await reader.read(CHUNK)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(PORTAL), PORTAL))
                await writer.drain()
                return
            hub_reader, hub_writer = await asyncio.open_connection("127.0.0.1", self.hub_port)
            asked: list[float] = []
            await asyncio.gather(self._ask(reader, hub_writer, writer, asked), self._answer(hub_reader, writer, asked))
        except OSError:
            return
        finally:
            self._open.discard(writer)
            for end in (writer, hub_writer):
                if end is not None:
                    with contextlib.suppress(OSError, RuntimeError):
                        end.transport.abort() if self.state == "none" else end.close()

    async def _ask(
        self, phone: asyncio.StreamReader, hub: asyncio.StreamWriter, back: asyncio.StreamWriter, asked: list[float]
    ) -> None:
        while data := await phone.read(CHUNK):
            if data.startswith(b"POST /outbox "):
                self.posts += 1
                asked.append(0)
                if self.state == "busy":
                    back.write(BUSY)
                    break
            if self.refuses and data.startswith(self.refuses):
                break
            hub.write(data)
            await hub.drain()
            asked[:] = [time.monotonic()] if asked else []
        hub.close()

    async def _answer(self, hub: asyncio.StreamReader, phone: asyncio.StreamWriter, asked: list[float]) -> None:
        while (data := await hub.read(CHUNK)) and self.state != "deaf":
            if asked:
                self.hub_seconds += time.monotonic() - asked.pop()
            phone.write(data)
            await phone.drain()
        phone.close()
