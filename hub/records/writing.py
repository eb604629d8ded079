"""Writing records: a new one, a correction beside what it corrects, a step of its life, a move to the right person."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import actions, audit, reminders
from hub.access import ROLES, Refused, Viewer, unwalled
from hub.forms import Answers, gaps, questions
from hub.ids import uuid7
from hub.people import Person
from hub.records.deeds import Deed, Impossible, Stale, Wrong
from hub.records.kinds import Act, Kind
from hub.records.reading import answers, people_of, steps_done
from hub.records.tables import Move, Record, RecordPerson, Transition


def write(
    db: Session,
    viewer: Viewer,
    kind: type[Kind],
    id: str,
    given: Answers,
    *,
    people: Sequence[tuple[Person, str]] = (),
    parent: Record | None = None,
    way: str = "",
    unmatched: str = "",
    at: dt.datetime | None = None,
) -> Record:
    """Keep a record under the id its author's page gave it; a second arrival changes nothing.

    `at` is when a phone says it was written: its states and clocks count from there. `given` has been read without errors. Raises Refused, Wrong, and LookupError when the id is somebody else's.
    """
    if (kept := _already(db, viewer, kind, id)) is not None:
        return kept
    may_write(viewer, kind)
    then = replace(viewer, now=at) if at else viewer
    deed = Deed(
        db,
        then,
        kind,
        None,
        given.values,
        people=[person.id for person, _ in people],
        parent=parent,
        unmatched=unmatched,
    )
    state = (kind.ways[way].state if way else "") or kind.states[0]
    record = Record(
        id=id,
        hub_id=viewer.hub_id,
        kind=kind.slug,
        parent_id=parent.id if parent else None,
        author_id=viewer.id,
        agency_id=viewer.agency_id,
        happened_at=kind.happened(given.values, then.now),
        written_at=viewer.now,
        grade=int(kind.grade),
        compartment=kind.compartment,
        state=state,
        version=0,
    )
    deed.record = record
    _checked(deed)
    first = _next_version(deed, given.values, done=())
    db.add(record)
    db.flush()
    db.add(first)
    for person, role in people:
        link(db, viewer, kind, record, person, role, given.values)
    _enter(deed, state, "create", id)
    if record.gaps:
        reminders.start(db, then, kind.finish, record_id=id)
    _note(deed, "create", _answered(given.values), via="author")
    kind.follow(deed)
    return record


def change(
    db: Session, viewer: Viewer, kind: type[Kind], record: Record, given: Answers, *, version: int, reason: str
) -> None:
    """A correction: a new version beside the old. Raises Stale when `version` is no longer the one that holds."""
    may_change(viewer, record)
    past = answers(db, kind, record)
    if record.version != version:
        raise Stale(record.id)
    changed = sorted(name for name, value in given.values.items() if past.get(name) != value)
    if not changed:
        return
    deed = Deed(db, viewer, kind, record, {**past, **given.values}, past=past, people=people_of(db, record))
    _checked(deed)
    _add_version(deed, deed.values, reason)
    _note(deed, "alter", changed)
    kind.follow(deed)


def act(
    db: Session,
    viewer: Viewer,
    kind: type[Kind],
    record: Record,
    step: Act,
    given: Answers,
    *,
    id: str,
    reason: str = "",
) -> None:
    """Take one step of a record's life; the same submission again changes nothing. Raises Impossible, Refused, Wrong."""
    if db.get(Transition, id) is not None:
        return
    if record.state not in step.leads:
        raise Impossible(f"This is {record.state}: “{step.says}” does not follow from there.")
    if not may_act(viewer, kind, record, step):
        raise Refused("That step is somebody else’s to take.")
    past = answers(db, kind, record)
    deed = Deed(db, viewer, kind, record, {**past, **given.values}, act=step, past=past, people=people_of(db, record))
    _checked(deed)
    _enter(deed, step.leads[record.state], step.slug, id, reason)
    _add_version(deed, deed.values)
    _note(deed, step.slug, _answered(given.values))
    kind.follow(deed)


def move(db: Session, viewer: Viewer, record: Record, wrong: Person, right: Person, reason: str) -> Move:
    """Wrong person: the record goes to the right one; a stub without content stays where it was."""
    may_change(viewer, record)
    held = db.get(RecordPerson, (record.id, wrong.id))
    if held is None or wrong.id == right.id:
        raise Impossible("The record is not about that person.")
    stub = Move(
        id=uuid7(),
        hub_id=viewer.hub_id,
        record_id=record.id,
        person_id=wrong.id,
        kind=record.kind,
        happened_at=record.happened_at,
        by=viewer.id,
        at=viewer.now,
        reason=reason,
    )
    db.add(stub)
    if db.get(RecordPerson, (record.id, right.id)) is None:
        same = {name: getattr(held, name) for name in ("hub_id", "part", "kind", "happened_at", "contact")}
        db.add(RecordPerson(record_id=record.id, person_id=right.id, **same))
    db.delete(held)
    for follows in (reminders, actions):
        follows.move(db, record.id, wrong.id, right.id)
    audit.note(db, "move away", subject=wrong.audit_ref, object=record.id, grade=record.grade)
    audit.note(db, "move here", subject=right.audit_ref, object=record.id, grade=record.grade)
    return stub


