"""Actions with a named owner and a day, and the goals they serve, in the young person's words."""

import datetime as dt
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Index, literal, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub import audit
from hub.access import Columns, Grade, Viewer, Walled, predicate, unwalled
from hub.db import Base, table_of
from hub.ids import uuid7

DOMAINS = {
    "safe": "Feeling safe",
    "people": "People I trust",
    "home": "Home and family",
    "learning": "Learning and work",
    "health": "Head and body",
    "money": "Money and debt",
    "choices": "Pressure and choices",
    "identity": "Who I am and where I’m going",
}
"""What a goal may be about: the eight scales of distance travelled (domain 4.3)."""

STATUSES = {"not_started": "Not started", "doing": "Doing", "done": "Done", "dropped": "Dropped"}


class Action(Walled, Base):
    """One step that one person said they would do. An agency cannot own one. `link`: the page where it is done."""

    __tablename__ = "actions"
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str | None]
    record_id: Mapped[str | None]
    says: Mapped[str]
    owner_id: Mapped[str]
    due_on: Mapped[dt.date | None]
    status: Mapped[str] = mapped_column(default="not_started")
    why: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str]
    made_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    __table_args__ = (Index(None, "owner_id", "ended_at", "due_on"), Index(None, "person_id", "ended_at"))

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        """Its owner sees it, unless excluded; others as far as they may see the person it is about."""
        about = predicate(
            viewer, Columns(cls.hub_id, literal(int(Grade.SENSITIVE)), cls.person_id, author_id=cls.made_by)
        )
        own = cls.owner_id == viewer.id
        if viewer.excluded:
            own &= cls.person_id.is_(None) | cls.person_id.not_in(viewer.excluded)
        return (cls.hub_id == viewer.hub_id) & or_(own, about)


class Goal(Walled, Base):
    """What a young person wants, in their words."""

    __tablename__ = "goals"
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    says: Mapped[str]
    domain: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        return predicate(
            viewer, Columns(cls.hub_id, literal(int(Grade.SENSITIVE)), cls.person_id, author_id=cls.made_by)
        )


Made = TypeVar("Made", Action, Goal)


def promise(
    db: Session,
    viewer: Viewer,
    says: str,
    owner_id: str,
    due_on: dt.date | None,
    *,
    person_id: str | None = None,
    record_id: str | None = None,
    link: str = "",
    id: str = "",
) -> Action:
    """`id` is the one that its author's page gave it: a second arrival changes nothing."""
    if id and (kept := _already(db, viewer, Action, id)) is not None:
        return kept
    action = Action(
        id=id or uuid7(),
        hub_id=viewer.hub_id,
        person_id=person_id,
        record_id=record_id,
        says=says,
        owner_id=owner_id,
        due_on=due_on,
        status="not_started",
        link=link,
        made_by=viewer.id,
        made_at=viewer.now,
    )
    db.add(action)
    audit.note(db, "promise", object=action.id)
    return action


def move(db: Session, record_id: str, wrong: str, right: str) -> None:
    """What was promised in a record that was about somebody else concerns the right person."""
    steps = table_of(Action)
    db.execute(update(steps).where(steps.c.record_id == record_id, steps.c.person_id == wrong).values(person_id=right))


def end(db: Session, viewer: Viewer, action: Action, status: str, why: str = "") -> None:
    """Done, or dropped with a why (ValueError without one)."""
    if status == "dropped" and not why.strip():
        raise ValueError("Say why it is dropped")
    action.status, action.why, action.ended_at = status, why.strip(), viewer.now
    audit.note(db, "end action", object=action.id, reason=status)


def open_actions(viewer: Viewer) -> Any:
    """The viewer's own open actions, soonest first, as columns."""
    return (
        select(Action.id, Action.says, Action.due_on, Action.person_id, Action.record_id, Action.link)
        .where(Action.owner_id == viewer.id, Action.ended_at.is_(None))
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
    )


def set_goal(db: Session, viewer: Viewer, person_id: str, says: str, domain: str, id: str = "") -> Goal:
    """`id` is the one that its author's page gave it: a second arrival changes nothing."""
    if id and (kept := _already(db, viewer, Goal, id)) is not None:
        return kept
    goal = Goal(
        id=id or uuid7(),
        hub_id=viewer.hub_id,
        person_id=person_id,
        says=says,
        domain=domain,
        made_by=viewer.id,
        made_at=viewer.now,
    )
    db.add(goal)
    audit.note(db, "set goal", object=goal.id)
    return goal


def _already(db: Session, viewer: Viewer, model: type[Made], id: str) -> Made | None:
    """What this viewer made under this id before. Raises LookupError when it is somebody else's."""
    with unwalled(db):
        kept = db.get(model, id)
    if kept is not None and kept.made_by != viewer.id:
        db.expunge(kept)
        raise LookupError(id)
    return kept
