"""Forgetting a young person: every row about them alone goes; the audit keeps events that point at nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, or_, select, update
from sqlalchemy.orm import Session

from hub import audit
from hub.access import unwalled
from hub.actions import Action
from hub.db import Base, table_of
from hub.looked import Review
from hub.outbox.tables import Draft, Item
from hub.people import Person, normal
from hub.records import Record, RecordPerson
from hub.relations import Connection, Match
from hub.retention.holds import Hold

KEPT = {"audit", "audit_heads"}
AT_ONCE = 500


class Held(Exception):
    """Something keeps this file; its words say what."""


@dataclass(frozen=True)
class Erased:
    """`shared` are the records that are also about somebody else: their link is gone, a person reads their words."""

    records: int
    rows: int
    shared: tuple[str, ...]


def erase(db: Session, person: Person) -> Erased:
    """Raises Held while a hold runs. Call `Database.scrub` once it is committed."""
    with unwalled(db, person.hub_id):
        hold = db.scalar(select(Hold.reason).where(Hold.person_id == person.id, Hold.lifted_at.is_(None)).limit(1))
        if hold is not None:
            raise Held(hold)
        alone, shared = _records(db, person.id)
        rows = _forget_words(db, person)
        db.flush()
        rows += sum(_forget_rows(db, table, person.id, alone) for table in reversed(Base.metadata.sorted_tables))
        audit.note(db, "erase", hub_id=person.hub_id, subject=person.audit_ref, object=person.id)
        db.expunge_all()
    return Erased(len(alone), rows, tuple(shared))


def _records(db: Session, person_id: str) -> tuple[list[str], list[str]]:
    """(records about them alone and what hangs below those, records also about somebody else)."""
    about = select(RecordPerson.record_id).where(RecordPerson.person_id == person_id)
    heads = db.execute(
        select(RecordPerson.record_id, func.count().label("people"))
        .where(RecordPerson.record_id.in_(about))
        .group_by(RecordPerson.record_id)
    ).all()
    alone = [row.record_id for row in heads if row.people == 1]
    layer = alone
    while layer:
        layer = _children(db, layer, person_id)
        alone += layer
    return alone, [row.record_id for row in heads if row.people > 1]


def _children(db: Session, parents: Sequence[str], person_id: str) -> list[str]:
    """What hangs below these records and names nobody else."""
    others = select(RecordPerson.record_id).where(RecordPerson.person_id != person_id)
    own = select(RecordPerson.record_id).where(RecordPerson.person_id == person_id)
    return [
        id
        for some in _parts(parents)
        for id in db.scalars(
            select(Record.id).where(Record.parent_id.in_(some), Record.id.not_in(others), Record.id.not_in(own))
        )
    ]


def _forget_words(db: Session, person: Person) -> int:
    """What is not linked by a key: typed searches, declared connections, drafts and unread items that name them."""
    typed = [
        id for model in (Match, Connection) for id in db.scalars(select(model.id).where(model.person_id == person.id))
    ]
    db.execute(delete(table_of(Action)).where(table_of(Action).c.id.in_(typed)))
    names = {normal(name) for name in (person.preferred_name, person.legal_name or "", person.ref, person.id)}
    names |= {normal(name) for name in (person.nicknames or "").split(",")}
    db.execute(delete(table_of(Review)).where(table_of(Review).c.subject == person.audit_ref))
    drafts = db.scalars(select(Draft).where(Draft.hub_id == person.hub_id)).all()
    items = db.scalars(select(Item).where(Item.hub_id == person.hub_id)).all()
    every: list[Draft | Item] = [*drafts, *items]
    theirs = [row for row in every if _names(row.content, names - {""})]
    for row in theirs:
        db.delete(row)
    return len(theirs)


def _names(content: dict[str, Any], names: set[str]) -> bool:
    """Whether some typed answer is one of these names, as a whole line."""
    typed = content.get("typed", content)
    words = (word for said in typed.values() for word in (said if isinstance(said, list) else [said]))
    return any(normal(line) in names for word in words for line in str(word).splitlines())


def _forget_rows(db: Session, table: Table, person_id: str, records: Sequence[str]) -> int:
    if table.name in KEPT:
        return 0
    gone = 0
    for column in _pointing(table, "people", "person_id"):
        gone += _delete(db, table, column == person_id)
    for some in _parts(records):
        if table.name == "records":
            db.execute(update(table).where(table.c.parent_id.in_(some)).values(parent_id=None))
            gone += _delete(db, table, table.c.id.in_(some))
        elif columns := list(_pointing(table, "records", "record_id")):
            gone += _delete(db, table, or_(*(column.in_(some) for column in columns)))
    return gone + (_delete(db, table, table.c.id == person_id) if table.name == "people" else 0)


def _pointing(table: Table, to: str, called: str) -> Iterator[Any]:
    """The columns that hold an id of another table, by key or by name."""
    for column in table.columns:
        if column.name == called or any(key.column.table.name == to for key in column.foreign_keys):
            yield column


def _delete(db: Session, table: Table, which: ColumnElement[bool]) -> int:
    return int(getattr(db.execute(delete(table).where(which)), "rowcount", 0))


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
