"""Joining: an invite works once, for two days; after it a password, an authenticator, recovery codes and a PIN."""

import datetime as dt
import secrets
from collections.abc import Sequence

from sqlalchemy import ForeignKey, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub import audit, sessions
from hub.access import Refused, Viewer, Walled, unwalled
from hub.accounts import factors, passwords
from hub.accounts.factors import Credential
from hub.agencies import Staff
from hub.crypto import Keys, token_hash
from hub.db import Base
from hub.ids import uuid7

INVITE_LIFE = dt.timedelta(days=2)
IN_PERSON = dt.timedelta(hours=1)


class Invite(Walled, Base):
    """`token_hash` of a re-enrolment stays empty until a second person has confirmed who stands there."""

    __tablename__ = "invites"
    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[str]
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str | None]
    confirmed_by: Mapped[str | None]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


def invite(db: Session, staff: Staff, now: dt.datetime, made_by: str | None = None) -> str:
    """The token of an invite to join; an earlier one for the same person stops working."""
    token = secrets.token_urlsafe(32)
    _withdraw(db, staff.id, now)
    _add(db, staff, "join", now, INVITE_LIFE, made_by, token_hash(token))
    audit.note(db, "invited", hub_id=staff.hub_id, actor=made_by, object=staff.id, at=now)
    return token


def take_on(db: Session, viewer: Viewer, name: str, email: str, agency_id: str, roles: Sequence[str]) -> Staff | None:
    """A new member of staff in the viewer's hub; None when the e-mail is in use, here or in another hub."""
    with unwalled(db, viewer.hub_id):
        if db.scalar(select(Staff.id).where(func.lower(Staff.email) == email.lower())):
            return None
        staff = Staff(id=uuid7(), hub_id=viewer.hub_id, agency_id=agency_id, name=name, email=email, roles=list(roles))
        db.add(staff)
    audit.note(db, "took on", object=staff.id, fields=list(roles))
    return staff


def open_invite(db: Session, token: str, now: dt.datetime) -> tuple[Invite, Staff] | None:
    """Who an invite is for, while it works."""
    with unwalled(db):
        found = db.execute(
            select(Invite, Staff)
            .join(Staff, Staff.id == Invite.staff_id)
            .where(
                Invite.token_hash == token_hash(token),
                Invite.used_at.is_(None),
                Invite.expires_at > now,
                Staff.ended_at.is_(None) | (Staff.ended_at > now),
            )
        ).first()
    return (found[0], found[1]) if found else None


def weakness(staff: Staff, password: str) -> str | None:
    return passwords.weakness(password, [staff.name, staff.email.split("@")[0]])


def accept(db: Session, keys: Keys, now: dt.datetime, token: str, password: str) -> Staff | None:
    """Use an invite up: the password is set, what opened the account before opens nothing. None: it did not work."""
    found = open_invite(db, token, now)
    if found is None or not _claim(db, found[0], now):
        return None
    staff = found[1]
    secret = keys.seal(factors.new_secret(), factors.secret_place(staff.id))
    with unwalled(db):
        credential = db.get(Credential, staff.id) or Credential(staff_id=staff.id, hub_id=staff.hub_id)
        credential.password_hash, credential.totp_secret = passwords.keep(password), secret
        credential.last_step, credential.pin_hash, credential.enrolled_at = 0, "", None
        db.add(credential)
    sessions.end_all(db, staff.id, now, "re-enrolled")
    audit.note(db, "invite used", hub_id=staff.hub_id, actor=staff.id, object=staff.id, at=now)
    return staff


def finish(db: Session, keys: Keys, now: dt.datetime, staff: Staff, pin: str) -> None:
    """The last step of joining. The caller has checked the PIN's weakness and that a code was confirmed."""
    with unwalled(db):
        credential = db.get_one(Credential, staff.id)
        credential.pin_hash = passwords.keep_pin(keys, staff.id, pin)
        credential.enrolled_at = now
    audit.note(db, "joined", hub_id=staff.hub_id, actor=staff.id, object=staff.id, at=now)


def start_re_enrolment(db: Session, staff: Staff, viewer: Viewer) -> str:
    """A colleague says that they stand before each other; for an hour, a second may confirm it. Its id."""
    if staff.id == viewer.id:
        raise Refused("Two colleagues do this for you. Ask them in person.")
    _withdraw(db, staff.id, viewer.now)
    audit.note(db, "re-enrolment started", object=staff.id)
    return _add(db, staff, "re-enrol", viewer.now, IN_PERSON, viewer.id, None)


def re_enrolments(db: Session, now: dt.datetime) -> Sequence[Invite]:
    """Those that wait for a second person."""
    return db.scalars(
        select(Invite)
        .where(
            Invite.kind == "re-enrol", Invite.token_hash.is_(None), Invite.used_at.is_(None), Invite.expires_at > now
        )
        .order_by(Invite.made_at)
    ).all()


def confirm_re_enrolment(db: Session, invite_id: str, viewer: Viewer) -> str | None:
    """The token for the person who stands there; None when it is no longer waiting. Raises Refused."""
    found = next((i for i in re_enrolments(db, viewer.now) if i.id == invite_id), None)
    if found is None:
        return None
    if viewer.id in (found.made_by, found.staff_id) or not (viewer.leads or viewer.may("administers")):
        raise Refused("A team lead who did not start this must confirm it.")
    token = secrets.token_urlsafe(32)
    with unwalled(db, viewer.hub_id):
        confirmed = db.scalar(
            update(Invite)
            .where(Invite.id == invite_id, Invite.token_hash.is_(None), Invite.used_at.is_(None))
            .values(token_hash=token_hash(token), confirmed_by=viewer.id)
            .returning(Invite.id)
            .execution_options(synchronize_session=False)
        )
    audit.note(db, "re-enrolment confirmed", object=found.staff_id)
    return token if confirmed else None


def _claim(db: Session, invite: Invite, now: dt.datetime) -> bool:
    with unwalled(db):
        claimed = db.scalar(
            update(Invite)
            .where(Invite.id == invite.id, Invite.used_at.is_(None))
            .values(used_at=now)
            .returning(Invite.id)
            .execution_options(synchronize_session=False)
        )
    return claimed is not None


def _withdraw(db: Session, staff_id: str, now: dt.datetime) -> None:
    with unwalled(db):
        db.execute(
            update(Invite)
            .where(Invite.staff_id == staff_id, Invite.used_at.is_(None))
            .values(used_at=now)
            .execution_options(synchronize_session=False)
        )


def _add(
    db: Session,
    staff: Staff,
    kind: str,
    now: dt.datetime,
    life: dt.timedelta,
    made_by: str | None,
    digest: bytes | None,
) -> str:
    with unwalled(db):
        made = Invite(
            id=uuid7(),
            token_hash=digest,
            hub_id=staff.hub_id,
            staff_id=staff.id,
            kind=kind,
            made_at=now,
            made_by=made_by,
            expires_at=now + life,
        )
        db.add(made)
    return made.id
