"""Who may see what: one table, asked as SQL of every query and as `decide()` of one item."""

import datetime as dt
import enum
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    ForeignKey,
    Index,
    Select,
    and_,
    event,
    exists,
    false,
    inspect,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.sql import visitors

from hub.db import Base, Database

_POLICY = Path(__file__).with_name("policy.toml").read_bytes()
POLICY: dict[str, Any] = tomllib.loads(_POLICY.decode())
POLICY_HASH = hashlib.sha256(_POLICY).hexdigest()[:16]
ROLES: dict[str, dict[str, Any]] = POLICY["roles"]
COMPARTMENTS: dict[str, str] = POLICY["compartments"]
PERSONAL = ("allocated", "cover", "plan", "panel", "today", "share", "glass")


class Grade(enum.IntEnum):
    OPERATIONAL = 1
    PERSONAL = 2
    SENSITIVE = 3
    COMPARTMENT = 4
    SEALED = 5


class Refused(Exception):
    """A write that the policy does not allow; its words are for the person who tried."""


class Walled:
    """Mixed into every class whose rows belong to one hub."""

    hub_id: Mapped[str] = mapped_column(ForeignKey("hubs.id"), index=True)

    @classmethod
    def seen_by(cls, viewer: "Viewer") -> ColumnElement[bool]:
        return cls.hub_id == viewer.hub_id


class Relation(Walled, Base):
    """Why a member of staff may see a young person, from one moment to another; `rota` names no person."""

    __tablename__ = "relations"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str | None]
    agency_id: Mapped[str | None]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    relation: Mapped[str]
    lead: Mapped[bool] = mapped_column(default=False)
    cap: Mapped[int] = mapped_column(default=int(Grade.SENSITIVE))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    given_by: Mapped[str | None]
    __table_args__ = (
        Index(None, "staff_id", "relation", "person_id"),
        Index(None, "person_id", "relation"),
    )


class Grant(Walled, Base):
    """Named membership of a compartment, from one moment to another, reviewed every 90 days (domain 0.2)."""

    __tablename__ = "grants"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(index=True)
    compartment: Mapped[str]
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime | None]
    review_by: Mapped[dt.date]
    approved_by: Mapped[str]


class Exclusion(Walled, Base):
    """A declared personal connection: beats everything else, break-glass included."""

    __tablename__ = "exclusions"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[dt.datetime]


@dataclass(frozen=True)
class Viewer:
    """Who is asking, and what they hold at this moment. `relations`: relation → person id → cap."""

    id: str
    hub_id: str
    agency_id: str
    roles: frozenset[str]
    now: dt.datetime
    name: str = ""
    device_id: str = ""
    relations: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    on_rota: bool = False
    compartments: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    preferences: Mapping[str, Any] = field(default_factory=dict)

    def ceiling(self, relation: str) -> int:
        return max((ROLES[role]["sees"].get(relation, 0) for role in self.roles), default=0)

    def may(self, trait: str) -> bool:
        """Whether one of their roles carries a trait of the table: leads, oversees, administers, reads_only."""
        return any(ROLES[role].get(trait) for role in self.roles)

    @property
    def leads(self) -> bool:
        return self.may("leads")

    def need(self, compartment: str) -> str | None:
        """What opens a compartment to them: a grant, a grant and allocation, authorship, or nothing."""
        needs = {ROLES[role].get("compartments", {}).get(compartment) for role in self.roles} - {None}
        held = compartment in self.compartments
        return next((need for need in ("grant", "allocated", "author") if need in needs and (held or need == "author")), None)


@dataclass(frozen=True)
class Steward:
    """The hub itself: commands, schedules and sign-in, which look before anybody is known."""

    hub_id: str | None = None


@dataclass(frozen=True)
class View:
    """One relation through which an item is seen: how far, and which groups of questions (None: all)."""

    relation: str
    ceiling: int
    groups: frozenset[str] | None = None


@dataclass(frozen=True)
class Decision:
    views: tuple[View, ...]

    @property
    def via(self) -> str:
        return max(self.views, key=lambda view: view.ceiling).relation

    def shows(self, grade: int, group: str) -> bool:
        """Whether a question of this grade and group may be shown; groups narrow grade 3 and above."""
        return any(
            view.ceiling >= grade and (grade < Grade.SENSITIVE or view.groups is None or group in view.groups)
            for view in self.views
        )


class Item(Protocol):
    """What `decide` needs to know of anything: a record, a young person."""

    hub_id: str
    grade: int
    compartment: str | None
    author_id: str | None


def decide(viewer: Viewer, item: Item, people: Iterable[str]) -> Decision | None:
    """Every relation through which `viewer` may see `item`, which is about `people`; None when there is none."""
    people = frozenset(people)
    if item.hub_id != viewer.hub_id or people & viewer.excluded:
        return None
    held = [relation for relation in PERSONAL if _holds(viewer, relation, people, item.grade)]
    wrote = ["author"] if item.author_id == viewer.id else []
    if item.compartment is None:
        relations = ["hub", *(["rota"] if viewer.on_rota else []), *held, *wrote]
    else:
        need = viewer.need(item.compartment)
        opened = need == "grant" or (need == "allocated" and "allocated" in held) or (need == "author" and wrote)
        relations = ["grant", *wrote] if opened and need != "author" else wrote if opened else []
    views = tuple(view for relation in relations for view in _views(viewer, relation, people))
    return Decision(views) if any(view.ceiling >= item.grade for view in views) else None


