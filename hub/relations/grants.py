"""Named membership of a compartment: asked for, approved by its lead, reviewed every 90 days."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import actions, audit, reminders
from hub.access import COMPARTMENTS, ROLES, Grant, Refused, Viewer
from hub.actions import Action
from hub.agencies import Hub, Staff, leads
from hub.clock import today
from hub.ids import uuid7
from hub.relations.giving import first_moment, last_moment
from hub.relations.tables import Request

REVIEW = "grant-review"


def eligible(roles: Sequence[str] | frozenset[str]) -> dict[str, str]:
    """The compartments that these roles may be granted; one that a role closes is never among them."""
    known = [ROLES[role] for role in roles if role in ROLES]
    never = {name for rule in known for name in rule.get("never", ())}
    opened = {
        name for rule in known for name, need in rule.get("compartments", {}).items() if need in ("grant", "allocated")
    }
    return {name: COMPARTMENTS[name] for name in COMPARTMENTS if name in opened - never}


def wrong(db: Session, viewer: Viewer, said: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    if said["compartment"] in viewer.compartments or waiting(db, viewer, said["compartment"]):
        found["compartment"] = "You have this already, or have asked for it"
    if said["ends_on"] is not None and said["ends_on"] < said["starts_on"]:
        found["ends_on"] = "It cannot end before it starts"
    if not approvers(db, viewer, said["compartment"], viewer.id):
        found["compartment"] = "There is nobody else to approve this. Ask for a second lead first"
    return found


def waiting(db: Session, viewer: Viewer, compartment: str) -> bool:
    found = select(Request.id).where(
        Request.staff_id == viewer.id, Request.compartment == compartment, Request.decided_at.is_(None)
    )
    return db.scalar(found.limit(1)) is not None


def approvers(db: Session, viewer: Viewer, compartment: str, applicant: str) -> list[str]:
    """The lead that the hub's settings name for a compartment, else any team lead; never the applicant."""
    named = db.get_one(Hub, viewer.hub_id).settings.get("compartment_leads", {}).get(compartment)
    at_work = db.scalars(select(Staff.id).where(Staff.id == named, Staff.ended_at.is_(None))).all() if named else []
    return [id for id in at_work if id != applicant] or [
        staff.id for staff in leads(db, viewer.now) if staff.id != applicant
    ]


def ask(db: Session, viewer: Viewer, said: dict[str, Any], id: str) -> None:
    """Checked by `wrong`. `id` comes from the page: twice is once."""
    if db.get(Request, id) is not None:
        return
    db.add(
        Request(
            id=id,
            hub_id=viewer.hub_id,
            staff_id=viewer.id,
            compartment=said["compartment"],
            why=said["why"],
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            asked_at=viewer.now,
        )
    )
    approver = approvers(db, viewer, said["compartment"], viewer.id)[0]
    says = f"{viewer.name} asks for “{COMPARTMENTS[said['compartment']]}”: approve it or not"
    actions.promise(db, viewer, says, approver, today(viewer.now), id=id, link=f"/compartments/{id}")
    audit.note(db, "ask for grant", object=viewer.id, reason=said["compartment"])


def may_decide(db: Session, viewer: Viewer, request: Request) -> bool:
    return viewer.id in approvers(db, viewer, request.compartment, request.staff_id)


def decide(db: Session, viewer: Viewer, request: Request, yes: bool) -> None:
    """Raises Refused for one's own request, for whoever is not its lead, and for a role that can never have it."""
    if request.staff_id == viewer.id or not may_decide(db, viewer, request):
        raise Refused("Somebody else decides this.")
    applicant = db.get_one(Staff, request.staff_id)
    if request.decided_at is not None:
        return
    request.decided_at, request.decided_by = viewer.now, viewer.id
    request.outcome = "granted" if yes else "refused"
    if (action := db.scalar(select(Action).where(Action.id == request.id))) is not None and action.ended_at is None:
        actions.end(db, viewer, action, "done")
    if not yes:
        audit.note(db, "refuse grant", object=request.staff_id, reason=request.compartment)
        return
    if request.compartment not in eligible(applicant.roles):
        raise Refused(f"{applicant.name}’s role can never have this.")
    grant = Grant(
        id=uuid7(),
        hub_id=viewer.hub_id,
        staff_id=request.staff_id,
        compartment=request.compartment,
        starts_at=first_moment(max(request.starts_on, today(viewer.now)), viewer),
        ends_at=last_moment(request.ends_on),
        review_by=_review_day(viewer),
        approved_by=viewer.id,
    )
    db.add(grant)
    reminders.start(db, viewer, REVIEW, record_id=grant.id)
    audit.note(db, "grant", object=request.staff_id, reason=request.compartment)


def renew(db: Session, viewer: Viewer, grant: Grant) -> None:
    """Reviewed: it is still needed, for 90 days more."""
    _by_another(viewer, grant)
    reminders.resolve(db, viewer, REVIEW, record_id=grant.id, by=grant.id)
    grant.review_by = _review_day(viewer)
    reminders.start(db, viewer, REVIEW, record_id=grant.id)
    audit.note(db, "review grant", object=grant.staff_id, reason=grant.compartment)


def end(db: Session, viewer: Viewer, grant: Grant) -> None:
    if grant.staff_id != viewer.id:
        _by_another(viewer, grant)
    if grant.ends_at is None or grant.ends_at > viewer.now:
        grant.ends_at = max(grant.starts_at, viewer.now)
        reminders.resolve(db, viewer, REVIEW, record_id=grant.id, by=grant.id)
        audit.note(db, "end grant", object=grant.staff_id, reason=grant.compartment)


def running(db: Session, viewer: Viewer) -> Sequence[Any]:
    """(grant, name) of every grant that runs or will, by compartment."""
    return db.execute(
        select(Grant, Staff.name)
        .join(Staff, Staff.id == Grant.staff_id)
        .where(Grant.ends_at.is_(None) | (Grant.ends_at > viewer.now))
        .order_by(Grant.compartment, Staff.name)
    ).all()


def _by_another(viewer: Viewer, grant: Grant) -> None:
    if grant.staff_id == viewer.id or not viewer.leads:
        raise Refused("Somebody else who leads decides this.")


def _review_day(viewer: Viewer) -> dt.date:
    return today(reminders.rules()[REVIEW].due(viewer.now))
