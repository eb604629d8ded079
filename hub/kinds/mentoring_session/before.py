"""What went before a mentoring session: earlier ones, goals, steps still open, and what they let one tap say."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from sqlalchemy import and_, func, or_, select

from hub import agencies
from hub.actions import Action, Goal
from hub.agencies import Hub
from hub.clock import wall
from hub.kinds.mentoring_session.words import MISSED, NEXT_STEPS, NOBODYS_CHOICE, PRESENT, RELATIONSHIP, STRENGTHS
from hub.people import Person
from hub.records import Deed, Record, RecordPerson, people_of, steps_done
from hub.reminders import Due

SAME_DAY = dt.timedelta(hours=18)
SOON = dt.timedelta(days=7)
QUARTER = 15
TEXTABLE = ("sms", "whatsapp", "call")
KIND = "Hi, sorry we missed each other today. No trouble at all. Hope you are OK. When suits you next?"
NEUTRAL = "Hi, sorry I missed you today. Hope all is well. When suits you next?"


def earlier(deed: Deed, most: int = 20) -> Sequence[Any]:
    """The answers of the sessions before this one with the same young person, the latest first."""
    kind: Any = deed.kind
    query = (
        select(kind)
        .join(Record, Record.id == kind.record_id)
        .join(RecordPerson, RecordPerson.record_id == Record.id)
        .where(RecordPerson.person_id.in_(deed.people), RecordPerson.kind == kind.slug, kind.version == Record.version)
        .order_by(RecordPerson.happened_at.desc(), RecordPerson.record_id.desc())
        .limit(most)
    )
    if deed.record is not None:
        query = query.where(Record.id != deed.record.id, RecordPerson.happened_at <= deed.record.happened_at)
    return deed.db.scalars(query).all() if deed.people else []


def due_now(last: Any, now: dt.datetime) -> dt.datetime:
    """When this session was meant to be: as agreed last time, if that is about now; else this quarter of an hour."""
    agreed: dt.datetime | None = last.next_session_at if last else None
    if agreed and agreed <= now < agreed + SAME_DAY:
        return agreed
    here = wall(now)
    return here.replace(minute=here.minute - here.minute % QUARTER, second=0, microsecond=0)


def missed_last(deed: Deed) -> bool:
    """Whether the last session that was theirs to come to was missed as well (R-50)."""
    theirs = (session.status for session in earlier(deed) if session.status not in NOBODYS_CHOICE)
    return next(theirs, None) == MISSED


def number(deed: Deed) -> int:
    """Which meeting of these two this is."""
    kind: Any = deed.kind
    query = (
        select(func.count())
        .select_from(kind)
        .join(Record, Record.id == kind.record_id)
        .join(RecordPerson, RecordPerson.record_id == Record.id)
        .where(
            RecordPerson.person_id.in_(deed.people),
            RecordPerson.kind == kind.slug,
            RecordPerson.happened_at <= deed.made.happened_at,
            Record.author_id == deed.made.author_id,
            kind.version == Record.version,
            kind.status.in_(PRESENT),
        )
    )
    return deed.db.scalar(query) or 0


def goals(deed: Deed) -> list[tuple[str, str]]:
    """Their own goals, and the one that every pair has. A kept record may name goals that have ended."""
    query = select(Goal.id, Goal.says).where(Goal.person_id.in_(deed.people)).order_by(Goal.made_at)
    if deed.record is None:
        query = query.where(Goal.ended_at.is_(None))
    found = [(id, says) for id, says in deed.db.execute(query)] if deed.people else []
    known = [*found, *RELATIONSHIP.items()]
    return known + _unnamed(known, kept(deed, "goals_worked"), "Another goal")


def strengths(deed: Deed) -> list[tuple[str, str]]:
    """Every strength, those of last time first."""
    last = next(iter(earlier(deed, 1)), None)
    again = (last.strengths_seen or []) if last else []
    return [*((name, STRENGTHS[name]) for name in again if name in STRENGTHS)] + [
        (name, says) for name, says in STRENGTHS.items() if name not in again
    ]


def next_steps(deed: Deed) -> list[tuple[str, str]]:
    """Steps still open that one tap carries on with, then the two that are always there."""
    query = select(Action.id, Action.says).where(Action.person_id.in_(deed.people)).order_by(Action.made_at)
    if deed.record is None:
        query = query.where(Action.owner_id == deed.viewer.id, Action.ended_at.is_(None))
    found = [(id, f"Still: {says}") for id, says in deed.db.execute(query)] if deed.people else []
    known = [*found, *NEXT_STEPS.items()]
    return known + _unnamed(known, [kept(deed, "next_step")], "A step from before")


def kept(deed: Deed, name: str) -> Any:
    """An answer that the record in hand holds now; nothing for a new one."""
    kind: Any = deed.kind
    if deed.record is None:
        return None
    query = select(getattr(kind, name)).where(kind.record_id == deed.record.id, kind.version == deed.record.version)
    return deed.db.scalar(query)


def _unnamed(known: Sequence[tuple[str, str]], chosen: Iterable[str | None] | None, says: str) -> list[tuple[str, str]]:
    """What was chosen and is not the viewer's to read, or not this young person's: that it was chosen, no more."""
    ids = {id for id, _ in known}
    return [(id, says) for id in chosen or () if id and id not in ids]


def colleagues(deed: Deed) -> list[tuple[str, str]]:
    return [(staff.id, staff.name) for staff in agencies.colleagues(deed.db, deed.now)]


def context(deed: Deed) -> dict[str, Any]:
    """What the session's own page shows beside the answers."""
    deed.people = people_of(deed.db, deed.made)
    whose = deed.made.author_id == deed.viewer.id
    met = deed.values.get("status") in PRESENT
    sent = "kind-message" in steps_done(deed.db, deed.made)
    return {
        "number": number(deed) if met else None,
        "message": kind_message(deed) if whose and not sent and deed.values.get("status") == MISSED else None,
        "danger": danger(deed) if deed.values.get("worry") == "immediate" else None,
        "scales": scales_offered(deed) if whose else None,
        "match": match(deed),
    }


