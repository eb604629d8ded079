"""The same rule as SQL, asked of every query and every write of a session."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    ClauseElement,
    ColumnElement,
    CompoundSelect,
    Executable,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    event,
    exists,
    false,
    inspect,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from hub.access.policy import COMPARTMENTS, PERSONAL, Grade, Refused, Steward, Viewer
from hub.access.shapes import anybody, criterion, said, shape_of
from hub.access.tables import Exclusion, Grant, Relation, Walled
from hub.db import Database, table_of

READS_ONLY = "You can read here, not write."
ELSEWHERE = "That belongs to another hub."


@dataclass(frozen=True)
class Columns:
    """Where a table keeps what `decide` asks; `person_ids` selects the people one of its rows is about."""

    hub_id: SQLColumnExpression[str]
    grade: SQLColumnExpression[int]
    person_id: SQLColumnExpression[Any]
    links: FromClause | None = None
    linked_by: ColumnElement[bool] | None = None
    compartment: SQLColumnExpression[Any] | None = None
    author_id: SQLColumnExpression[Any] | None = None
    kind: SQLColumnExpression[Any] | None = None


def predicate(viewer: Viewer, item: Columns) -> ColumnElement[bool]:
    """The same rule as `decide`, as SQL: the rows of which `viewer` may see at least the existence."""
    by_ceiling: dict[int, list[str]] = {}
    for relation in PERSONAL:
        by_ceiling.setdefault(viewer.ceiling(relation), []).append(relation)
    by_ceiling.pop(0, None)
    wrote: ColumnElement[bool] = false() if item.author_id is None else item.author_id == viewer.id
    hub_ceiling = max(viewer.ceiling("hub"), viewer.ceiling("rota") if viewer.on_rota else 0)
    open_to = or_(
        item.grade <= hub_ceiling,
        and_(item.grade <= viewer.ceiling("author"), wrote),
        *(and_(item.grade <= ceiling, _linked(viewer, item, names)) for ceiling, names in by_ceiling.items()),
    )
    if item.compartment is not None:
        open_to = or_(and_(item.compartment.is_(None), open_to), *_compartments(viewer, item, item.compartment, wrote))
    barred: ColumnElement[bool] = true() if item.kind is None else item.kind.not_in(viewer.barred)
    return and_(item.hub_id == viewer.hub_id, _not_excluded(viewer, item), barred, open_to)


def _compartments(
    viewer: Viewer, item: Columns, compartment: SQLColumnExpression[Any], wrote: ColumnElement[bool]
) -> Iterator[ColumnElement[bool]]:
    """One clause for each compartment that is open to the viewer."""
    authored = and_(item.grade <= viewer.ceiling("author"), wrote)
    member = or_(item.grade <= viewer.ceiling("grant"), authored)
    for name in COMPARTMENTS:
        match viewer.need(name):
            case "grant":
                yield and_(compartment == name, member)
            case "allocated":
                yield and_(compartment == name, member, _linked(viewer, item, ["allocated"]))
            case "author":
                yield and_(compartment == name, authored)


def _linked(viewer: Viewer, item: Columns, relations: list[str]) -> ColumnElement[bool]:
    r = table_of(Relation).c
    holds = select(literal(1)).where(
        r.person_id == item.person_id,
        r.hub_id == viewer.hub_id,
        _theirs(r, viewer),
        r.relation.in_(relations),
        r.cap >= item.grade,
        _live(r, viewer),
    )
    return _exists(holds, item, table_of(Relation))


def _not_excluded(viewer: Viewer, item: Columns) -> ColumnElement[bool]:
    if not viewer.excluded:
        return true()
    named = item.person_id.in_(viewer.excluded)
    return ~named if item.linked_by is None else ~_exists(select(literal(1)).where(named), item)


def _exists(query: Select[Any], item: Columns, *own: FromClause) -> ColumnElement[bool]:
    """`query` asked of the row in hand: only its own tables and the links to people are its FROM."""
    if item.linked_by is None or item.links is None:
        return exists(query.correlate_except(*own))
    return exists(query.where(item.linked_by).correlate_except(*own, item.links))


def viewer_for(db: Session, viewer: Viewer) -> Viewer:
    """`viewer` with the relations, grants and exclusions that are live at `viewer.now`."""
    found: dict[str, dict[str, int]] = {}
    standing: set[str] = set()
    shares: list[tuple[str, frozenset[str] | None]] = []
    grants, excluded = set(), set()
    for table, name, person, cap, groups in db.execute(_held(), said(viewer)):
        if table == "grant":
            grants.add(name)
        elif table == "exclusion":
            excluded.add(person)
        elif person is None:
            standing.add(name)
        else:
            held = found.setdefault(name, {})
            held[person] = max(cap, held.get(person, 0))
            if name == "share":
                parts = groups if cap >= Grade.SENSITIVE else ()
                shares.append((person, None if parts is None else frozenset(parts)))
    return replace(
        viewer,
        relations=found,
        on_rota="rota" in standing,
        acting="acting" in standing,
        shared=_shared(shares),
        compartments=frozenset(grants),
        excluded=frozenset(excluded),
    )


@cache
def _held() -> CompoundSelect[Any]:
    """All that somebody holds, in one statement that every request asks: table, name, person, cap, groups."""
    viewer = anybody()
    r, g, x = table_of(Relation).c, table_of(Grant).c, table_of(Exclusion).c
    none = (cast_to(null(), Integer), cast_to(null(), JSON))
    return union_all(
        select(literal("relation"), r.relation, r.person_id, r.cap, r.groups).where(
            _theirs(r, viewer), r.hub_id == viewer.hub_id, _live(r, viewer)
        ),
        select(literal("grant"), g.compartment, cast_to(null(), Text), *none).where(
            g.staff_id == viewer.id, g.hub_id == viewer.hub_id, _live(g, viewer)
        ),
        select(literal("exclusion"), literal(""), x.person_id, *none).where(
            x.staff_id == viewer.id, x.hub_id == viewer.hub_id, x.lifted_at.is_(None)
        ),
    )


def _shared(shares: list[tuple[str, frozenset[str] | None]]) -> dict[str, frozenset[str]]:
    """What all shares about one person open together; left out where one of them has no limit."""
    unlimited = {person for person, groups in shares if groups is None}
    found: dict[str, frozenset[str]] = {}
    for person, groups in shares:
        if groups is not None and person not in unlimited:
            found[person] = found.get(person, frozenset()) | groups
    return found


def _theirs(r: Any, viewer: Viewer) -> ColumnElement[bool]:
    """A relation is one person's, or a whole agency's where it names nobody in it."""
    return or_(r.staff_id == viewer.id, and_(r.staff_id.is_(None), r.agency_id == viewer.agency_id))


def _live(columns: Any, viewer: Viewer) -> ColumnElement[bool]:
    return and_(columns.starts_at <= viewer.now, or_(columns.ends_at.is_(None), columns.ends_at > viewer.now))


def enforce(database: Database) -> None:
    """Every query through this database's sessions is narrowed to its viewer; every write stays in their hub."""
    event.listen(database.sessions, "do_orm_execute", _narrow)
    event.listen(database.sessions, "before_flush", _check_writes)


