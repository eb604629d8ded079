"""Signing in: a password, then a code; afterwards a PIN for the locked phone and a code for grave acts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub import audit, sessions
from hub.access import Viewer, unwalled
from hub.accounts import factors, limits, passwords
from hub.accounts.factors import Credential, RecoveryCode
from hub.accounts.invites import Invite
from hub.accounts.limits import Bucket
from hub.agencies import Staff
from hub.crypto import Keys
from hub.sessions import DeviceSession

__all__ = ["Bucket", "Credential", "Denied", "Device", "Invite", "RecoveryCode"]

DORMANT = dt.timedelta(days=30)
FREE_TRIES = 5
FREE_TRIES_BY_ADDRESS = 30

WRONG = "That e-mail and password do not match an account here"
WRONG_CODE = "That code did not work. Wait for the next one and type it"
ASLEEP = "Your account has slept for 30 days. Ask your team lead to wake it"


class Denied(Exception):
    """Its words are for the person at the door. Say them and let the transaction commit: it counted the try."""


@dataclass(frozen=True)
class Device:
    """The browser at the door: where it calls from, the name it carries between sign-ins, how a person calls it."""

    address: str
    id: str = ""
    name: str = "Unknown device"


def check_password(db: Session, keys: Keys, now: dt.datetime, email: str, password: str, device: Device) -> Staff:
    """Raises Denied, in the same time and words whether or not the account exists."""
    name = email.strip().lower()
    staff = _staff_called(db, name)
    credential = factors.credential_of(db, staff.id) if staff else None
    if staff is not None and sessions.knows(db, staff.id, device.id):
        _take(db, _device_key(staff.id, device), now, FREE_TRIES)
    else:
        _take(db, f"address|{device.address}", now, FREE_TRIES_BY_ADDRESS)
        _take(db, _account_key(keys, name), now, FREE_TRIES)
    ready = credential is not None and credential.enrolled_at is not None
    if not passwords.matches(credential.password_hash if credential and ready else "", password) or staff is None:
        if staff is not None:
            audit.note(db, "sign-in refused", hub_id=staff.hub_id, object=staff.id, reason="password", at=now)
        raise Denied(WRONG)
    return staff


def check_code(db: Session, keys: Keys, now: dt.datetime, staff_id: str, code: str, device: Device) -> bool:
    """The second step, once the password was right. True when a recovery code was used up. Raises Denied."""
    staff, credential = _at_work(db, staff_id, now)
    if sessions.knows(db, staff.id, device.id):
        _take(db, "code|" + _device_key(staff.id, device), now, FREE_TRIES)
    else:
        _take(db, f"code|{staff.id}", now, FREE_TRIES)
    recovered = factors.use_recovery_code(db, keys, staff.id, code, now)
    if not recovered and not factors.use_code(db, keys, credential, code, now):
        audit.note(db, "sign-in refused", hub_id=staff.hub_id, object=staff.id, reason="code", at=now)
        raise Denied(WRONG_CODE)
    if _asleep(db, credential, now):
        raise Denied(ASLEEP)
    for key in (_device_key(staff.id, device), _account_key(keys, staff.email.lower()), staff.id):
        limits.clear(db, f"code|{key}")
        limits.clear(db, key)
    limits.forget_quiet(db, now)
    return recovered


def sign_in(
    db: Session, now: dt.datetime, staff_id: str, device: Device, *, recovered: bool = False, replaces: str = ""
) -> str:
    """The token of a new session, for whoever has just proved who they are."""
    with unwalled(db):
        staff = db.get_one(Staff, staff_id)
    if recovered:
        sessions.end_all(db, staff_id, now, "recovery code")
    audit.note(
        db,
        "signed in",
        hub_id=staff.hub_id,
        actor=staff.id,
        object=staff.id,
        at=now,
        via="recovery code" if recovered else "",
    )
    return sessions.start(db, staff, now, device_id=device.id, device_name=device.name, replaces=replaces)


def unlock(db: Session, keys: Keys, now: dt.datetime, session: DeviceSession, pin: str) -> None:
    """Raises Denied; the fifth wrong PIN ends the session."""
    credential = factors.credential_of(db, session.staff_id)
    tried = sessions.try_pin(db, session.id)
    if tried is not None and credential and passwords.pin_matches(keys, session.staff_id, credential.pin_hash, pin):
        sessions.unlock(db, session.id, now)
        return
    left = sessions.PIN_TRIES - (tried or sessions.PIN_TRIES)
    if not left:
        sessions.end(db, session.id, now, "wrong PIN")
        audit.note(db, "session ended", hub_id=session.hub_id, object=session.staff_id, reason="wrong PIN", at=now)
    raise Denied(f"That PIN is not right. {left} {'try' if left == 1 else 'tries'} left" if left else "")


def step_up(db: Session, keys: Keys, now: dt.datetime, viewer: Viewer, code: str) -> str:
    """The token under which the session goes on, fresh for five minutes. Raises Denied."""
    credential = _at_work(db, viewer.id, now)[1]
    _take(db, f"step-up|{viewer.device_id}", now, FREE_TRIES)
    if not factors.use_code(db, keys, credential, code, now):
        raise Denied(WRONG_CODE)
    limits.clear(db, f"step-up|{viewer.device_id}")
    token = sessions.freshen(db, viewer.device_id, now)
    if token is None:
        raise Denied("You were signed out. Sign in again")
    return token


def confirm_pin(db: Session, keys: Keys, staff_id: str, session_id: str, now: dt.datetime, pin: str) -> bool:
    """Whether a PIN is right, for handing the phone over and back; wrong tries count like those of the lock."""
    credential = factors.credential_of(db, staff_id)
    tried = sessions.try_pin(db, session_id)
    if tried is None or credential is None or not passwords.pin_matches(keys, staff_id, credential.pin_hash, pin):
        if tried is None or tried >= sessions.PIN_TRIES:
            sessions.end(db, session_id, now, "wrong PIN")
            audit.note(db, "session ended", object=staff_id, reason="wrong PIN", at=now)
        return False
    return sessions.unlock(db, session_id, now)


def leave(db: Session, staff: Staff, now: dt.datetime) -> None:
    """A member of staff has gone: nothing of theirs opens from this moment."""
    with unwalled(db, staff.hub_id):
        staff.ended_at = now
    sessions.end_all(db, staff.id, now, "left")
    audit.note(db, "left", hub_id=staff.hub_id, object=staff.id, at=now)


def report_lost(db: Session, staff: Staff, now: dt.datetime) -> int:
    """Sign a lost phone out, and everything else of that person; how many sessions it ended."""
    ended = sessions.end_all(db, staff.id, now, "lost")
    audit.note(db, "lost phone signed out", hub_id=staff.hub_id, object=staff.id, at=now)
    return ended


def joined(db: Session, staff_ids: Sequence[str]) -> set[str]:
    """Those of them who have an account that opens."""
    with unwalled(db):
        return set(
            db.scalars(
                select(Credential.staff_id).where(
                    Credential.staff_id.in_(staff_ids), Credential.enrolled_at.is_not(None)
                )
            )
        )


def _staff_called(db: Session, email: str) -> Staff | None:
    if not email.isprintable() or len(email) > 254:
        return None
    with unwalled(db):
        return db.scalar(select(Staff).where(func.lower(Staff.email) == email))


def _at_work(db: Session, staff_id: str, now: dt.datetime) -> tuple[Staff, Credential]:
    credential = factors.credential_of(db, staff_id)
    with unwalled(db):
        staff = db.get(Staff, staff_id)
    if (
        staff is None
        or credential is None
        or credential.enrolled_at is None
        or (staff.ended_at and staff.ended_at <= now)
    ):
        raise Denied(WRONG)
    return staff, credential


def _asleep(db: Session, credential: Credential, now: dt.datetime) -> bool:
    with unwalled(db):
        last = db.scalar(
            select(func.max(DeviceSession.last_seen_at)).where(DeviceSession.staff_id == credential.staff_id)
        )
    moments = [moment for moment in (last, credential.enrolled_at) if moment is not None]
    return now - max(moments) >= DORMANT


def _take(db: Session, key: str, now: dt.datetime, free: int) -> None:
    if wait := limits.take(db, key, now, free):
        raise Denied(f"Too many tries. Try again in {limits.in_words(wait)}")


def _account_key(keys: Keys, email: str) -> str:
    return "account|" + keys.digest("bucket", ascii(email)).hex()


def _device_key(staff_id: str, device: Device) -> str:
    return f"device|{staff_id}|{device.id}"
