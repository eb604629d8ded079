"""Who looked and who changed: an append-only chain of events for each hub, written before the bytes are shown."""

import asyncio
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import anyio
from anyio.to_thread import run_sync
from sqlalchemy import ForeignKey, Index, event, insert, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.access import POLICY_HASH, Steward, Viewer, Walled, unwalled
from hub.clock import now
from hub.db import Base, Database, table_of

GENESIS = b"\0" * 32
_MARK = b"hub-audit-v1\0"


class AuditEvent(Walled, Base):
    """One look or one change. `body` is what the chain covers; the other columns repeat it for searching."""

    __tablename__ = "audit"
    hub_id: Mapped[str] = mapped_column(ForeignKey("hubs.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    actor: Mapped[str | None]
    verb: Mapped[str]
    subject: Mapped[str | None]
    object: Mapped[str | None]
    body: Mapped[str]
    hash: Mapped[bytes]
    __table_args__ = (
        Index(None, "hub_id", "subject", "seq"),
        Index(None, "hub_id", "object", "seq"),
        Index(None, "hub_id", "actor", "seq"),
    )


class AuditHead(Base):
    __tablename__ = "audit_heads"
    hub_id: Mapped[str] = mapped_column(ForeignKey("hubs.id"), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[bytes]


Event = dict[str, Any]


def note(
    db: Session,
    verb: str,
    *,
    subject: str | None = None,
    object: str | None = None,
    grade: int = 0,
    via: str = "",
    fields: Sequence[str] = (),
    reason: str = "",
    hub_id: str | None = None,
    actor: str | None = None,
    at: dt.datetime | None = None,
) -> None:
    """Remember one event; it is appended when the session commits, or before a page that only read is sent.

    `subject` is a young person's `audit_ref`, `fields` are names and never values, and `reason` is a
    word of the hub's own, never somebody's sentence: a chain cannot forget.
    """
    viewer = db.info.get("viewer")
    known = viewer if isinstance(viewer, Viewer) else None
    hub = hub_id or getattr(viewer, "hub_id", None)
    if hub is None:
        return
    moment = at or (known.now if known else now())
    db.info.setdefault("events", []).append(
        {
            "hub": hub,
            "at": moment.isoformat(),
            "actor": actor or (known.id if known else None),
            "device": known.device_id if known else None,
            "agency": known.agency_id if known else None,
            "roles": sorted(known.roles) if known else [],
            "verb": verb,
            "subject": subject,
            "object": object,
            "grade": int(grade),
            "via": via,
            "fields": list(fields),
            "reason": reason,
            "policy": POLICY_HASH,
        }
    )


def install(database: Database) -> None:
    """Events of a writing session join its own transaction, as its last statement."""
    event.listen(database.sessions, "before_commit", _append_own)


def _append_own(db: Session) -> None:
    db.flush()
    with unwalled(db):  # the chain is the hub's own: at the door, nobody is known yet
        append(db, db.info.pop("events", []))


def append(db: Session, events: Iterable[Event]) -> None:
    """Chain `events` behind their hubs' heads; the head row is the lock that keeps one order."""
    by_hub: dict[str, list[Event]] = {}
    for found in events:
        by_hub.setdefault(found["hub"], []).append(found)
    heads, rows = table_of(AuditHead), table_of(AuditEvent)
    for hub_id, found_here in sorted(by_hub.items()):
        seq, last = _head(db, hub_id)
        new = []
        for found in found_here:
            seq += 1
            body = canonical(found)
            last = link(last, seq, body)
            new.append(_row(hub_id, seq, found, body, last))
        db.execute(insert(rows), new)
        db.execute(update(heads).where(heads.c.hub_id == hub_id).values(seq=seq, hash=last))


def _head(db: Session, hub_id: str) -> tuple[int, bytes]:
    """Where a hub's chain ends, locked; two writers may both find it not yet begun."""
    heads = table_of(AuditHead)
    locked = select(heads.c.seq, heads.c.hash).where(heads.c.hub_id == hub_id).with_for_update()
    if (found := db.execute(locked).first()) is None:
        begin = sqlite.insert(heads) if db.get_bind().dialect.name == "sqlite" else postgresql.insert(heads)
        db.execute(begin.values(hub_id=hub_id, seq=0, hash=GENESIS).on_conflict_do_nothing())
        found = db.execute(locked).one()
    return found.seq, found.hash


def canonical(found: Event) -> str:
    return json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def link(previous: bytes, seq: int, body: str) -> bytes:
    return hashlib.sha256(_MARK + previous + seq.to_bytes(8, "big") + body.encode()).digest()


def _row(hub_id: str, seq: int, found: Event, body: str, digest: bytes) -> dict[str, Any]:
    searchable = {name: found[name] for name in ("actor", "verb", "subject", "object")}
    moment = dt.datetime.fromisoformat(found["at"])
    return {"hub_id": hub_id, "seq": seq, "at": moment, "body": body, "hash": digest, **searchable}


def verify(db: Session, hub_id: str) -> Iterator[tuple[int, str]]:
    """Every place where the chain of one hub is broken: (seq, what is wrong). Nothing when it holds."""
    rows, heads = table_of(AuditEvent), table_of(AuditHead)
    end = select(heads.c.seq, heads.c.hash).where(heads.c.hub_id == hub_id).subquery()
    # The end is read with the rows, in one statement: it fits them, whoever appends meanwhile.
    chain = select(rows, end.c.seq.label("end_seq"), end.c.hash.label("end_hash")).outerjoin(end, true())
    expected, last = 0, GENESIS
    ends = db.execute(select(end)).first() or (0, GENESIS)
    for row in db.execute(chain.where(rows.c.hub_id == hub_id).order_by(rows.c.seq)).yield_per(1000):
        ends, expected = (row.end_seq, row.end_hash), expected + 1
        if row.seq != expected:
            yield expected, "missing"
            expected = row.seq
        last = link(last, row.seq, row.body)
        if row.hash != last:
            yield row.seq, "changed"
            last = row.hash
        if not _repeats(row):
            yield row.seq, "its columns do not say what its body says"
    if tuple(ends) != (expected, last):
        yield max(expected, ends[0] or 0), "the end of the chain is missing"


def _repeats(row: Any) -> bool:
    """Whether the columns for searching say what the body says."""
    try:
        said = _row(row.hub_id, row.seq, json.loads(row.body), row.body, row.hash)
    except (ValueError, KeyError, TypeError):
        return False
    return all(getattr(row, name) == value for name, value in said.items())


Waiting = tuple[list[Event], Callable[[Session], None] | None, asyncio.Future[None]]


class ReadWriter:
    """Makes the looks of GET requests durable before their pages are sent: whoever comes first writes for all."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.waiting: list[Waiting] = []

    async def write(self, events: list[Event], also: Callable[[Session], None] | None = None) -> None:
        """Return once `events` are on disk; raise what went wrong, for then nothing may be shown."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((events, also, done))
        async with self.database.writing_places:
            if not done.done():
                batch, self.waiting = self.waiting, []
                with anyio.CancelScope(shield=True):
                    await self._settle(batch)
        await done

    async def _settle(self, batch: list[Waiting]) -> None:
        """All of them in one transaction; where that fails each alone, so that one cannot spoil another's page."""
        wrong: Exception | None = None
        try:
            await run_sync(self._append, batch)
        except Exception as failed:
            wrong = failed
        if wrong is not None and len(batch) > 1:
            for one in batch:
                await self._settle([one])
            return
        for *_, done in batch:
            if done.done():  # whoever asked has gone
                continue
            if wrong is None:
                done.set_result(None)
            else:
                done.set_exception(wrong)

    def _append(self, batch: list[Waiting]) -> None:
        with self.database.writing(Steward()) as db:
            for _, also, _ in batch:
                if also is not None:
                    also(db)
            db.info["events"] = [found for events, _, _ in batch for found in events]
