"""Who looked: told to the young person without a colleague's name, listed after an incident, sampled for review."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, UniqueConstraint, false, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub import actions, audit
from hub.access import ROLES, Grade, Refused, Viewer, Walled, unwalled
from hub.actions import Action
from hub.agencies import Agency, Staff, overseers
from hub.audit import AuditEvent
from hub.clock import today
from hub.db import Base
from hub.ids import uuid7
from hub.people import Person
from hub.records import Record, RecordPerson
from hub.relations import Share, shares
from hub.reminders import Due

HELD_BACK = "Some entries may be held back by law, or to keep somebody safe."
LOOKS = ("view", "list")
DID = {"view": "looked at", "list": "looked at", "create": "wrote", "alter": "changed"}
WHY = {
    "allocated": "works with you",
    "cover": "covers for somebody who works with you",
    "plan": "is part of your plan",
    "panel": "sits on your panel",
    "today": "saw you that day",
    "rota": "was on duty",
    "share": "we shared it with them",
    "glass": "said that somebody was at risk; it was checked afterwards",
    "hub": "leads the team",
    "author": "wrote it",
    "": "works with you",
}
DAYS = 90
QUEUE = "/reviews"
MOST = 5000
ONE_IN, A_DAY = 20, dt.timedelta(days=1)
OUTCOMES = {"right": "They needed to look", "ask": "I will ask them why", "wrong": "They should not have looked"}


@dataclass
class Look:
    """What colleagues of one role and agency did on one day, and why they could."""

    day: dt.date
    who: str
    why: str
    parts: set[str] = field(default_factory=set)


class Review(Walled, Base):
    """One look without a relation, drawn by lot for somebody else to think about (C19)."""

    __tablename__ = "reviews"
    id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    actor: Mapped[str]
    subject: Mapped[str]
    looked_at: Mapped[dt.datetime]
    reviewed_at: Mapped[dt.datetime | None]
    reviewed_by: Mapped[str | None]
    outcome: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("hub_id", "seq"),)

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        """Whoever leads or oversees, but never the one who looked."""
        reviews = viewer.leads or viewer.may("oversees")
        return (cls.hub_id == viewer.hub_id) & (cls.actor != viewer.id) if reviews else false()


def told_to(db: Session, viewer: Viewer, person: Person, titles: Mapping[str, str], days: int = DAYS) -> list[Look]:
    """For the young person: day by day, newest first; `titles` are the kinds of record by slug. The look is noted."""
    with unwalled(db, viewer.hub_id):
        events = _events(db, person, viewer.now - dt.timedelta(days=days))
        agencies = {row.id: row.name for row in db.execute(select(Agency.id, Agency.name))}
        kinds = _kinds(db, [event.object for event in events if event.object])
        withheld = _withheld(db, person)
    audit.note(db, "who looked", subject=person.audit_ref, object=person.id, grade=Grade.SENSITIVE)
    looks: dict[tuple[dt.date, str, str], Look] = {}
    for event in events:
        body = json.loads(event.body)
        if body["grade"] >= Grade.COMPARTMENT or withheld.hides(event, body):
            continue
        part = "your file" if event.object == person.id else titles.get(kinds.get(event.object, ""), "a record")
        part = "what happened, in a line each" if event.verb == "list" else part
        who, why = _role_words(body, agencies), WHY.get(body["via"], WHY[""])
        look = looks.setdefault((today(event.at), who, why), Look(today(event.at), who, why))
        did = "began" if (event.verb, event.object) == ("create", person.id) else DID[event.verb]
        look.parts.add(f"{did} {part[:1].lower() + part[1:]}")
    return sorted(looks.values(), key=lambda look: (look.day, look.who), reverse=True)


def _events(db: Session, person: Person, since: dt.datetime) -> list[Any]:
    """What was done about one young person, also in records that are about several."""
    columns = select(
        AuditEvent.seq, AuditEvent.at, AuditEvent.actor, AuditEvent.verb, AuditEvent.object, AuditEvent.body
    )
    here = columns.where(AuditEvent.hub_id == person.hub_id, AuditEvent.verb.in_(DID), AuditEvent.at >= since)
    newest = AuditEvent.seq.desc()
    found = {
        event.seq: event
        for event in db.execute(here.where(AuditEvent.subject == person.audit_ref).order_by(newest).limit(MOST))
    }
    own = select(RecordPerson.record_id).where(RecordPerson.person_id == person.id)
    several = db.scalars(
        select(RecordPerson.record_id)
        .where(RecordPerson.record_id.in_(own))
        .group_by(RecordPerson.record_id)
        .having(func.count() > 1)
    ).all()
    for start in range(0, len(several), 500):
        some = here.where(AuditEvent.object.in_(several[start : start + 500])).order_by(newest).limit(MOST)
        found |= {event.seq: event for event in db.execute(some)}
    return [found[seq] for seq in sorted(found, reverse=True)]


def _kinds(db: Session, ids: Sequence[str]) -> dict[str | None, str]:
    wanted = sorted(set(ids))
    return {
        row.id: row.kind
        for start in range(0, len(wanted), 500)
        for row in db.execute(select(Record.id, Record.kind).where(Record.id.in_(wanted[start : start + 500])))
    }


@dataclass(frozen=True)
class _Withheld:
    """Records that tell of a danger, and whoever was shown something that the young person was not told of."""

    dangers: frozenset[str]
    untold: frozenset[str]

    def hides(self, event: Any, body: Mapping[str, Any]) -> bool:
        by = {event.actor, body["agency"]}
        return event.object in self.dangers or (body["via"] == "share" and bool(by & self.untold))


def _withheld(db: Session, person: Person) -> _Withheld:
    dangers = db.scalars(
        select(Due.record_id)
        .join(RecordPerson, RecordPerson.record_id == Due.record_id)
        .where(Due.rule == "danger", RecordPerson.person_id == person.id)
    )
    untold = db.execute(select(Share.staff_id, Share.agency_id).where(Share.person_id == person.id, ~Share.told))
    return _Withheld(frozenset(id for id in dangers if id), frozenset(id for row in untold for id in row if id))


def _role_words(body: Mapping[str, Any], agencies: Mapping[str, str]) -> str:
    names = [ROLES[role]["name"] for role in body["roles"] if role in ROLES]
    return ", ".join(filter(None, [" and ".join(names) or "The hub itself", agencies.get(body["agency"] or "", "")]))


def shared_with(db: Session, viewer: Viewer, person: Person) -> list[dict[str, Any]]:
    """Whom it was shared with and until when, by role and agency, as far as the young person was told."""
    with unwalled(db, viewer.hub_id):
        rows = db.scalars(
            select(Share).where(Share.person_id == person.id, Share.told, Share.decision.in_(shares.SHARED))
        ).all()
        return [
            {"who": _recipient(db, row), "purpose": row.purpose, "parts": row.parts, "until": row.until} for row in rows
        ]


def _recipient(db: Session, share: Share) -> str:
    staff = db.get(Staff, share.staff_id) if share.staff_id else None
    agency = db.get(Agency, staff.agency_id if staff else share.agency_id)
    roles = " and ".join(ROLES[role]["name"] for role in staff.roles if role in ROLES) if staff else ""
    return ", ".join(filter(None, [roles, agency.name if agency else ""]))


def readers(db: Session, hub_id: str, *, subject: str | None = None, object: str | None = None) -> Sequence[Any]:
    """(name, agency, roles, first, last, times) of everybody who saw a young person's file, or one record."""
    about = AuditEvent.subject == subject if object is None else AuditEvent.object == object
    actor = func.coalesce(AuditEvent.actor, "").label("actor")  # not the bare column: its index would be walked whole
    seen = (
        select(
            actor,
            func.min(AuditEvent.at).label("first"),
            func.max(AuditEvent.at).label("last"),
            func.count().label("times"),
        )
        .where(AuditEvent.hub_id == hub_id, about, AuditEvent.verb.in_(LOOKS))
        .group_by(actor)
        .subquery()
    )
    return db.execute(
        select(Staff.name, Agency.name.label("agency"), Staff.roles, seen.c.first, seen.c.last, seen.c.times)
        .join(Staff, Staff.id == seen.c.actor)
        .join(Agency, Agency.id == Staff.agency_id)
        .order_by(seen.c.last.desc())
    ).all()