def _holds(viewer: Viewer, relation: str, people: frozenset[str], grade: int) -> bool:
    held = viewer.relations.get(relation, {})
    return any(held.get(person, 0) >= grade for person in people)


def _views(viewer: Viewer, relation: str, people: frozenset[str]) -> Iterable[View]:
    held = viewer.relations.get(relation, {})
    cap = max((held[person] for person in people if person in held), default=int(Grade.SEALED))
    for role in viewer.roles:
        if ceiling := ROLES[role]["sees"].get(relation, 0):
            groups = ROLES[role].get("groups", {}).get(relation)
            yield View(relation, min(ceiling, cap), None if groups is None else frozenset(groups))


@dataclass(frozen=True)
class Columns:
    """Where a table keeps what `decide` asks; `person_ids` selects the people one of its rows is about."""

    hub_id: ColumnElement[str]
    grade: ColumnElement[int]
    person_id: ColumnElement[str]
    links: FromClause | None = None
    linked_by: ColumnElement[bool] | None = None
    compartment: ColumnElement[str | None] | None = None
    author_id: ColumnElement[str | None] | None = None


def predicate(viewer: Viewer, item: Columns) -> ColumnElement[bool]:
    """The same rule as `decide`, as SQL: the rows of which `viewer` may see at least the existence."""
    by_ceiling: dict[int, list[str]] = {}
    for relation in PERSONAL:
        by_ceiling.setdefault(viewer.ceiling(relation), []).append(relation)
    by_ceiling.pop(0, None)
    wrote = item.author_id == viewer.id if item.author_id is not None else false()
    hub_ceiling = max(viewer.ceiling("hub"), viewer.ceiling("rota") if viewer.on_rota else 0)
    open_to = or_(
        item.grade <= hub_ceiling,
        and_(item.grade <= viewer.ceiling("author"), wrote),
        *(and_(item.grade <= ceiling, _linked(viewer, item, names)) for ceiling, names in by_ceiling.items()),
    )
    if item.compartment is not None:
        open_to = or_(and_(item.compartment.is_(None), open_to), _compartments(viewer, item, wrote))
    return and_(item.hub_id == viewer.hub_id, _not_excluded(viewer, item), open_to)


def _compartments(viewer: Viewer, item: Columns, wrote: ColumnElement[bool]) -> ColumnElement[bool]:
    clauses = []
    for compartment in COMPARTMENTS:
        need = viewer.need(compartment)
        if need is None:
            continue
        granted = item.grade <= viewer.ceiling("grant")
        authored = and_(item.grade <= viewer.ceiling("author"), wrote)
        reach = {
            "grant": or_(granted, authored),
            "allocated": and_(or_(granted, authored), _linked(viewer, item, ["allocated"])),
            "author": authored,
        }[need]
        clauses.append(and_(item.compartment == compartment, reach))
    return or_(false(), *clauses)


def _linked(viewer: Viewer, item: Columns, relations: list[str]) -> ColumnElement[bool]:
    r = Relation.__table__.c
    holds = select(literal(1)).where(
        r.person_id == item.person_id,
        r.hub_id == viewer.hub_id,
        or_(r.staff_id == viewer.id, r.agency_id == viewer.agency_id),
        r.relation.in_(relations),
        r.cap >= item.grade,
        r.starts_at <= viewer.now,
        or_(r.ends_at.is_(None), r.ends_at > viewer.now),
    )
    return _exists(holds, item, Relation.__table__)


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
    r, g, x = Relation.__table__.c, Grant.__table__.c, Exclusion.__table__.c
    live = lambda c: and_(c.starts_at <= viewer.now, or_(c.ends_at.is_(None), c.ends_at > viewer.now))  # noqa: E731
    mine = or_(r.staff_id == viewer.id, r.agency_id == viewer.agency_id)
    found: dict[str, dict[str, int]] = {}
    on_rota = False
    for relation, person, cap in db.execute(
        select(r.relation, r.person_id, r.cap).where(mine, r.hub_id == viewer.hub_id, live(r))
    ):
        if person is None:
            on_rota = on_rota or relation == "rota"
        else:
            held = found.setdefault(relation, {})
            held[person] = max(cap, held.get(person, 0))
    grants = db.scalars(select(g.compartment).where(g.staff_id == viewer.id, g.hub_id == viewer.hub_id, live(g)))
    excluded = db.scalars(select(x.person_id).where(x.staff_id == viewer.id, x.hub_id == viewer.hub_id))
    return replace(
        viewer, relations=found, on_rota=on_rota, compartments=frozenset(grants), excluded=frozenset(excluded)
    )


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
    if isinstance(viewer, Steward) or not (state.is_select or state.is_update or state.is_delete):
        return
    criteria = [with_loader_criteria(c, c.seen_by(viewer), include_aliases=True) for c in _walled_in(state.statement)]
    state.statement = state.statement.options(*criteria)


def _walled_in(statement: Executable) -> set[type[Walled]]:
    mappers = (part._annotations.get("parententity") for part in visitors.iterate(statement))
    return {m.class_ for m in (inspect(m).mapper for m in mappers if m is not None) if issubclass(m.class_, Walled)}


def _check_writes(session: Session, *_: object) -> None:
    viewer = session.info["viewer"]
    if isinstance(viewer, Steward):
        return
    if viewer.may("reads_only"):
        raise Refused("You can read here, not write.")
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Walled):
            past = inspect(row).attrs.hub_id.history
            if {row.hub_id, *past.added, *past.deleted} != {viewer.hub_id}:
                raise Refused("That belongs to another hub.")
