"""Sixty-four write while sixty-four read, and the process may die at any moment: what was acknowledged is there."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from hub import audit
from hub.access import Steward
from hub.agencies import Hub, Staff
from hub.crypto import read_keys
from hub.db import Database
from hub.ids import uuid7
from hub.people import Person
from hub.records import Record

MANY = 64
OURS = {"Sec-Fetch-Site": "same-origin"}
STARTS_WITHIN = 120


@dataclass
class Served:
    """A demo served by a process of its own."""

    process: subprocess.Popen[bytes]
    address: str
    database: Database
    log: Path

    def ids(self) -> tuple[str, str, str]:
        """Curtis, Nadia, Dre."""
        with self.database.reading(Steward()) as db:
            found = [
                db.scalars(select(Staff.id).where(Staff.name == name)).one()
                for name in ("Curtis Bello", "Nadia Rahmani")
            ]
            return found[0], found[1], db.scalars(select(Person.id).where(Person.preferred_name == "Dre")).one()

    def lost(self, acknowledged: set[str]) -> set[str]:
        with self.database.reading(Steward()) as db:
            return acknowledged - set(db.scalars(select(Record.id).where(Record.id.in_(acknowledged))))

    def chains_hold(self) -> bool:
        with self.database.reading(Steward()) as db:
            return all(not list(audit.verify(db, hub)) for hub in list(db.scalars(select(Hub.id))))


@pytest.fixture(params=["sqlcipher", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A home of its own, and the database to serve from (empty: the file in that home)."""
    if request.param == "sqlcipher":
        yield tmp_path, ""
        return
    server = request.getfixturevalue("postgres")
    name = server.make()
    yield tmp_path, server.url(name)
    server.drop(name)


@contextmanager
def serving(home: Path, url: str) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "hub", "demo", "--port", str(port), *(["--database", url] if url else [])]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    log = home / "log"
    with log.open("ab") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        try:
            address = f"http://localhost:{port}"
            _wait(process, address, log)
            key = read_keys(home / ".config/hub/demo.key").database
            database = Database(url or f"sqlite:///{home / '.local/share/hub/demo/hub.db'}", key)
            yield Served(process, address, database, log)
            database.close()
        finally:
            process.kill()


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{address}/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text())


@contextmanager
def signed_in(served: Served, staff_id: str) -> Iterator[httpx.AsyncClient]:
    answer = httpx.post(f"{served.address}/demo/{staff_id}", headers=OURS)
    assert answer.status_code == 303, answer.text
    limits = httpx.Limits(max_connections=MANY, max_keepalive_connections=MANY)
    yield httpx.AsyncClient(base_url=served.address, cookies=answer.cookies, headers=OURS, limits=limits, timeout=120)


async def write(client: httpx.AsyncClient, id: str) -> int:
    said = {"submission": id, "who": "YP-5T8B", "status": "attended", "worry": "none", "told": "Came. " * 20}
    return (await client.post("/mentoring-session", data=said)).status_code


def test_sixty_four_write_while_sixty_four_read(where: tuple[Path, str]) -> None:
    with serving(*where) as served:
        curtis, nadia, dre = served.ids()
        ids = [uuid7() for _ in range(MANY)]
        pages = ["/", "/caseload", f"/people/{dre}", "/search?q=dre"]

        async def storm() -> tuple[list[int], list[int], list[int]]:
            with signed_in(served, curtis) as writer, signed_in(served, nadia) as reader:
                async with writer, reader:
                    wrote = [write(writer, id) for id in ids]
                    again = [write(writer, id) for id in ids[:8]]
                    read = [reader.get(pages[n % len(pages)]) for n in range(MANY)]
                    found = await asyncio.gather(*wrote, *again, *read)
            return found[:MANY], found[MANY : MANY + 8], [answer.status_code for answer in found[MANY + 8 :]]

        wrote, again, read = asyncio.run(storm())
        assert Counter(wrote) == {303: MANY}, served.log.read_text()
        assert Counter(again) == {303: 8}
        assert Counter(read) == {200: MANY}, served.log.read_text()
        assert served.lost(set(ids)) == set()
        with served.database.reading(Steward()) as db:
            assert db.scalar(select(func.count()).where(Record.id.in_(ids))) == MANY
        assert served.chains_hold()


def test_a_killed_process_loses_nothing_that_it_acknowledged(where: tuple[Path, str]) -> None:
    acknowledged: set[str] = set()
    with serving(*where) as served:
        curtis, *_ = served.ids()

        async def until_killed() -> None:
            with signed_in(served, curtis) as client:
                async with client:
                    await asyncio.gather(
                        *(_keep_writing(client, acknowledged) for _ in range(8)), _kill(served, acknowledged)
                    )

        asyncio.run(until_killed())
        assert served.process.wait(10) == -signal.SIGKILL
        assert len(acknowledged) >= 20
        assert served.lost(acknowledged) == set()
    with serving(*where) as again:
        assert again.lost(acknowledged) == set()
        assert again.lost({uuid7()}) != set()
        assert again.chains_hold()
        assert not where[1] or again.database.embedded is False
        assert where[1] or again.database.damage() == []


async def _keep_writing(client: httpx.AsyncClient, acknowledged: set[str]) -> None:
    while True:
        id = uuid7()
        try:
            status = await write(client, id)
        except httpx.TransportError:
            return
        assert status == 303
        acknowledged.add(id)


async def _kill(served: Served, acknowledged: set[str]) -> None:
    """In the middle of it: once twenty are acknowledged and eight more are under way."""
    while len(acknowledged) < 20:
        await asyncio.sleep(0.01)
    served.process.kill()