def danger(deed: Deed) -> dict[str, str | None] | None:
    """Whom to ring, until what was done is written down."""
    if "answer" in steps_done(deed.db, deed.made):
        return None
    hub = deed.db.get_one(Hub, deed.viewer.hub_id)
    return {"duty": hub.duty_phone, "mash": hub.settings.get("mash_phone")}


def scales_offered(deed: Deed) -> str | None:
    """Whose distance travelled is due: a clock of it runs out within the week, or asks at once."""
    soon = deed.now + SOON
    query = select(Due.person_id).where(
        Due.person_id.in_(deed.people),
        Due.resolved_at.is_(None),
        or_(
            Due.rule.in_(("scales.first", "scales.ending")),
            and_(Due.rule.in_(("scales", "scales.after")), Due.due_at <= soon),
        ),
    )
    return deed.db.scalar(query.limit(1))


def match(deed: Deed) -> str | None:
    """The record of why these two were brought together."""
    query = (
        select(Record.id)
        .join(RecordPerson, RecordPerson.record_id == Record.id)
        .where(RecordPerson.person_id.in_(deed.people), Record.kind == "mentor-match")
        .order_by(Record.happened_at.desc())
    )
    return deed.db.scalar(query.limit(1))


def kind_message(deed: Deed) -> dict[str, Any]:
    """How to reach them kindly: a text to their safe number, or why the phone must stay silent."""
    reach = deed.db.execute(
        select(Person.channel, Person.phone, Person.device_shared).where(Person.id.in_(deed.people))
    ).first()
    told: dict[str, Any] = {"href": None, "by_worker": False}
    if reach is None or reach.channel not in TEXTABLE or not reach.phone:
        return told | {"by_worker": reach is not None and reach.channel == "via_worker"}
    says = NEUTRAL if reach.device_shared is not False else KIND
    return told | {"href": f"sms:{quote(reach.phone)}?body={quote(says)}", "says": says}
