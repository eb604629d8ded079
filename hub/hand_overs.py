"""A phone handed to a young person: what they were asked, and what they tapped, until a record takes it up."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub import audit, sessions
from hub.access import Viewer, Walled
from hub.clock import day_start, today
from hub.db import Base
from hub.forms import Question, questions
from hub.ids import uuid7
from hub.people import Person

TAPPED = ("faces", "scale")


class HandOver(Walled, Base):
    """`answers` holds every question that was passed, by name; one that was skipped is None."""

    __tablename__ = "hand_overs"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    asks: Mapped[list[str]]
    answers: Mapped[dict[str, int | None]]
    started_at: Mapped[dt.datetime]
    __table_args__ = (Index(None, "staff_id", "person_id", "kind", "started_at"),)

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        """Only the worker whose phone it is; a record made of it is seen as any record is."""
        return (cls.hub_id == viewer.hub_id) & (cls.staff_id == viewer.id)

    @property
    def at(self) -> int:
        """Which question is next; as many as there are when all were passed."""
        return next((n for n, name in enumerate(self.asks) if name not in self.answers), len(self.asks))


def theirs(model: type[Base]) -> dict[str, Question]:
    """The questions of a kind that a young person taps: faces and scales in their own words."""
    return {
        name: question for name, question in questions(model).items() if question.own_words and question.type in TAPPED
    }


def begin(db: Session, viewer: Viewer, person: Person, kind: str, asks: Sequence[str]) -> HandOver:
    """Hand the phone over. What was tapped on another day and never taken up goes."""
    db.execute(
        delete(HandOver).where(HandOver.staff_id == viewer.id, HandOver.started_at < day_start(today(viewer.now)))
    )
    given = HandOver(
        id=uuid7(),
        hub_id=viewer.hub_id,
        staff_id=viewer.id,
        person_id=person.id,
        kind=kind,
        asks=[*asks],
        answers={},
        started_at=viewer.now,
    )
    db.add(given)
    db.flush()
    sessions.hand_over(db, viewer.device_id, given.id)
    audit.note(db, "hand over", subject=person.audit_ref, object=given.id, fields=asks)
    return given


def answer(given: HandOver, name: str, value: int | None) -> None:
    """Raises LookupError for a question that was not asked."""
    if name not in given.asks:
        raise LookupError(name)
    given.answers = given.answers | {name: value}


def tapped_today(db: Session, viewer: Viewer, people: Sequence[str], kind: str) -> dict[str, int]:
    """What a young person tapped on this worker's phone today and no record holds yet."""
    query = select(HandOver.answers).where(
        HandOver.staff_id == viewer.id,
        HandOver.person_id.in_(people),
        HandOver.kind == kind,
        HandOver.started_at >= day_start(today(viewer.now)),
    )
    found = db.scalars(query.order_by(HandOver.started_at)).all() if people else []
    return {name: value for answers in found for name, value in answers.items() if value is not None}


def take_up(db: Session, viewer: Viewer, people: Sequence[str], kind: str) -> None:
    """A record holds the answers now; they are kept nowhere else."""
    db.execute(
        delete(HandOver).where(HandOver.staff_id == viewer.id, HandOver.person_id.in_(people), HandOver.kind == kind)
    )
