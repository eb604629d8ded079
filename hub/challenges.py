"""Saying that something is wrong: challenges and complaints with their clocks and an uninvolved decider; incidents."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub import actions, audit, reminders
from hub.access import Exclusion, Refused, Relation, Viewer, Walled, unwalled
from hub.agencies import Staff, overseers
from hub.clock import today
from hub.db import Base
from hub.people import Person
from hub.records import Record, RecordPerson
from hub.relations import shares

KINDS = {
    "challenge": "Something written about them, or a flag, is wrong",
    "complaint": "How their information was handled",
}
CLOCKS = {"challenge": ("R-36", "R-36.answer"), "complaint": ("R-37", "R-37.answer")}
BY = {"yp": "The young person", "parent": "A parent or carer", "advocate": "An advocate", "other": "Somebody else"}
OUTCOMES = {"upheld": "They are right", "part": "They are right in part", "not_upheld": "It stays as it is"}
INCIDENT = "incident"


class Challenge(Walled, Base):
    """What somebody says is wrong (R-36, R-37). `says` are their own words."""

    __tablename__ = "challenges"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[str] = mapped_column(index=True)
    says: Mapped[str]
    said_by: Mapped[str]
    taken_by: Mapped[str]
    taken_at: Mapped[dt.datetime]
    acknowledged_at: Mapped[dt.datetime | None]
    acknowledged_by: Mapped[str | None]
    decider_id: Mapped[str]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[str | None]
    outcome: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        """Who took it, who decides it, leads and the data protection officer; nobody with a personal connection."""
        here = (cls.hub_id == viewer.hub_id) & cls.person_id.not_in(viewer.excluded)
        everyone = viewer.leads or viewer.may("oversees")
        return here if everyone else here & or_(cls.taken_by == viewer.id, cls.decider_id == viewer.id)


class Incident(Walled, Base):
    """Something was seen, sent or lost that should not have been: 72 hours to tell the regulator (UK GDPR art. 33)."""

    __tablename__ = "incidents"
    id: Mapped[str] = mapped_column(primary_key=True)
    says: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(index=True)
    record_id: Mapped[str | None] = mapped_column(index=True)
    noticed_at: Mapped[dt.datetime]
    made_by: Mapped[str]
    made_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[str | None]
    told: Mapped[bool | None]
    words: Mapped[str] = mapped_column(default="")

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        return cls.hub_id == viewer.hub_id if viewer.leads or viewer.may("oversees") else false()


def take(db: Session, viewer: Viewer, person: Person, said: dict[str, Any], id: str) -> None:
    """Clocks start, and for a challenge sharing stops meanwhile. `id` comes from the page: twice is once.

    Raises Refused when everybody who could decide is involved.
    """
    with unwalled(db):
        if db.get(Challenge, id) is not None:
            return
    decider = next(iter(uninvolved(db, viewer, person, viewer.id)), None)
    if decider is None:
        raise Refused("Everybody who could decide this is involved. Ring the data protection officer.")
    db.add(
        Challenge(
            id=id,
            hub_id=viewer.hub_id,
            kind=said["kind"],
            person_id=person.id,
            says=said["says"],
            said_by=said["said_by"],
            taken_by=viewer.id,
            taken_at=viewer.now,
            decider_id=decider,
        )
    )
    for clock in CLOCKS[said["kind"]]:
        reminders.start(db, viewer, clock, record_id=id, owner_id=decider)
    if said["kind"] == "challenge":
        shares.pause(db, viewer, person.id)
    audit.note(db, said["kind"], subject=person.audit_ref, object=id)


def uninvolved(db: Session, viewer: Viewer, person: Person, taker: str) -> list[str]:
    """Who may decide: leads and the data protection officer, less who works with them, wrote about them or knows them."""
    with unwalled(db, viewer.hub_id):
        wrote = select(Record.author_id).join(RecordPerson, RecordPerson.record_id == Record.id)
        involved = {
            taker,
            *db.scalars(wrote.where(RecordPerson.person_id == person.id)),
            *db.scalars(
                select(Relation.staff_id).where(Relation.person_id == person.id, Relation.staff_id.is_not(None))
            ),
            *db.scalars(
                select(Exclusion.staff_id).where(Exclusion.person_id == person.id, Exclusion.lifted_at.is_(None))
            ),
        }
    return [
        staff.id for staff in overseers(db, viewer.now) if staff.id not in involved and staff.hub_id == viewer.hub_id
    ]


def open_about(db: Session, person_id: str) -> bool:
    """Whether a challenge waits for its answer: nothing about them is shared meanwhile."""
    with unwalled(db):
        waits = select(Challenge.id).where(
            Challenge.person_id == person_id, Challenge.kind == "challenge", Challenge.decided_at.is_(None)
        )
        return db.scalar(waits.limit(1)) is not None


def acknowledge(db: Session, viewer: Viewer, challenge: Challenge) -> None:
    if challenge.acknowledged_at is None:
        challenge.acknowledged_at, challenge.acknowledged_by = viewer.now, viewer.id
        reminders.resolve(db, viewer, CLOCKS[challenge.kind][0], record_id=challenge.id, by=challenge.id)
        audit.note(db, f"acknowledge {challenge.kind}", object=challenge.id)


def decide(db: Session, viewer: Viewer, challenge: Challenge, outcome: str, words: str) -> None:
    """By somebody uninvolved, once. Sharing goes on only when what is written stays. Raises Refused."""
    with unwalled(db, challenge.hub_id):
        person = db.get_one(Person, challenge.person_id)
    if viewer.id not in uninvolved(db, viewer, person, challenge.taken_by):
        raise Refused("You are involved in what is challenged. Somebody else decides.")
    if challenge.decided_at is not None:
        return
    acknowledge(db, viewer, challenge)
    challenge.decided_at, challenge.decided_by = viewer.now, viewer.id
    challenge.outcome, challenge.words = outcome, words
    reminders.resolve(db, viewer, CLOCKS[challenge.kind][1], record_id=challenge.id, by=challenge.id)
    db.flush()
    with unwalled(db, challenge.hub_id):
        _after(db, viewer, challenge, person)
    audit.note(db, f"decide {challenge.kind}", subject=person.audit_ref, object=challenge.id, reason=outcome)


def _after(db: Session, viewer: Viewer, challenge: Challenge, person: Person) -> None:
    if challenge.kind != "challenge":
        return
    if challenge.outcome == "not_upheld":
        if not open_about(db, person.id):
            shares.resume(db, viewer, person.id)
        return
    told = sorted(
        {shares.recipient(db, row) for row in shares.of_person(db, person.id) if row.decision in shares.SHARED}
    )
    also = f", and tell {', '.join(told)}" if told else ""
    says = f"Put right what was challenged about {person.ref}{also}"
    actions.promise(db, viewer, says, challenge.taken_by, today(viewer.now), person_id=person.id)


def report(db: Session, viewer: Viewer, said: dict[str, Any], id: str) -> None:
    """Anybody presses this; every lead and the data protection officer get the clock. Twice is once."""
    with unwalled(db):
        if db.get(Incident, id) is not None:
            return
    db.add(
        Incident(
            id=id,
            hub_id=viewer.hub_id,
            says=said["says"],
            person_id=said["person_id"],
            record_id=said["record_id"],
            noticed_at=said["noticed_at"],
            made_by=viewer.id,
            made_at=viewer.now,
        )
    )
    due = due_at(said["noticed_at"])
    for staff in overseers(db, viewer.now):
        reminders.start(db, viewer, INCIDENT, record_id=id, owner_id=staff.id, due_at=due)
    audit.note(db, "report incident", object=id)


def due_at(noticed: dt.datetime) -> dt.datetime:
    """By when the regulator must know, should it be told."""
    return reminders.rules()[INCIDENT].due(noticed)


def end_incident(db: Session, viewer: Viewer, incident: Incident, told: bool, words: str) -> None:
    if incident.ended_at is not None:
        return
    incident.ended_at, incident.ended_by = viewer.now, viewer.id
    incident.told, incident.words = told, words
    reminders.resolve(db, viewer, INCIDENT, record_id=incident.id, by=incident.id)
    audit.note(db, "end incident", object=incident.id, reason="regulator told" if told else "regulator not told")


def waiting(db: Session) -> Sequence[Challenge]:
    return db.scalars(
        select(Challenge).order_by(Challenge.decided_at.is_not(None), Challenge.taken_at).limit(100)
    ).all()


def incidents(db: Session) -> Sequence[Incident]:
    return db.scalars(select(Incident).order_by(Incident.ended_at.is_not(None), Incident.made_at).limit(100)).all()


def name_of(db: Session, staff_id: str | None) -> str:
    return db.scalar(select(Staff.name).where(Staff.id == staff_id)) or ""
