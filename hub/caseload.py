"""The caseload: a line for each young person, with what was last done and what comes next."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, tuple_
from sqlalchemy.orm import Session

from hub import audit, people
from hub.access import Decision, Grade, Relation, Viewer, decide
from hub.agencies import Staff
from hub.clock import today
from hub.people import Person, age_on
from hub.records import Record, RecordPerson
from hub.reminders import Due, rules

OWN = ("allocated", "cover")
PAGE = 50
MOST = 200


@dataclass(frozen=True)
class Line:
    """One young person, holding no more than the viewer may see. `colour` is empty where it is not theirs to know."""

    id: str
    name: str
    ref: str
    age: int | None
    standing: str
    colour: str
    expired: bool
    seen_at: dt.datetime | None
    unseen: bool
    next_at: dt.datetime | None
    next_says: str
    overdue: int


@dataclass(frozen=True)
class _Anybody:
    """A young person as `decide` asks about one, before any row is loaded."""

    hub_id: str
    kind: None = None
    grade: int = Grade.PERSONAL
    compartment: None = None
    author_id: None = None


def own(viewer: Viewer) -> frozenset[str]:
    """The young people whom the viewer works with, or covers for a colleague."""
    return frozenset(id for relation in OWN for id in viewer.relations.get(relation, {}))


def sees_everybody(viewer: Viewer) -> bool:
    """Whether somebody's place in the hub or tonight's rota shows them people whom they do not work with."""
    reach = [viewer.ceiling("hub"), viewer.ceiling("rota") if viewer.on_rota else 0]
    return max(reach) >= Grade.PERSONAL


def mine(db: Session, viewer: Viewer) -> list[Line]:
    """The viewer's own caseload, whoever needs something soonest first; the look is noted."""
    rows = {row.id: row for row in db.execute(_own_people(), {"staff_id": viewer.id, "now": viewer.now})}
    lines = _lines(db, viewer, list(rows.values()))
    return sorted(lines, key=lambda line: (line.next_at is None, line.next_at, line.name.casefold()))


def everybody(db: Session, viewer: Viewer, after: str = "", most: int = PAGE) -> list[Line]:
    """Everybody the viewer may see, by name, from the one `after` on; one more than `most` says that there is more."""
    query = _people().where(Person.closed_at.is_(None)).order_by(Person.found_by, Person.id).limit(most + 1)
    if after:
        last = select(Person.found_by).where(Person.id == after).scalar_subquery()
        query = query.where(tuple_(Person.found_by, Person.id) > tuple_(last, after))
    return _lines(db, viewer, db.execute(query).all())


def named(db: Session, viewer: Viewer, ids: Iterable[str]) -> dict[str, Line]:
    """Who some ids are, as far as the viewer may know, by id: for pages that name people beside what is due.

    A colour that is shown is a look, and is noted.
    """
    wanted = {id for id in ids if id}
    if not wanted:
        return {}
    rows = db.execute(_people(contact=False).where(Person.id.in_(wanted))).all()
    found = {row.id: _line(viewer, row, ()) for row in rows}
    if told := [row.audit_ref for row in rows if found[row.id].colour]:
        audit.note(db, "list", object="named", grade=Grade.SENSITIVE, fields=told)
    return found


def search(db: Session, viewer: Viewer, words: str, most: int) -> list[Line]:
    """Whoever the viewer may see and the words could mean, by name; one more than `most` says that there is more."""
    ids = [row.id for row in people.search(db, words, most + 1)]
    rows = db.execute(_people(contact=False).where(Person.id.in_(ids)).order_by(Person.found_by, Person.id)).all()
    audit.note(db, "search", object="people", grade=Grade.PERSONAL, fields=[row.audit_ref for row in rows[:most]])
    return [_line(viewer, row, ()) for row in rows]


def workers(db: Session, person_id: str, now: dt.datetime) -> Sequence[Any]:
    """(name, roles, lead, relation) of everybody who works with a young person now, the lead first."""
    query = (
        select(Staff.name, Staff.roles, Relation.lead, Relation.relation)
        .join(Staff, Staff.id == Relation.staff_id)
        .where(Relation.person_id == person_id, *_working())
        .order_by(Relation.lead.desc(), Staff.name)
    )
    return db.execute(query, {"now": now}).all()