def link(
    db: Session, viewer: Viewer, kind: type[Kind], record: Record, person: Person, role: str, values: Mapping[str, Any]
) -> None:
    db.add(
        RecordPerson(
            record_id=record.id,
            person_id=person.id,
            hub_id=viewer.hub_id,
            part=role,
            kind=record.kind,
            happened_at=record.happened_at,
            contact=kind.is_contact(values),
        )
    )


def may_act(viewer: Viewer, kind: type[Kind], record: Record, step: Act) -> bool:
    allowed = step.by or kind.writers
    stands_in = viewer.acting and any(ROLES[role].get("leads") for role in allowed)
    return bool(allowed & viewer.roles) or stands_in or record.author_id == viewer.id


def may_write(viewer: Viewer, kind: type[Kind]) -> None:
    if not kind.writers & viewer.roles:
        raise Refused(f"Your role does not write this kind of record: {kind.title.lower()}.")


def may_change(viewer: Viewer, record: Record) -> None:
    """Its author corrects a record, or a lead who sees it."""
    if record.author_id != viewer.id and not viewer.leads:
        raise Refused("Only its author or a lead may change this.")


def _checked(deed: Deed) -> None:
    if errors := deed.kind.check(deed):
        raise Wrong(errors)


def _already(db: Session, viewer: Viewer, kind: type[Kind], id: str) -> Record | None:
    with unwalled(db):
        kept = db.get(Record, id)
    if kept is not None and (kept.author_id != viewer.id or kept.kind != kind.slug or kept.hub_id != viewer.hub_id):
        db.expunge(kept)
        raise LookupError(id)
    return kept


def _add_version(deed: Deed, values: Mapping[str, Any], reason: str = "") -> None:
    record = deed.made
    deed.db.add(_next_version(deed, values, steps_done(deed.db, record), reason))
    deed.db.flush()
    _repeat_on_links(deed.db, deed.kind, record, values)
    if not record.gaps:
        reminders.resolve(deed.db, deed.viewer, deed.kind.finish, record_id=record.id, by=record.id)


def _next_version(deed: Deed, values: Mapping[str, Any], done: Sequence[str], reason: str = "") -> Kind:
    """The answers as they hold from now on; the header says of them what may be said of them."""
    record, kind = deed.made, deed.kind
    record.version += 1
    record.line, record.summary = kind.line(values)[:200], kind.summary(values)[:300]
    record.happened_at = kind.happened(values, record.happened_at)
    asked = kind.asked_so_far(record.state, done)
    record.gaps = len(gaps(asked, values))
    kept = {name: value for name, value in values.items() if name in questions(kind)}
    return kind(
        id=uuid7(),
        record_id=record.id,
        hub_id=record.hub_id,
        version=record.version,
        written_by=deed.viewer.id,
        written_at=deed.now,
        reason=reason,
        **kept,
    )


def _repeat_on_links(db: Session, kind: type[Kind], record: Record, values: Mapping[str, Any]) -> None:
    for held in db.scalars(select(RecordPerson).where(RecordPerson.record_id == record.id)):
        held.happened_at, held.contact = record.happened_at, kind.is_contact(values)


def _enter(deed: Deed, state: str, step: str, id: str, reason: str = "") -> None:
    record = deed.made
    record.state = state
    deed.db.add(
        Transition(
            id=id,
            hub_id=record.hub_id,
            record_id=record.id,
            state=state,
            act=step,
            by=deed.viewer.id,
            at=deed.now,
            reason=reason,
        )
    )
    deed.db.flush()


def _answered(values: Mapping[str, Any]) -> list[str]:
    return sorted(name for name, value in values.items() if value is not None)


def _note(deed: Deed, verb: str, fields: Sequence[str], via: str = "") -> None:
    """One event for each young person the record is about, or one about nobody."""
    about = select(Person.audit_ref).where(Person.id.in_(deed.people)).order_by(Person.id)
    subjects: Sequence[str | None] = (deed.db.scalars(about).all() if deed.people else ()) or [None]
    for subject in subjects:
        audit.note(deed.db, verb, subject=subject, object=deed.made.id, grade=deed.made.grade, via=via, fields=fields)