def draw(db: Session, hub_id: str, since: dt.datetime, now: dt.datetime) -> int:
    """Draw one in twenty of the looks that no relation explains, for review; how many were drawn. Twice is once."""
    looks = db.execute(
        select(AuditEvent.seq, AuditEvent.at, AuditEvent.actor, AuditEvent.subject, AuditEvent.body, AuditEvent.hash)
        .where(AuditEvent.hub_id == hub_id, AuditEvent.at >= since, AuditEvent.at < now, AuditEvent.verb == "view")
        .where(AuditEvent.subject.is_not(None))
        .order_by(AuditEvent.seq)
    )
    known = set(db.scalars(select(Review.seq).where(Review.hub_id == hub_id, Review.looked_at >= since)))
    drawn = [look for look in looks if look.seq not in known and _drawn(look)]
    for look in drawn:
        facts = {"seq": look.seq, "actor": look.actor, "subject": look.subject, "looked_at": look.at}
        db.add(Review(id=uuid7(), hub_id=hub_id, **facts))
    if drawn:
        _ask(db, hub_id, now, len(drawn))
    return len(drawn)


def _drawn(look: Any) -> bool:
    """By lot: the chain's own hash decides, so that nobody chooses and a second draw is the same."""
    return json.loads(look.body)["via"] == "hub" and int.from_bytes(look.hash[:4], "big") % ONE_IN == 0


def _ask(db: Session, hub_id: str, now: dt.datetime, count: int) -> None:
    asked = [staff for staff in overseers(db, now) if staff.hub_id == hub_id]
    hub = Viewer(id="", hub_id=hub_id, agency_id="", roles=frozenset(), now=now)
    for staff in [one for one in asked if any(ROLES[role].get("oversees") for role in one.roles)] or asked:
        says = f"Look at {count} {'look' if count == 1 else 'looks'} without an allocation"
        actions.promise(db, hub, says, staff.id, today(now) + dt.timedelta(days=7), link=QUEUE)


def waiting(db: Session) -> Sequence[Any]:
    """(review, who looked) that wait for the viewer, oldest first."""
    return db.execute(
        select(Review, Staff.name)
        .join(Staff, Staff.id == Review.actor)
        .where(Review.reviewed_at.is_(None))
        .order_by(Review.looked_at)
        .limit(100)
    ).all()


def review(db: Session, viewer: Viewer, row: Review, outcome: str, words: str) -> None:
    """By somebody else, once. Raises Refused."""
    if row.actor == viewer.id or not (viewer.leads or viewer.may("oversees")):
        raise Refused("Somebody else reviews this.")
    if row.reviewed_at is None:
        row.reviewed_at, row.reviewed_by = viewer.now, viewer.id
        row.outcome, row.words = outcome, words
        audit.note(db, "review look", subject=row.subject, object=row.id, reason=outcome)
        db.flush()
    if not waiting(db):
        own = select(Action).where(Action.owner_id == viewer.id, Action.link == QUEUE, Action.ended_at.is_(None))
        for action in db.scalars(own).all():
            actions.end(db, viewer, action, "done")
