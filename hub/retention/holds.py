"""A reason to keep somebody's file beyond its day: an inquiry, a court, a complaint."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub import audit
from hub.access import Viewer, Walled
from hub.db import Base
from hub.ids import uuid7
from hub.people import Person


class Hold(Walled, Base):
    __tablename__ = "holds"
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    reason: Mapped[str]
    placed_by: Mapped[str]
    placed_at: Mapped[dt.datetime]
    lifted_at: Mapped[dt.datetime | None]
    lifted_by: Mapped[str | None]

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        here = (cls.hub_id == viewer.hub_id) & cls.person_id.not_in(viewer.excluded)
        return here if viewer.leads or viewer.may("oversees") else here & (cls.placed_by == viewer.id)


def place(db: Session, viewer: Viewer, person: Person, reason: str) -> None:
    facts = {"reason": reason, "placed_by": viewer.id, "placed_at": viewer.now}
    db.add(Hold(id=uuid7(), hub_id=viewer.hub_id, person_id=person.id, **facts))
    audit.note(db, "hold", subject=person.audit_ref, object=person.id)


def lift(db: Session, viewer: Viewer, hold: Hold) -> None:
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_by = viewer.now, viewer.id
        subject = db.scalar(select(Person.audit_ref).where(Person.id == hold.person_id))
        audit.note(db, "lift hold", subject=subject, object=hold.person_id)


def live(db: Session, hub_id: str) -> Sequence[Hold]:
    return db.scalars(
        select(Hold).where(Hold.hub_id == hub_id, Hold.lifted_at.is_(None)).order_by(Hold.placed_at)
    ).all()
