"""Reading records through the viewer: one, its versions, a young person's timeline, what waits for its author."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from hub import audit
from hub.access import Decision, Grade, Viewer, decide
from hub.agencies import Staff
from hub.audit import AuditEvent
from hub.forms import questions
from hub.people import Person
from hub.records.kinds import Kind
from hub.records.tables import Move, Record, RecordPerson, Transition

PAGE = 25


@dataclass(frozen=True)
class Entry:
    """One line of a timeline, holding no more than its viewer may see."""

    id: str
    kind: str
    happened_at: dt.datetime
    author: str
    state: str
    says: str
    gaps: int = 0
    moved: bool = False


def find(db: Session, viewer: Viewer, record_id: str, kind: type[Kind] | None = None) -> tuple[Record, Decision]:
    """The record and how much of it is shown; the look is noted. Raises LookupError: absent and denied read the same.

    A record of a low grade may hold graver answers: with its `kind`, what the viewer may read of those counts.
    """
    record = db.scalar(select(Record).where(Record.id == record_id))
    if record is None or (decision := decide(viewer, record, people_of(db, record))) is None:
        raise LookupError(record_id)
    asked = questions(kind).values() if kind else ()
    grade = max([record.grade, *(one.grade for one in asked if decision.shows(one.grade, one.group))])
    if grade >= Grade.SENSITIVE:
        subjects: Sequence[str | None] = _subjects(db, record) or [None]
        for subject in subjects:
            audit.note(db, "view", subject=subject, object=record.id, grade=grade, via=decision.via)
    return record, decision


def _subjects(db: Session, record: Record) -> Sequence[str]:
    """Everybody a record is about: each may ask who looked."""
    return db.scalars(
        select(Person.audit_ref)
        .join(RecordPerson, RecordPerson.person_id == Person.id)
        .where(RecordPerson.record_id == record.id)
        .order_by(Person.id)
    ).all()


def people_of(db: Session, record: Record) -> list[str]:
    return list(db.scalars(select(RecordPerson.person_id).where(RecordPerson.record_id == record.id)))


def answers(db: Session, kind: type[Kind], record: Record, version: int | None = None) -> dict[str, Any]:
    """The answers that hold, or those of an earlier version, by question name."""
    row = db.scalar(select(kind).where(kind.record_id == record.id, kind.version == (version or record.version)))
    if row is None:
        raise LookupError(record.id)
    return {name: getattr(row, name) for name in questions(kind)}


def seen(values: Mapping[str, Any], kind: type[Kind], decision: Decision) -> dict[str, Any]:
    """Only what the decision shows."""
    asked = questions(kind)
    return {name: value for name, value in values.items() if decision.shows(asked[name].grade, asked[name].group)}


def versions(db: Session, kind: type[Kind], record: Record) -> Sequence[Any]:
    """(version, author, when, why) of every version, newest first."""
    return db.execute(
        select(kind.version, Staff.name, kind.written_at, kind.reason)
        .join(Staff, Staff.id == kind.written_by)
        .where(kind.record_id == record.id)
        .order_by(kind.version.desc())
    ).all()


def transitions(db: Session, record: Record) -> Sequence[Any]:
    return db.execute(
        select(Transition.state, Transition.act, Staff.name, Transition.at, Transition.reason)
        .join(Staff, Staff.id == Transition.by)
        .where(Transition.record_id == record.id)
        .order_by(Transition.at, Transition.id)
    ).all()


def steps_done(db: Session, record: Record) -> list[str]:
    return list(db.scalars(select(Transition.act).where(Transition.record_id == record.id)))


def children(db: Session, kind: type[Kind], record: Record) -> Sequence[Any]:
    """(header columns, answers) of the child records of one kind, oldest first, as far as the viewer may see them."""
    return db.execute(
        select(kind, Record.id, Record.happened_at, Record.author_id, Record.state, Staff.name.label("author"))
        .join(Record, Record.id == kind.record_id)
        .join(Staff, Staff.id == Record.author_id)
        .where(Record.parent_id == record.id, Record.kind == kind.slug, kind.version == Record.version)
        .order_by(Record.happened_at, Record.id)
    ).all()


def timeline(
    db: Session,
    viewer: Viewer,
    person: Person,
    *,
    kind: str = "",
    before: tuple[dt.datetime, str] | None = None,
    most: int = PAGE,
) -> list[Entry]:
    """What happened, newest first, from `before` on; one more than `most` says that there is more."""
    query = (
        select(
            Record.id,
            Record.kind,
            Record.happened_at,
            Record.state,
            Record.line,
            Record.summary,
            Record.gaps,
            Record.hub_id,
            Record.grade,
            Record.compartment,
            Record.author_id,
            Staff.name.label("author"),
        )
        .join(RecordPerson, RecordPerson.record_id == Record.id)
        .join(Staff, Staff.id == Record.author_id)
        .where(RecordPerson.person_id == person.id)
        .order_by(RecordPerson.happened_at.desc(), RecordPerson.record_id.desc())
        .limit(most + 1)
    )
    if kind:
        query = query.where(RecordPerson.kind == kind)
    if before:
        query = query.where(tuple_(RecordPerson.happened_at, RecordPerson.record_id) < tuple_(*before))
    rows = db.execute(query).all()
    audit.note(
        db,
        "list",
        subject=person.audit_ref,
        object=person.id,
        grade=Grade.SENSITIVE,
        fields=[row.id for row in rows[:most]],
    )
    return [_entry(viewer, row, person.id) for row in rows]


def readers(db: Session, record: Record) -> Sequence[Any]:
    """(name, last look) of everybody who opened a record, newest look first."""
    looked = AuditEvent
    return db.execute(
        select(Staff.name, func.max(looked.at).label("at"))
        .join(Staff, Staff.id == looked.actor)
        .where(looked.object == record.id, looked.verb == "view")
        .group_by(Staff.name)
        .order_by(func.max(looked.at).desc())
    ).all()


def moved_away(db: Session, person: Person) -> Sequence[Any]:
    return db.execute(
        select(Move.kind, Move.happened_at, Move.at, Staff.name.label("by"))
        .join(Staff, Staff.id == Move.by)
        .where(Move.person_id == person.id)
    ).all()


def _entry(viewer: Viewer, row: Any, person_id: str) -> Entry:
    decision = decide(viewer, row, [person_id])
    says = row.summary if decision and decision.shows(Grade.SENSITIVE, "summary") else row.line
    return Entry(row.id, row.kind, row.happened_at, row.author, row.state, says, row.gaps)


def waiting(viewer: Viewer) -> Any:
    """The viewer's own unfinished records, oldest first, as columns."""
    return (
        select(Record.id, Record.kind, Record.line, Record.happened_at, Record.gaps)
        .where(Record.author_id == viewer.id, Record.gaps > 0)
        .order_by(Record.happened_at)
    )
