"""Sharing with a named colleague or agency: why, which parts, until when, and whether the young person was told."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import audit
from hub.access import PARTS, Grade, Relation, Viewer
from hub.agencies import Agency, Staff, colleagues
from hub.clock import today
from hub.ids import uuid7
from hub.people import Person
from hub.relations.giving import excluded, last_moment, sees
from hub.relations.tables import Share

GATEWAYS = {
    "ca2004_16la": "Children Act 2004, section 16LA: safeguarding",
    "ca1989_47_17": "Children Act 1989, section 47 or 17",
    "cda1998_115": "Crime and Disorder Act 1998, section 115",
    "svd2022": "Serious violence duty 2022",
    "consent": "They agreed",
    "vital": "To save a life",
    "court": "Court order",
    "other": "Something else: say which below",
}
DECISIONS = {
    "shared": "Share",
    "part": "Share a part of what was asked for",
    "not_detrimental": "Do not share: it would do more harm",
    "not_gateway": "Do not share: the law does not allow it",
}
SHARED = ("shared", "part")
CAPS = {"2": "Name, contact and attendance", "3": "Also the parts ticked below"}
LONGEST = dt.timedelta(days=90)


def may_share(viewer: Viewer, person: Person) -> bool:
    """A lead, or a social worker or case manager for the young people they work with. A partner never shares on."""
    return viewer.leads or (viewer.may("shares") and person.id in viewer.relations.get("allocated", {}))


def wrong(db: Session, viewer: Viewer, person: Person, said: dict[str, Any], paused: bool) -> dict[str, str]:
    """What keeps this decision from being kept, by field. `paused`: somebody challenges what is written (R-36)."""
    found: dict[str, str] = {}
    if said["told"] is False and not said["exemption"]:
        found["exemption"] = "Say why it is not safe to tell them"
    if said["decision"] not in SHARED:
        return found
    if paused:
        found["decision"] = "Sharing is paused while what is written about them is challenged"
    if bool(said["staff"]) == bool(said["agency"]):
        found["staff"] = "Choose one colleague or one agency"
    elif because := _too_far(db, viewer, person, said):
        found["cap"] = because
    if said["gateway"] is None:
        found["gateway"] = "Choose the law that allows it"
    if said["cap"] is None:
        found["cap"] = "Choose how far it goes"
    if said["cap"] == "3" and not set(said["parts"] or ()) & PARTS.keys():
        found["parts"] = "Tick at least one part"
    if said["until"] is None:
        found["until"] = "Say until when"
    elif said["until"] > today(viewer.now) + LONGEST:
        found["until"] = f"At most 90 days: until {today(viewer.now) + LONGEST:%-d %B %Y}"
    return found


def _too_far(db: Session, viewer: Viewer, person: Person, said: dict[str, Any]) -> str:
    cap = int(said["cap"] or Grade.PERSONAL)
    if said["agency"]:
        there = [staff for staff in colleagues(db, viewer.now) if staff.agency_id == said["agency"]]
        return "" if any(sees(staff, "share") >= cap for staff in there) else "Nobody there may see as much as this"
    staff = db.get_one(Staff, said["staff"])
    if excluded(db, staff.id, person.id):
        return f"{staff.name} has a personal connection. Choose somebody else"
    reach = sees(staff, "share")
    if reach < Grade.PERSONAL:
        return f"{staff.name}’s role is shown nothing through a share"
    return "" if reach >= cap else f"{staff.name}’s role sees name, contact and attendance at most"


def decide(db: Session, viewer: Viewer, person: Person, said: dict[str, Any], id: str) -> Share:
    """Keep the decision, shared or not, and open what it opens. `id` comes from the page: twice is once."""
    if (kept := db.get(Share, id)) is not None:
        return kept
    opens = said["decision"] in SHARED
    cap = int(said["cap"]) if opens else 0
    share = Share(
        id=id,
        hub_id=viewer.hub_id,
        person_id=person.id,
        staff_id=said["staff"],
        agency_id=said["agency"],
        decision=said["decision"],
        purpose=said["purpose"],
        gateway=said["gateway"],
        cap=cap,
        parts=sorted(set(said["parts"] or ()) & PARTS.keys()) if cap >= Grade.SENSITIVE else [],
        told=bool(said["told"]),
        exemption=said["exemption"] or "",
        reason=said["reason"],
        decided_by=viewer.id,
        decided_at=viewer.now,
        until=last_moment(said["until"]) if opens else None,
    )
    db.add(share)
    if opens:
        _open(db, viewer, share)
    verb = "disclose" if opens else "decide not to share"
    audit.note(
        db, verb, subject=person.audit_ref, object=share.id, grade=cap, fields=share.parts, reason=share.decision
    )
    return share


def _open(db: Session, viewer: Viewer, share: Share) -> None:
    row = Relation(
        id=uuid7(),
        hub_id=viewer.hub_id,
        staff_id=share.staff_id,
        agency_id=share.agency_id,
        person_id=share.person_id,
        relation="share",
        cap=share.cap,
        groups=list(share.parts),
        starts_at=viewer.now,
        ends_at=share.until,
        given_by=viewer.id,
    )
    db.add(row)
    share.relation_id = row.id


def pause(db: Session, viewer: Viewer, person_id: str) -> None:
    """Stop every running share about somebody while what is written is challenged (R-36)."""
    for share, row in _running(db, viewer, person_id):
        row.ends_at = share.paused_at = viewer.now


def resume(db: Session, viewer: Viewer, person_id: str) -> None:
    """Let paused shares run on to the day that they were given to."""
    for share in of_person(db, person_id):
        if share.paused_at is not None:
            share.paused_at = None
            if share.until is not None and share.until > viewer.now:
                _open(db, viewer, share)


def _running(db: Session, viewer: Viewer, person_id: str) -> Sequence[Any]:
    return db.execute(
        select(Share, Relation)
        .join(Relation, Relation.id == Share.relation_id)
        .where(Share.person_id == person_id, Relation.ends_at > viewer.now)
    ).all()


def of_person(db: Session, person_id: str) -> Sequence[Share]:
    return db.scalars(select(Share).where(Share.person_id == person_id).order_by(Share.decided_at.desc())).all()


def recipient(db: Session, share: Share) -> str:
    """Whom it went to, by name."""
    if share.staff_id:
        return db.scalar(select(Staff.name).where(Staff.id == share.staff_id)) or "Somebody who has left"
    return db.scalar(select(Agency.name).where(Agency.id == share.agency_id)) or "An agency"
