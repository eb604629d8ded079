"""Break-glass: one file for thirty minutes, with a reason, a fresh code, a notice to every reviewer and a review."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub import audit, reminders, sessions
from hub.access import Exclusion, Grade, Refused, Relation, Viewer, Walled, decide, unwalled
from hub.accounts import limits
from hub.agencies import Staff, overseers
from hub.clock import wall
from hub.db import Base
from hub.ids import uuid7
from hub.people import Person

LASTS, REVIEW = "glass", "glass-review"
SHORTEST = 20
A_WEEK, WEEK = 3, dt.timedelta(days=7)
FREE_TRIES = 5
OUTCOMES = {"justified": "It was right to open it", "not_justified": "It should not have been opened"}


class Opening(Walled, Base):
    """One file opened without a relation, and what somebody else thinks of it."""

    __tablename__ = "openings"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    reason: Mapped[str]
    opened_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    review_by: Mapped[dt.datetime]
    reviewed_at: Mapped[dt.datetime | None]
    reviewed_by: Mapped[str | None]
    outcome: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        """Its own opener, and whoever may review it; never somebody with a personal connection."""
        allowed = (cls.hub_id == viewer.hub_id) & cls.person_id.not_in(viewer.excluded)
        return allowed if reviews(viewer) else allowed & (cls.staff_id == viewer.id)


def reviews(viewer: Viewer) -> bool:
    return viewer.leads or viewer.may("oversees")


def hindrance(db: Session, viewer: Viewer) -> str:
    """Why this viewer may not break glass now; it depends on nobody's file. Raises LookupError for a role without it."""
    if not viewer.ceiling("glass"):
        raise LookupError("glass")
    own = select(func.count()).select_from(Opening).where(Opening.staff_id == viewer.id)
    if db.scalar(own.where(Opening.reviewed_at.is_(None), Opening.review_by < viewer.now)):
        return "Your last opening has not been reviewed in time. Ask a lead to review it first"
    if (db.scalar(own.where(Opening.opened_at > viewer.now - WEEK)) or 0) >= A_WEEK:
        return f"You have opened {A_WEEK} files like this in seven days. Ask the duty lead"
    return ""


def open_file(db: Session, viewer: Viewer, ref: str, reason: str) -> Person | None:
    """The file, now open; None when there is none for them, absent and closed alike.

    Raises Refused in words, sessions.NeedsFresh, and LookupError for a role without break-glass.
    """
    if because := hindrance(db, viewer):
        raise Refused(because)
    sessions.require_fresh(db, viewer)
    if wait := limits.take(db, f"glass|{viewer.id}", viewer.now, FREE_TRIES):
        raise Refused(f"Too many references that are not here. Try again in {limits.in_words(wait)}")
    person = _called(db, viewer, ref)
    if person is None:
        audit.note(db, "break-glass missed")
        return None
    limits.clear(db, f"glass|{viewer.id}")
    seen = decide(viewer, person, [person.id])
    if seen is not None and max(view.ceiling for view in seen.views) >= viewer.ceiling("glass"):
        if seen.via == "glass":
            raise Refused(f"It is open to you until {wall(_until(db, viewer, person.id)):%H:%M}")
        return person
    _open(db, viewer, person, reason)
    return person


def _called(db: Session, viewer: Viewer, ref: str) -> Person | None:
    """By exact reference alone, in this hub, and never for somebody who knows them."""
    with unwalled(db):
        found = select(Person).where(Person.hub_id == viewer.hub_id, Person.ref == ref.strip().upper())
        person = db.scalar(found)
    return None if person is None or person.id in viewer.excluded else person


def _until(db: Session, viewer: Viewer, person_id: str) -> dt.datetime:
    running = select(func.max(Opening.ends_at)).where(Opening.staff_id == viewer.id, Opening.person_id == person_id)
    return db.scalar(running) or viewer.now


def _open(db: Session, viewer: Viewer, person: Person, reason: str) -> None:
    asked = reviewers(db, viewer, person.id)
    if not asked:
        raise Refused("There is nobody who could review this. Ring the duty lead")
    rules = reminders.rules()
    opening = Opening(
        id=uuid7(),
        hub_id=viewer.hub_id,
        staff_id=viewer.id,
        person_id=person.id,
        reason=reason,
        opened_at=viewer.now,
        ends_at=rules[LASTS].due(viewer.now),
        review_by=rules[REVIEW].due(viewer.now),
    )
    sight = Relation(
        id=uuid7(),
        hub_id=viewer.hub_id,
        staff_id=viewer.id,
        person_id=person.id,
        relation="glass",
        cap=int(Grade.SENSITIVE),
        starts_at=viewer.now,
        ends_at=opening.ends_at,
        given_by=viewer.id,
    )
    db.add_all([opening, sight])
    for reviewer in asked:
        reminders.start(db, viewer, REVIEW, record_id=opening.id, owner_id=reviewer)
    audit.note(db, "break-glass", subject=person.audit_ref, object=opening.id, grade=Grade.SENSITIVE, via="glass")


def reviewers(db: Session, viewer: Viewer, person_id: str) -> list[str]:
    """Every lead and the data protection officer, but not the viewer, nor who has a personal connection."""
    connected = set(
        db.scalars(select(Exclusion.staff_id).where(Exclusion.person_id == person_id, Exclusion.lifted_at.is_(None)))
    )
    return [staff.id for staff in overseers(db, viewer.now) if staff.id != viewer.id and staff.id not in connected]


def review(db: Session, viewer: Viewer, opening: Opening, outcome: str, words: str) -> None:
    """By somebody else, once. Raises Refused."""
    if opening.staff_id == viewer.id or not reviews(viewer):
        raise Refused("Somebody else reviews this.")
    if opening.reviewed_at is not None:
        return
    opening.reviewed_at, opening.reviewed_by = viewer.now, viewer.id
    opening.outcome, opening.words = outcome, words
    reminders.resolve(db, viewer, REVIEW, record_id=opening.id, by=opening.id)
    audit.note(db, "review break-glass", object=opening.id, reason=outcome)


def about(db: Session, viewer: Viewer, opening: Opening) -> Person:
    """Whose file it was, for the reviewer alone; the look is noted."""
    with unwalled(db):
        person = db.get_one(Person, opening.person_id)
    audit.note(db, "view", subject=person.audit_ref, object=opening.id, grade=Grade.PERSONAL, via="review")
    return person


def waiting(db: Session) -> Sequence[Any]:
    """(opening, who) of everything that waits for a review, oldest first."""
    return db.execute(
        select(Opening, Staff.name)
        .join(Staff, Staff.id == Opening.staff_id)
        .where(Opening.reviewed_at.is_(None))
        .order_by(Opening.opened_at)
    ).all()


def live_until(db: Session, viewer: Viewer) -> dt.datetime | None:
    """Until when something is open to the viewer by break-glass; None when nothing is."""
    if not viewer.relations.get("glass"):
        return None
    running = select(func.max(Relation.ends_at)).where(Relation.staff_id == viewer.id, Relation.relation == "glass")
    return db.scalar(running)