@contextmanager
def unwalled(db: Session, hub_id: str | None = None) -> Iterator[Session]:
    """The hub's own look for a moment: sign-in before anybody is known, matching by the duty lead's machinery."""
    before = db.info.get("viewer")
    db.info["viewer"] = Steward(hub_id)
    try:
        yield db
        db.flush()
    finally:
        db.info["viewer"] = before


def _narrow(state: ORMExecuteState) -> None:
    viewer = state.session.info["viewer"]
    if isinstance(viewer, Steward):
        return
    if state.bind_mapper is not None and not state.is_select:
        _check_statement(viewer, state)
    walled = _walled_in(state.statement)
    if not walled:
        return
    shape = shape_of(viewer) if state.is_select else None
    if shape is None:
        criteria = [with_loader_criteria(found, found.seen_by(viewer), include_aliases=True) for found in walled]
    else:
        criteria = [criterion(shape, found) for found in walled]
        state.parameters = cast(dict[str, Any], state.parameters or {}) | said(viewer)
    state.statement = state.statement.options(*criteria)


def _check_statement(viewer: Viewer, state: ORMExecuteState) -> None:
    """A writing statement reaches only rows that its viewer sees, and leaves them in their hub."""
    written = state.bind_mapper
    if viewer.may("reads_only"):
        raise Refused(READS_ONLY)
    if written is None or not issubclass(written.class_, Walled):
        return
    if state.is_insert or state.is_executemany:
        raise TypeError(f"rows of {written.class_.__name__} go through the session one by one, where they are checked")
    values: Any = getattr(state.statement, "_values", None) or {}
    if "hub_id" in {getattr(column, "key", column) for column in (*values, *(state.parameters or ()))}:
        raise Refused(ELSEWHERE)


def _walled_in(statement: Executable) -> set[type[Walled]]:
    mappers = (part._annotations.get("parententity") for part in visitors.iterate(cast(ClauseElement, statement)))
    return {m.class_ for m in (inspect(m).mapper for m in mappers if m is not None) if issubclass(m.class_, Walled)}


def _check_writes(session: Session, *_: object) -> None:
    viewer = session.info["viewer"]
    if isinstance(viewer, Steward):
        return
    if viewer.may("reads_only"):
        raise Refused(READS_ONLY)
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Walled):
            past = inspect(row).attrs.hub_id.history
            if {row.hub_id, *past.added, *past.deleted} != {viewer.hub_id}:
                raise Refused(ELSEWHERE)
