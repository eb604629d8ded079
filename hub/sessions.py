"""A signed-in phone or browser: one row per sign-in, found by the hash of its token, never revived once ended."""

import datetime as dt
import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, ForeignKey, Index, Update, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.access import Viewer, Walled, unwalled, viewer_for
from hub.agencies import Staff
from hub.crypto import token_hash
from hub.db import Base
from hub.ids import uuid7

IDLE = dt.timedelta(minutes=15)
LIFE = dt.timedelta(hours=12)
FRESH = dt.timedelta(minutes=5)
SEEN_EVERY = dt.timedelta(minutes=1)
PIN_TRIES = 5
DISTRUSTED = ("lost", "re-enrolled", "left")


class NotSignedIn(Exception):
    """No live session. `staff_id`: whose it was, when it ran out by itself; their words may wait for them."""

    def __init__(self, staff_id: str | None = None) -> None:
        super().__init__()
        self.staff_id = staff_id


class Locked(Exception):
    """The session is live but asks for its PIN."""

    def __init__(self, session: "DeviceSession") -> None:
        super().__init__()
        self.session = session


class HandedOver(Exception):
    """A young person holds the phone: only their own page is shown until its worker's PIN."""


class NeedsFresh(Exception):
    """The act asks for a code typed in the last five minutes."""


class DeviceSession(Walled, Base):
    """`device_id` names the browser over many sign-ins; `fresh_at` is when a code was last typed."""

    __tablename__ = "device_sessions"
    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    device_id: Mapped[str]
    device_name: Mapped[str]
    started_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    locked_at: Mapped[dt.datetime | None]
    fresh_at: Mapped[dt.datetime]
    absolute_until: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    ended_why: Mapped[str] = mapped_column(default="")
    pin_failures: Mapped[int] = mapped_column(default=0)
    handed_over: Mapped[str | None]
    __table_args__ = (Index(None, "staff_id", "started_at"), Index(None, "staff_id", "device_id"))

    def live(self, now: dt.datetime) -> bool:
        return self.ended_at is None and self.absolute_until > now

    def locked(self, now: dt.datetime) -> bool:
        return self.locked_at is not None or now - self.last_seen_at >= IDLE

    def wants_touch(self, now: dt.datetime) -> bool:
        return now - self.last_seen_at >= SEEN_EVERY


def start(db: Session, staff: Staff, now: dt.datetime, *, device_id: str, device_name: str, replaces: str = "") -> str:
    """The token of a new session; the one whose token the browser still held ends."""
    with unwalled(db):
        if replaces:
            _end(db, now, "replaced", DeviceSession.token_hash == token_hash(replaces))
        token = secrets.token_urlsafe(32)
        db.add(
            DeviceSession(
                id=uuid7(),
                token_hash=token_hash(token),
                hub_id=staff.hub_id,
                staff_id=staff.id,
                device_id=device_id,
                device_name=device_name,
                started_at=now,
                last_seen_at=now,
                fresh_at=now,
                absolute_until=now + LIFE,
            )
        )
    return token


def cookie_name(secure: bool) -> str:
    return "__Host-hub" if secure else "hub"


def viewer(db: Session, token: str | None, now: dt.datetime) -> Viewer:
    """Who asks, from here on the viewer of `db`. Raises NotSignedIn, Locked or HandedOver."""
    session, seen_as = holder(db, token, now)
    if session.handed_over is not None:
        raise HandedOver
    return seen_as


def holder(db: Session, token: str | None, now: dt.datetime) -> tuple[DeviceSession, Viewer]:
    """The session and whose it is, whoever holds the phone just now. Raises NotSignedIn or Locked."""
    found = open_session(db, token, now) if token else None
    if found is None:
        raise NotSignedIn(whose(db, token) if token else None)
    session, seen_as = found
    if session.locked(now):
        raise Locked(session)
    if session.wants_touch(now):
        db.info["touch"] = lambda writing: touch(writing, session.id, now)
    db.info["viewer"] = seen_as
    return session, seen_as


def open_session(db: Session, token: str, now: dt.datetime) -> tuple[DeviceSession, Viewer] | None:
    """The live session behind a token and whose it is; the caller asks whether it is `locked`."""
    with unwalled(db):
        found = db.execute(
            select(DeviceSession, Staff)
            .join(Staff, Staff.id == DeviceSession.staff_id)
            .where(
                DeviceSession.token_hash == token_hash(token),
                DeviceSession.ended_at.is_(None),
                DeviceSession.absolute_until > now,
                Staff.ended_at.is_(None) | (Staff.ended_at > now),
            )
            .execution_options(populate_existing=True)
        ).first()
        if found is None:
            return None
        session, staff = found
        return session, viewer_for(db, viewer_of(staff, now, session.id))


def viewer_of(staff: Staff, now: dt.datetime, session_id: str) -> Viewer:
    return Viewer(
        id=staff.id,
        hub_id=staff.hub_id,
        agency_id=staff.agency_id,
        roles=frozenset(staff.roles),
        now=now,
        name=staff.name,
        device_id=session_id,
        preferences=staff.preferences,
    )


