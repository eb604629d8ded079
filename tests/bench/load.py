"""A small HTTP client that keeps its connections, so that the server and not the client is measured."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Figures:
    """Requests a second, the middle and the slow end of their times in milliseconds, and how they were answered."""

    rate: float
    p50: float
    p99: float
    statuses: Counter[int]

    @property
    def failed(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= 400)


Request = Callable[[], bytes]


def get(path: str, cookie: str, encoding: str = "identity") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nAccept-Encoding: {encoding}\r\n\r\n".encode()


def post(path: str, cookie: str, fields: dict[str, str]) -> bytes:
    body = urlencode(fields)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def measure(port: int, request: Request, clients: int, seconds: float) -> Figures:
    return asyncio.run(_measure(port, request, clients, seconds))


def once(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    return asyncio.run(_once(port, request))


async def _once(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = await _answer(reader, writer, request)
    writer.close()
    return answer


async def _measure(port: int, request: Request, clients: int, seconds: float) -> Figures:
    times: list[float] = []
    statuses: Counter[int] = Counter()
    began = time.perf_counter()

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() - began < seconds:
            start = time.perf_counter()
            status, headers, _ = await _answer(reader, writer, request())
            times.append(time.perf_counter() - start)
            statuses[status] += 1
            if headers.get("connection") == "close":
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    spent = time.perf_counter() - began
    times.sort()
    return Figures(len(times) / spent, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000, statuses)


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, dict[str, str], bytes]:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    if headers.get("transfer-encoding") == "chunked":
        return int(head[0].split()[1]), headers, await _chunks(reader)
    return int(head[0].split()[1]), headers, await reader.readexactly(int(headers.get("content-length", 0)))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        found += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return found
