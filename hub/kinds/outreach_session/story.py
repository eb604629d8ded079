"""What a session's pages tell beside its answers: who is out, the counts, whom they met, what waits."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from hub.access import Viewer
from hub.agencies import Hub, wards
from hub.ids import uuid7
from hub.kinds.outreach_session import crew, danger_call, place, rules, street_contacts
from hub.kinds.outreach_session.danger_call import DangerCall
from hub.kinds.outreach_session.follow_up import FollowUp
from hub.kinds.outreach_session.named_contact import NamedContact
from hub.kinds.outreach_session.place import HotspotObservation
from hub.kinds.outreach_session.quick_count import QuickCount, tally
from hub.kinds.outreach_session.welfare_ping import WelfarePing, next_check_in
from hub.kinds.outreach_session.words import CALLED, CALLS_FOR_HELP, DEPTHS, PINGS, SEXES, SIGHTS, TENSION, THEMES
from hub.people import Person
from hub.records import Deed, Record, RecordPerson, Transition, children, transitions

A_MOMENT = dt.timedelta(minutes=3)


@dataclass(frozen=True)
class Met:
    """One named contact, told with no more than its viewer may see."""

    id: str
    at: dt.datetime
    author: str
    name: str
    person_id: str | None
    ref: str
    standing: str | None
    said: str | None
    danger: str
    promised: str | None
    promised_by: str | None
    promised_on: dt.date | None
    street_id: str | None


def counters(deed: Deed) -> Sequence[tuple[str, str]]:
    """Whose counts may hold: everybody's added up, or one worker's."""
    everybody = [("all", "Add them up")]
    by = tally(deed.db, deed.record).by if deed.record else {}
    return everybody + [(worker, f"{name}: {count}") for worker, (name, count) in by.items()]


def running(db: Session, viewer: Viewer) -> Record | None:
    """The session the viewer was out on at `viewer.now`; else the one that they are briefed for and about to start."""
    out = exists().where(crew.Crew.record_id == Record.id, crew.Crew.staff_id == viewer.id)
    step = aliased(Transition)
    begun = exists().where(step.record_id == Record.id, step.state == "live", step.at <= viewer.now)
    finished = exists().where(
        Transition.record_id == Record.id, Transition.state == "closed", Transition.at < viewer.now
    )
    live = db.scalar(select(Record).where(out, begun, ~finished).order_by(Record.happened_at.desc()).limit(1))
    return live or db.scalar(select(Record).where(out, Record.state == "briefed").order_by(Record.happened_at).limit(1))


def told(kind: Any, db: Session, viewer: Viewer, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
    history = transitions(db, record)
    began = next((step.at for step in history if step.state == "live"), None)
    pings = children(db, WelfarePing, record)
    hub = db.get(Hub, record.hub_id)
    return {
        "crew": (out := crew.crew(db, record.id)),
        "phones_of_crew": {one.staff_id: one.work_phone for one in out if one.work_phone},
        "belongs": crew.belongs(db, viewer, record),
        "is_out": crew.is_out(db, viewer, record),
        "names": dict(crew.choices(Deed(db, viewer, QuickCount, record, {}))),
        "ward": dict(wards(db)).get(values["ward"], values["ward"]),
        "tally": tally(db, record, values["counted_by"]),
        "sexes": list(SEXES.values()),
        "theme_words": THEMES,
        "counts": children(db, QuickCount, record),
        "met": (met := whom(db, record)),
        "just_noted": just_noted(db, viewer, record),
        "promised": [one for one in met if one.promised],
        "depth": [(DEPTHS[cell.partition(".")[0]], count) for cell, count in (values["depth"] or {}).items()],
        "places": [
            (row, [SIGHTS[sight] for sight in row.HotspotObservation.saw])
            for row in children(db, HotspotObservation, record)
        ],
        "pings": [(row, PINGS[row.WelfarePing.says]) for row in pings],
        "help_asked": next((row for row in reversed(pings) if row.WelfarePing.says in CALLS_FOR_HELP), None),
        "follow_ups": children(db, FollowUp, record),
        "danger_now": danger_call.unanswered(db, record),
        "danger_calls": [
            (row, [CALLED[done] for done in row.DangerCall.called]) for row in children(db, DangerCall, record)
        ],
        "began": began,
        "ended": next((step.at for step in history if step.state == "closed"), None),
        "next_check_in": next_check_in(db, record),
        "now": viewer.now,
        "before_start": rules.before_start(db, record, values) if record.state in ("planned", "briefed") else [],
        "accepted": rules.has_accepted(db, record, values),
        "route": (found := place.route(db, values["route"])),
        "route_stale": place.is_stale(found, viewer.now),
        "duty_phone": hub.duty_phone if hub else "",
        "mash_phone": hub.settings.get("mash_phone") if hub else None,
        "ping_id": uuid7(),
        "help_id": uuid7(),
        "last_tension": _tension(rules.last_tension(db, kind, record, values["ward"])),
        "lately": lately(db, kind, viewer.now, values["ward"]) if record.state == "planned" else [],
    }


def _tension(found: Any) -> tuple[str, dt.datetime] | None:
    return (TENSION[found.tension], found.happened_at) if found else None


def just_noted(db: Session, viewer: Viewer, record: Record) -> Record | None:
    """What the viewer saved a moment ago, so that a slip of the thumb is put right at once."""
    return db.scalar(
        select(Record)
        .where(
            Record.parent_id == record.id,
            Record.author_id == viewer.id,
            Record.kind != WelfarePing.slug,
            Record.written_at > viewer.now - A_MOMENT,
        )
        .order_by(Record.written_at.desc(), Record.id.desc())
        .limit(1)
    )


def whom(db: Session, record: Record) -> list[Met]:
    """Whom they met, named only where the viewer may see the name."""
    nicknames = street_contacts.met(db, record)
    found = []
    for row in children(db, NamedContact, record):
        person = next(
            iter(
                db.scalars(
                    select(Person)
                    .join(RecordPerson, RecordPerson.person_id == Person.id)
                    .where(RecordPerson.record_id == row.id)
                )
            ),
            None,
        )
        street = nicknames.get(row.id)
        found.append(
            Met(
                row.id,
                row.happened_at,
                row.author,
                person.preferred_name if person else f"“{street.nickname}”" if street else "Somebody",
                person.id if person else None,
                person.ref if person else "",
                person.standing if person else None,
                row.NamedContact.said,
                row.NamedContact.danger,
                row.NamedContact.follow_up,
                row.NamedContact.follow_up_by,
                row.NamedContact.follow_up_on,
                street.id if street else None,
            )
        )
    return found


def lately(db: Session, kind: Any, now: dt.datetime, ward: str) -> Sequence[Any]:
    """(line, when) of what crews saw at places in this ward in the last four weeks, newest first."""
    here: Any = select(kind.record_id).where(kind.ward == ward)
    return db.execute(
        select(Record.line, Record.happened_at)
        .where(
            Record.kind == HotspotObservation.slug, Record.happened_at > now - rules.LATELY, Record.parent_id.in_(here)
        )
        .order_by(Record.happened_at.desc())
        .limit(6)
    ).all()
