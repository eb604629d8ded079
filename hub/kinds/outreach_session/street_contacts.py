"""Street contacts: somebody met on the street and known by a nickname alone, kept 90 days, then let go or matched."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub import audit, reminders
from hub.access import Columns, Grade, Viewer, Walled, predicate
from hub.db import Base, table_of
from hub.ids import uuid7
from hub.people import Person, normal
from hub.records import Deed, Record

CLOCK = "street-contact"


class StreetContact(Walled, Base):
    """`person_id` is set once somebody knows who it is."""

    __tablename__ = "street_contacts"
    id: Mapped[str] = mapped_column(primary_key=True)
    nickname: Mapped[str]
    found_by: Mapped[str]
    age_guess: Mapped[str | None]
    look_out: Mapped[str | None]
    first_seen_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    made_by: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    __table_args__ = (Index(None, "hub_id", "found_by"),)

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        return predicate(
            viewer, Columns(cls.hub_id, literal(int(Grade.PERSONAL)), cls.person_id, author_id=cls.made_by)
        )


class StreetMeeting(Walled, Base):
    """Which named contact was with which street contact."""

    __tablename__ = "street_meetings"
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("street_contacts.id"), index=True)


def meet(deed: Deed, nickname: str) -> StreetContact:
    """Keep the nickname, or find the street contact already kept under it. The 90 days run from the first meeting."""
    said = normal(nickname)
    found = deed.db.scalar(
        select(StreetContact).where(
            StreetContact.found_by == said, StreetContact.person_id.is_(None), StreetContact.ends_at > deed.now
        )
    )
    contact = found or _begin(deed, nickname.strip(), said)
    contact.age_guess = deed.values.get("age_guess") or contact.age_guess
    contact.look_out = deed.values.get("look_out") or contact.look_out
    deed.db.flush()
    deed.db.add(StreetMeeting(record_id=deed.made.id, contact_id=contact.id, hub_id=deed.made.hub_id))
    deed.db.flush()
    return contact


def _begin(deed: Deed, nickname: str, said: str) -> StreetContact:
    ends = reminders.rules()[CLOCK].due(deed.now)
    contact = StreetContact(
        id=uuid7(),
        hub_id=deed.viewer.hub_id,
        nickname=nickname[:60],
        found_by=said[:60],
        first_seen_at=deed.now,
        ends_at=ends,
        made_by=deed.viewer.id,
    )
    deed.db.add(contact)
    reminders.start(deed.db, deed.viewer, CLOCK, record_id=deed.made.id, due_at=ends)
    return contact


def kept(db: Session, now: dt.datetime) -> Sequence[StreetContact]:
    """Those nobody has matched yet, the one that ends first on top."""
    return db.scalars(
        select(StreetContact)
        .where(StreetContact.person_id.is_(None), StreetContact.ends_at > now)
        .order_by(StreetContact.ends_at, StreetContact.id)
    ).all()


def met(db: Session, session: Record) -> dict[str, StreetContact]:
    """Record id of a named contact → the street contact it was with, as far as the viewer may see them."""
    rows = db.execute(
        select(StreetMeeting.record_id, StreetContact)
        .join(StreetContact, StreetContact.id == StreetMeeting.contact_id)
        .join(Record, Record.id == StreetMeeting.record_id)
        .where(Record.parent_id == session.id)
    )
    return {row.record_id: row.StreetContact for row in rows}


def met_in(db: Session, record: Record) -> StreetContact | None:
    """Whom one named contact was with, while nobody has matched them."""
    return db.scalar(
        select(StreetContact)
        .join(StreetMeeting, StreetMeeting.contact_id == StreetContact.id)
        .where(StreetMeeting.record_id == record.id, StreetContact.person_id.is_(None))
    )


def matched(db: Session, viewer: Viewer, contact: StreetContact, person: Person) -> list[str]:
    """It was this young person all along: the ids of the records to link to them."""
    contact.person_id = person.id
    records = list(db.scalars(select(StreetMeeting.record_id).where(StreetMeeting.contact_id == contact.id)))
    for record_id in records:
        reminders.resolve(db, viewer, CLOCK, record_id=record_id, by=record_id)
    audit.note(db, "match", subject=person.audit_ref, object=contact.id, grade=Grade.PERSONAL)
    return records


def let_go(db: Session, hub_id: str, now: dt.datetime) -> list[str]:
    """Delete every street contact whose 90 days are over; the ids of the records that told of them."""
    contacts, meetings = table_of(StreetContact), table_of(StreetMeeting)
    over: Any = select(StreetContact.id).where(StreetContact.hub_id == hub_id, StreetContact.ends_at <= now)
    records = list(db.scalars(select(StreetMeeting.record_id).where(StreetMeeting.contact_id.in_(over))))
    gone = list(db.scalars(over))
    db.execute(delete(meetings).where(meetings.c.contact_id.in_(gone)))
    db.execute(delete(contacts).where(contacts.c.id.in_(gone)))
    for contact in gone:
        audit.note(db, "let go", object=contact, grade=Grade.PERSONAL, hub_id=hub_id)
    return records