def whose(db: Session, token: str) -> str | None:
    """Who a session belonged to that ran out by itself: what they were typing may wait for them."""
    with unwalled(db):
        return db.scalar(
            select(DeviceSession.staff_id).where(
                DeviceSession.token_hash == token_hash(token), DeviceSession.ended_at.is_(None)
            )
        )


def touch(db: Session, session_id: str, now: dt.datetime) -> bool:
    """Note that a session is in use; one that has locked or ended meanwhile stays so."""
    return _change(
        db,
        update(DeviceSession)
        .where(
            DeviceSession.id == session_id,
            DeviceSession.ended_at.is_(None),
            DeviceSession.locked_at.is_(None),
            DeviceSession.last_seen_at > now - IDLE,
            DeviceSession.last_seen_at < now,
        )
        .values(last_seen_at=now),
    )


def lock(db: Session, session_id: str, now: dt.datetime) -> bool:
    return _change(db, _live(session_id).values(locked_at=now))


def try_pin(db: Session, session_id: str) -> int | None:
    """Count one try before it is checked, so that no race wins more; which try it is, None when there are none left."""
    with unwalled(db):
        return db.scalar(
            _live(session_id)
            .where(DeviceSession.pin_failures < PIN_TRIES)
            .values(pin_failures=DeviceSession.pin_failures + 1)
            .returning(DeviceSession.pin_failures)
            .execution_options(synchronize_session=False)
        )


def unlock(db: Session, session_id: str, now: dt.datetime) -> bool:
    return _change(db, _live(session_id).values(locked_at=None, last_seen_at=now, pin_failures=0, handed_over=None))


def hand_over(db: Session, session_id: str, hand_over_id: str) -> bool:
    """From here on the phone shows one young person's questions; a right PIN takes it back."""
    return _change(db, _live(session_id).values(handed_over=hand_over_id))


def freshen(db: Session, session_id: str, now: dt.datetime) -> str | None:
    """A code was typed: the session goes on under a new token, and the old one opens nothing."""
    token = secrets.token_urlsafe(32)
    values = {"token_hash": token_hash(token), "fresh_at": now, "last_seen_at": now}
    return token if _change(db, _live(session_id).values(**values)) else None


def require_fresh(db: Session, viewer: Viewer) -> None:
    """Raises NeedsFresh unless a code was typed in this session in the last five minutes."""
    with unwalled(db):
        fresh_at = db.scalar(select(DeviceSession.fresh_at).where(DeviceSession.id == viewer.device_id))
    if fresh_at is None or viewer.now - fresh_at >= FRESH:
        raise NeedsFresh


def end(db: Session, session_id: str, now: dt.datetime, why: str) -> bool:
    return _end(db, now, why, DeviceSession.id == session_id) > 0


def end_all(db: Session, staff_id: str, now: dt.datetime, why: str, *, but: str = "") -> int:
    """How many of a person's sessions this ended; `but` is one that stays."""
    return _end(db, now, why, DeviceSession.staff_id == staff_id, DeviceSession.id != but)


def knows(db: Session, staff_id: str, device_id: str) -> bool:
    """Whether this person has signed in on this device before, and it was not reported lost since."""
    with unwalled(db):
        whys = db.scalars(
            select(DeviceSession.ended_why).where(
                DeviceSession.staff_id == staff_id, DeviceSession.device_id == device_id
            )
        ).all()
    return bool(device_id) and bool(whys) and not set(whys) & set(DISTRUSTED)


def of_staff(db: Session, staff_id: str, limit: int = 20) -> Sequence[DeviceSession]:
    """A person's latest sign-ins, newest first."""
    return db.scalars(
        select(DeviceSession)
        .where(DeviceSession.staff_id == staff_id)
        .order_by(DeviceSession.started_at.desc())
        .limit(limit)
    ).all()


def live_in_hub(db: Session, now: dt.datetime) -> Sequence[DeviceSession]:
    """Every session in use in the viewer's hub, the last seen first."""
    return db.scalars(
        select(DeviceSession)
        .where(DeviceSession.ended_at.is_(None), DeviceSession.absolute_until > now)
        .order_by(DeviceSession.last_seen_at.desc())
    ).all()


def _live(session_id: str) -> Update:
    return update(DeviceSession).where(DeviceSession.id == session_id, DeviceSession.ended_at.is_(None))


def _change(db: Session, statement: Update) -> bool:
    with unwalled(db):
        changed = db.scalars(statement.returning(DeviceSession.id).execution_options(synchronize_session=False)).all()
    return bool(changed)


def _end(db: Session, now: dt.datetime, why: str, *which: ColumnElement[bool]) -> int:
    with unwalled(db):
        ended = db.scalars(
            update(DeviceSession)
            .where(DeviceSession.ended_at.is_(None), *which)
            .values(ended_at=now, ended_why=why)
            .returning(DeviceSession.id)
            .execution_options(synchronize_session=False)
        ).all()
    return len(ended)
