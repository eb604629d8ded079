"""Giving a colleague sight of a young person, a place on the rota or a lead's part, and ending it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import audit
from hub.access import ACTING, ROLES, Exclusion, Grade, Refused, Relation, Viewer
from hub.agencies import Staff
from hub.clock import day_start, today
from hub.ids import uuid7
from hub.people import Person

ABOUT = {
    "allocated": "Works with them",
    "cover": "Covers for a colleague",
    "plan": "Is on their plan",
    "panel": "Sits on their panel",
    "today": "Sees them today",
}
STANDING = {"rota": "On duty", "acting": "Acting lead"}
WITH_AN_END = ("cover", "panel", "today", "rota", "acting")
DAY = dt.timedelta(days=1)


def wrong(db: Session, viewer: Viewer, person: Person | None, said: dict[str, Any]) -> dict[str, str]:
    """What keeps this relation from being given, by field."""
    relation, staff = said["relation"], db.get_one(Staff, said["staff"])
    found: dict[str, str] = {}
    if because := _unfit(db, viewer, staff, relation, person):
        found["staff"] = because
    elif any(row.relation == relation for row in live(db, viewer, person, staff.id)):
        found["staff"] = f"{staff.name} has this already. End it first, or let it run"
    if said["ends_on"] is None and relation in WITH_AN_END:
        found["ends_on"] = "Say until when"
    elif said["ends_on"] is not None and said["ends_on"] < said["starts_on"]:
        found["ends_on"] = "It cannot end before it starts"
    return found


def _unfit(db: Session, viewer: Viewer, staff: Staff, relation: str, person: Person | None) -> str:
    if viewer.acting and staff.id == viewer.id:
        return "An acting lead gives nothing to themselves. Ask another lead"
    if relation == "acting":
        fit = set(staff.roles) & set(ACTING["roles"]) and not any(ROLES[role].get("leads") for role in staff.roles)
        return "" if fit else f"{staff.name}’s role cannot stand in for a lead"
    if not sees(staff, relation):
        return f"{staff.name}’s role sees nothing this way"
    if person is not None and excluded(db, staff.id, person.id):
        return f"{staff.name} has a personal connection. Choose somebody else"
    return ""


def sees(staff: Staff, relation: str) -> int:
    """How far a colleague's roles reach through a relation."""
    return max((ROLES[role]["sees"].get(relation, 0) for role in staff.roles if role in ROLES), default=0)


def excluded(db: Session, staff_id: str, person_id: str) -> bool:
    found = select(Exclusion.id).where(
        Exclusion.staff_id == staff_id, Exclusion.person_id == person_id, Exclusion.lifted_at.is_(None)
    )
    return db.scalar(found.limit(1)) is not None


def give(db: Session, viewer: Viewer, person: Person | None, said: dict[str, Any]) -> Relation:
    """`said` has been checked by `wrong`. A new lead worker takes that place from whoever had it."""
    lead = bool(said.get("lead")) and said["relation"] == "allocated"
    if lead and person is not None:
        for other in live(db, viewer, person):
            other.lead = False
    row = Relation(
        id=uuid7(),
        hub_id=viewer.hub_id,
        staff_id=said["staff"],
        person_id=person.id if person else None,
        relation=said["relation"],
        lead=lead,
        cap=int(Grade.SEALED),
        starts_at=first_moment(said["starts_on"], viewer),
        ends_at=last_moment(said["ends_on"]),
        reason=said.get("reason") or "",
        given_by=viewer.id,
    )
    db.add(row)
    subject = person.audit_ref if person else None
    audit.note(db, "allocate", subject=subject, object=row.staff_id, reason=row.relation)
    return row


def end(db: Session, viewer: Viewer, row: Relation) -> None:
    """From this moment on; what has not begun never will. Ending twice is ending once. Raises Refused."""
    if viewer.acting and row.staff_id == viewer.id:
        raise Refused("Ask another lead: an acting lead does not decide about themselves.")
    if row.ends_at is not None and row.ends_at <= viewer.now:
        return
    row.ends_at = max(row.starts_at, viewer.now)
    subject = db.scalar(select(Person.audit_ref).where(Person.id == row.person_id)) if row.person_id else None
    audit.note(db, "revoke", subject=subject, object=row.staff_id or row.agency_id, reason=row.relation)


def live(db: Session, viewer: Viewer, person: Person | None, staff_id: str | None = None) -> Sequence[Relation]:
    """What runs or has yet to begin: about one young person, or the relations that name nobody."""
    query = select(Relation).where(
        Relation.person_id == person.id if person else Relation.person_id.is_(None),
        Relation.ends_at.is_(None) | (Relation.ends_at > viewer.now),
        (Relation.ends_at.is_(None)) | (Relation.ends_at > Relation.starts_at),
    )
    if staff_id is not None:
        query = query.where(Relation.staff_id == staff_id)
    return db.scalars(query.order_by(Relation.starts_at, Relation.id)).all()


def first_moment(day: dt.date, viewer: Viewer) -> dt.datetime:
    return viewer.now if day <= today(viewer.now) else day_start(day)


def last_moment(day: dt.date | None) -> dt.datetime | None:
    """A last day is a whole one."""
    return None if day is None else day_start(day + DAY)
