"""The chain of who looked: whatever is changed in it is found, and no page is sent before its event is on disk."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from hub import audit, checkpoints, records
from hub.access import Steward
from hub.audit import AuditEvent, ReadWriter
from hub.crypto import Keys
from hub.db import Database
from hub.kinds import KINDS
from tests import cast, databases
from tests.phones import app_of, phone
from tests.tampering import TAMPERINGS, Tampering

EVENTS = 12


@pytest.fixture
def hub(database: Database) -> Database:
    return cast.build(database)


@pytest.fixture
def chain(hub: Database) -> Database:
    """Twelve events of the Wharf in three commits, and two of the Mill."""
    for commit in range(3):
        with hub.writing(cast.asking(hub, "nadia")) as db:
            for number in range(EVENTS // 3):
                audit.note(db, "view", subject="ref-of-amari", object=f"record-{commit}-{number}", grade=3)
    with hub.writing(cast.asking(hub, "ben")) as db:
        audit.note(db, "view", object="theirs")
        audit.note(db, "view", object="theirs too")
    return hub


def broken(hub: Database, who: str = cast.WHARF) -> list[tuple[int, str]]:
    with hub.reading(Steward()) as db:
        return list(audit.verify(db, who))


def length(hub: Database, who: str = cast.WHARF) -> int:
    with hub.reading(Steward()) as db:
        return db.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.hub_id == who)) or 0


def misfits(hub: Database, lines: list[str], keys: Keys = cast.KEYS) -> list[tuple[int, str]]:
    with hub.reading(Steward()) as db:
        return list(checkpoints.compare(db, keys, cast.WHARF, lines))


def signed(hub: Database) -> str:
    with hub.reading(Steward()) as db:
        return checkpoints.sign(db, cast.KEYS, cast.WHARF, cast.NOW)


def test_a_chain_that_nobody_touched_holds(chain: Database) -> None:
    assert broken(chain) == []
    assert broken(chain, cast.MILL) == []
    assert (length(chain), length(chain, cast.MILL)) == (EVENTS, 2)
    assert misfits(chain, [signed(chain)]) == []


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda tampering: tampering.says)
def test_what_was_tampered_with_is_found(chain: Database, tampering: Tampering) -> None:
    line = signed(chain)
    with chain.writer.begin() as connection:
        tampering.act(connection)
    found = broken(chain)
    if tampering.by_checkpoint:
        assert found == [], "then the checkpoint is not what catches it"
        assert misfits(chain, [line])
    else:
        assert found
        assert found[0][0] == tampering.at
    assert broken(chain, cast.MILL) == []


def test_a_checkpoint_still_fits_when_the_chain_has_grown(chain: Database) -> None:
    line = signed(chain)
    with chain.writing(cast.asking(chain, "nadia")) as db:
        audit.note(db, "view", object="later")
    assert misfits(chain, [line, signed(chain)]) == []
    assert json.loads(line) | {"signature": ""} == {
        "hub": cast.WHARF, "seq": EVENTS, "count": EVENTS, "at": cast.NOW.isoformat(), "signature": "",
        "hash": json.loads(line)["hash"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line.replace('"seq":12', '"seq":11'),
        lambda line: "nonsense",
        lambda line: "[]",
        lambda line: '{"hub":"wharf"}',
    ],
)
def test_a_checkpoint_that_was_altered_is_not_believed(chain: Database, spoil: Callable[[str], str]) -> None:
    assert misfits(chain, [signed(chain), spoil(signed(chain))])[0][1].endswith("is not signed by this hub's key")


def test_a_checkpoint_of_another_key_is_not_believed(chain: Database) -> None:
    assert misfits(chain, [signed(chain)], Keys(bytes(31) + b"1", list(cast.KEYS.outbox.values())))


def test_checkpoints_are_added_to_their_file_one_line_a_hub(chain: Database, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "checkpoints"
    for _ in range(2):
        with chain.reading(Steward()) as db:
            checkpoints.write(db, cast.KEYS, cast.NOW, file)
    lines = file.read_text().splitlines()
    assert [json.loads(line)["hub"] for line in lines] == [cast.MILL, cast.WHARF] * 2
    assert misfits(chain, lines) == []
    assert file.stat().st_mode & 0o077 == 0


def test_two_writers_of_five_hundred_keep_one_chain(hub: Database, database_url: str) -> None:
    def append(who: str) -> None:
        own = Database(database_url, databases.KEY)
        audit.install(own)
        try:
            for number in range(500):
                with own.writing(Steward(cast.WHARF)) as db:
                    audit.note(db, "view", object=f"{who}-{number}", at=cast.NOW)
        finally:
            own.close()

    with ThreadPoolExecutor() as pool:
        list(pool.map(append, ["one", "two"]))
    assert length(hub) == 1000
    assert broken(hub) == []


def test_what_is_rolled_back_leaves_no_event_and_no_gap(chain: Database) -> None:
    nadia = cast.asking(chain, "nadia")
    with chain.sessions(bind=chain.writer, info={"viewer": nadia}) as db:
        audit.note(db, "view", object="never")
        audit.append(db, db.info.pop("events"))
        db.rollback()
    assert length(chain) == EVENTS
    assert broken(chain) == []


def _events(number: int) -> list[audit.Event]:
    return [
        {
            "hub": cast.WHARF,
            "at": cast.NOW.isoformat(),
            "actor": "milo",
            "verb": "view",
            "subject": None,
            "object": f"o{number}",
        }
    ]


def test_many_looks_share_one_commit(hub: Database) -> None:
    commits: list[object] = []
    event.listen(hub.writer, "commit", commits.append)

    async def look() -> None:
        writer = ReadWriter(hub)
        await asyncio.gather(*(writer.write(_events(number)) for number in range(64)))

    asyncio.run(look())
    assert length(hub) == 64
    assert broken(hub) == []
    assert len(commits) <= 8


def test_one_look_that_cannot_be_kept_spoils_no_other(hub: Database) -> None:
    def spoil(db: object) -> None:
        raise OSError("full")

    async def look() -> list[object]:
        writer = ReadWriter(hub)
        looks = [writer.write(_events(number), spoil if number == 3 else None) for number in range(8)]
        return await asyncio.gather(*looks, return_exceptions=True)

    told = asyncio.run(look())
    assert [type(said) for said in told] == [type(None)] * 3 + [OSError] + [type(None)] * 4
    assert length(hub) == 7


def test_somebody_who_leaves_while_waiting_holds_up_nobody(hub: Database) -> None:
    async def look() -> None:
        writer = ReadWriter(hub)
        looks = [asyncio.ensure_future(writer.write(_events(number))) for number in range(8)]
        await asyncio.sleep(0)
        looks[0].cancel()
        looks[3].cancel()
        await asyncio.wait_for(asyncio.gather(*looks, return_exceptions=True), 10)

    asyncio.run(look())
    assert length(hub) >= 6
    assert broken(hub) == []


@pytest.fixture
def read(hub: Database) -> Database:
    cast.relate(hub, "milo", "amari", "allocated")
    return hub


def test_a_page_is_sent_only_when_its_event_is_on_disk(read: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, go_on = threading.Event(), threading.Event()
    append = ReadWriter._append

    def hold(self: ReadWriter, batch: list[audit.Waiting]) -> None:
        reached.set()
        assert go_on.wait(20)
        append(self, batch)

    with phone(app_of(read), "milo") as milo, ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(ReadWriter, "_append", hold)
        page = pool.submit(milo.get, "/people/amari")
        assert reached.wait(20)
        time.sleep(0.2)
        assert not page.done()
        assert _looks_at_amari(read) == 0
        go_on.set()
        answer = page.result(20)
    assert answer.status_code == 200
    assert cast.CANARY in answer.text
    assert _looks_at_amari(read) >= 1
    assert broken(read) == []


def test_a_look_that_cannot_be_kept_shows_nothing(read: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: ReadWriter, batch: list[audit.Waiting]) -> None:
        raise OSError("the disk is full")

    with phone(app_of(read), "milo", raise_server_exceptions=False) as milo:
        monkeypatch.setattr(ReadWriter, "_append", fail)
        answer = milo.get("/people/amari")
    assert answer.status_code == 500
    assert "<h1" in answer.text
    assert cast.CANARY not in answer.text
    assert "disk" not in answer.text
    assert "traceback" not in answer.text.lower()
    assert _looks_at_amari(read) == 0


def test_a_look_at_a_record_about_two_is_a_look_at_each_of_them(hub: Database) -> None:
    kind = KINDS[0]
    with hub.writing(Steward()) as db:
        cast.keep(db, kind, "nadia", ["amari", "jade"], id="both", grade=1)
    nadia = cast.asking(hub, "nadia")
    with hub.writing(nadia) as db:
        records.find(db, nadia, "both", kind)
    with hub.reading(Steward()) as db:
        noted = db.execute(select(AuditEvent.subject, AuditEvent.object).where(AuditEvent.verb == "view")).all()
    assert [tuple(row) for row in noted] == [("ref-of-amari", "both"), ("ref-of-jade", "both")]


def _looks_at_amari(hub: Database) -> int:
    with hub.reading(Steward()) as db:
        seen = select(func.count()).where(AuditEvent.verb == "view", AuditEvent.subject == "ref-of-amari")
        return db.scalar(seen) or 0


def test_what_was_acknowledged_outlives_a_killed_writer(hub: Database, database_url: str) -> None:
    told: list[str] = []
    command = [sys.executable, "-m", "tests.tampering", database_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as writer:
        assert writer.stdout
        for line in writer.stdout:
            told.append(line.strip())
            if len(told) == 300:
                os.kill(writer.pid, signal.SIGKILL)
    assert len(told) >= 300
    with hub.reading(Steward()) as db:
        kept = set(db.scalars(select(AuditEvent.object)))
    assert set(told) - {""} <= kept
    assert broken(hub) == []