def overdue(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.overdue]


def unseen(lines: Iterable[Line]) -> list[Line]:
    """Those not met face to face within R-49's limit."""
    return [line for line in lines if line.unseen]


def colour_shown(decision: Decision | None) -> bool:
    """The traffic light belongs to the summary of a case; some see the risk alone, and some never."""
    if decision is None or "risk" in decision.barred:
        return False
    return any(decision.shows(Grade.SENSITIVE, group) for group in ("summary", "risk"))


def _working() -> tuple[ColumnElement[bool], ...]:
    """That somebody works with a young person `now`."""
    ended = or_(Relation.ends_at.is_(None), Relation.ends_at > bindparam("now"))
    return or_(*(Relation.relation == relation for relation in OWN)), Relation.starts_at <= bindparam("now"), ended


@cache
def _own_people() -> Any:
    """Whom `staff_id` works with `now`. Built once: putting a statement together costs more than running it."""
    return (
        _people()
        .join(Relation, Relation.person_id == Person.id)
        .where(Relation.staff_id == bindparam("staff_id"), *_working(), Person.closed_at.is_(None))
        .limit(MOST)
    )


@cache
def _people(contact: bool = True) -> Any:
    columns = (
        Person.id,
        Person.ref,
        Person.audit_ref,
        Person.preferred_name,
        Person.dob,
        Person.standing,
        Person.colour,
        Person.colour_until,
    )
    return select(*columns, _last_contact()) if contact else select(*columns)


def _last_contact() -> Any:
    """When they were last met, as far as the viewer may know of it: the newest contact whose record they may see."""
    return (
        select(RecordPerson.happened_at)
        .join(Record, Record.id == RecordPerson.record_id)
        .where(RecordPerson.person_id == Person.id, RecordPerson.contact)
        .order_by(RecordPerson.happened_at.desc())
        .limit(1)
        .scalar_subquery()
        .label("seen_at")
    )


def _lines(db: Session, viewer: Viewer, rows: Sequence[Any]) -> list[Line]:
    clocks = _clocks(db, viewer, [row.id for row in rows])
    fields = [row.audit_ref for row in rows]
    for start in range(0, len(fields), PAGE):
        audit.note(db, "list", object="caseload", grade=Grade.SENSITIVE, fields=fields[start : start + PAGE])
    alike: dict[Any, bool] = {}
    return [_line(viewer, row, clocks.get(row.id, ()), row.seen_at, alike) for row in rows]


def _clocks(db: Session, viewer: Viewer, ids: Collection[str]) -> Mapping[str, Sequence[Any]]:
    """The open clocks about some young people that the viewer may see, soonest first, by person."""
    found: dict[str, list[Any]] = {}
    query = select(Due.person_id, Due.rule, Due.due_at).where(Due.resolved_at.is_(None)).order_by(Due.due_at)
    about = Due.person_id.in_(ids) if viewer.leads else Due.owner_id == viewer.id
    for row in db.execute(query.where(about)) if ids else ():
        found.setdefault(row.person_id, []).append(row)
    return found


def _line(
    viewer: Viewer,
    row: Any,
    clocks: Sequence[Any],
    seen_at: dt.datetime | None = None,
    alike: dict[Any, bool] | None = None,
) -> Line:
    held = tuple((relation, caps.get(row.id)) for relation, caps in viewer.relations.items())
    known = {} if alike is None else alike
    if held not in known:
        known[held] = colour_shown(decide(viewer, _Anybody(viewer.hub_id), [row.id]))
    shown = known[held]
    day = today(viewer.now)
    return Line(
        id=row.id,
        name=row.preferred_name,
        ref=row.ref,
        age=age_on(row.dob, day),
        standing=row.standing,
        colour=row.colour if shown else "",
        expired=shown and row.colour_until is not None and row.colour_until < day,
        seen_at=seen_at,
        unseen=shown and (seen_at is None or rules()["R-49"].due(seen_at) < viewer.now),
        next_at=clocks[0].due_at if clocks else None,
        next_says=rules()[clocks[0].rule].says if clocks else "",
        overdue=sum(clock.due_at < viewer.now for clock in clocks),
    )
