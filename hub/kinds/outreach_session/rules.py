"""The rules of an outreach session: what stops a step, and what follows from one."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import reminders
from hub.access import Refused, Viewer
from hub.actions import promise
from hub.agencies import leads
from hub.clock import from_wall, today
from hub.kinds.outreach_session import crew, danger_call, welfare_ping
from hub.kinds.outreach_session.quick_count import tally, total
from hub.kinds.outreach_session.words import IMMEDIATE, KIT, WELLBEING, WORRYING
from hub.records import Deed, Impossible, Record, Transition, alarm

LONGEST = dt.timedelta(hours=5)
LATELY = dt.timedelta(days=28)
USUAL = dt.time(18, 30), dt.timedelta(hours=3)
ANYBODY = ("safety-acceptance", "lone-approval", "sign-off")
Errors = dict[str, str]


def prefilled(deed: Deed) -> dict[str, Any]:
    """A plan begins this evening; a close begins with what the counts already said."""
    if deed.act is None:
        starts = from_wall(dt.datetime.combine(today(deed.now), USUAL[0]))
        return {"lead": deed.viewer.id, "planned_start": starts, "planned_end": starts + USUAL[1], "route": "none"}
    if deed.act.slug == "close":
        counted = tally(deed.db, deed.made)
        return {"themes": counted.themes, "weather": deed.values["forecast"], "counted_by": "all"}
    if deed.act.slug == "briefing":
        known = last_tension(deed.db, deed.kind, deed.made, deed.values["ward"])
        return {"kit": list(KIT), "tension": known.tension if known else None}
    return {}


def last_tension(db: Session, kind: Any, record: Record, ward: str) -> Any:
    """(tension, when) as the crew before this one found it in this ward, within four weeks."""
    return db.execute(
        select(kind.tension, Record.happened_at)
        .join(Record, Record.id == kind.record_id)
        .where(kind.version == Record.version, kind.ward == ward, kind.tension.is_not(None), Record.id != record.id)
        .where(Record.happened_at > record.happened_at - LATELY, Record.happened_at < record.happened_at)
        .order_by(Record.happened_at.desc())
        .limit(1)
    ).first()


def blurred(position: str | None) -> str | None:
    """A position to 100 metres: three decimals of a degree. Words are kept as they are."""
    found = re.fullmatch(r"\s*(-?\d{1,3}\.\d+)\s*,\s*(-?\d{1,3}\.\d+)\s*", position or "")
    return ", ".join(f"{float(part):.3f}" for part in found.groups()) if found else position


def check(deed: Deed) -> Errors:
    if deed.act is None:
        return _plan(deed) | _sums(deed)
    steps: Mapping[str, Callable[[Deed], Errors]] = {"briefing": _briefing, "start": _start, "close": _close}
    own = steps.get(deed.act.slug)
    return own(deed) if own else {}


def _plan(deed: Deed) -> Errors:
    values = deed.values
    errors: Errors = {}
    if values.get("safety_phoned") is False:
        return {"safety_phoned": "Phone your safety contact first: nobody goes out without one"}
    if "planned_start" in values:
        errors |= _hours(deed)
    author = deed.record.author_id if deed.record else deed.viewer.id
    if len(crew.out_on(values, author)) < 2 and not values.get("alone_reason"):
        errors["staff"] = "Two people go out. For one alone, say why below: a lead must agree"
    if values.get("safety_contact") in crew.out_on(values, author):
        errors["safety_contact"] = "Choose somebody who is not going out"
    if values.get("purpose") == "post_incident" and not values.get("incident"):
        errors["incident"] = "Give the reference of the incident"
    return errors


def _hours(deed: Deed) -> Errors:
    starts, ends = deed.values["planned_start"], deed.values["planned_end"]
    if starts is None and not deed.values.get("safety_phoned"):
        return {"planned_start": "When does it start?"}
    if starts and ends and not starts < ends <= starts + LONGEST:
        return {"planned_end": "The end comes after the start, at most 5 hours on"}
    return {}


def _briefing(deed: Deed) -> Errors:
    errors = {}
    missing = [says for item, says in KIT.items() if item not in (deed.values["kit"] or ())]
    if missing and not deed.values["kit_reason"]:
        errors["kit_reason"] = f"Say why you go without: {', '.join(missing).lower()}"
    if not deed.values["read"]:
        errors["read"] = "Everybody going out reads this first"
    return errors


def _start(deed: Deed) -> Errors:
    missing = before_start(deed.db, deed.made, deed.values)
    return {"position": missing[0]} if missing else {}


def before_start(db: Session, record: Record, values: Mapping[str, Any]) -> list[str]:
    """What still stands between a session and the street."""
    missing = []
    if not values.get("safety_contact"):
        missing.append("Choose a safety contact")
    elif not has_accepted(db, record, values):
        missing.append("The safety contact must accept first")
    if len(crew.out_on(values, record.author_id)) < 2 and not values.get("alone_agreed"):
        missing.append("A lead must agree that one person goes out alone")
    return missing


def has_accepted(db: Session, record: Record, values: Mapping[str, Any]) -> bool:
    """Whether the safety contact named now is the one who said yes."""
    said = db.scalars(
        select(Transition.by)
        .where(Transition.record_id == record.id, Transition.act == "safety-acceptance")
        .order_by(Transition.at.desc(), Transition.id.desc())
    ).first()
    return bool(values.get("accepted")) and said == values.get("safety_contact")


def may_take(db: Session, viewer: Viewer, record: Record, values: Mapping[str, Any], step: str) -> bool:
    """Whether a page offers this step to this colleague; `follow` refuses it all the same.

    Those who are out finish from their street view, which has other things to offer first.
    """
    match step:
        case "safety-acceptance":
            return viewer.id == values.get("safety_contact") and not has_accepted(db, record, values)
        case "lone-approval":
            alone = len(crew.out_on(values, record.author_id)) < 2
            return crew.may_lead(db, viewer, record) and alone and values.get("alone_agreed") is None
        case "sign-off":
            return crew.may_lead(db, viewer, record)
        case "close":
            return crew.belongs(db, viewer, record) and not crew.is_out(db, viewer, record)
        case "start":
            return crew.belongs(db, viewer, record) and not before_start(db, record, values)
    return crew.belongs(db, viewer, record)


def _close(deed: Deed) -> Errors:
    if danger_call.unanswered(deed.db, deed.made):
        return {"danger": "First write down what was done about the danger"}
    return _sums(deed)


def _sums(deed: Deed) -> Errors:
    """Nobody is counted twice: neither depth nor new faces come to more than were met."""
    values = deed.values
    if deed.record is None or not (values.get("depth") or values.get("new_faces")):
        return {}
    met = tally(deed.db, deed.record, values.get("counted_by")).total
    errors = {}
    if total(values["depth"]) > met:
        errors["depth"] = f"This comes to {total(values['depth'])}, but you met {met}. Count each person once"
    if (values["new_faces"] or 0) > met:
        errors["new_faces"] = f"You met {met}, so there cannot be more new faces"
    return errors


def follow(deed: Deed) -> None:
    if deed.act is None:
        _planned(deed)
        return
    if deed.act.slug not in ANYBODY:
        crew.must_belong(deed, deed.made)
    {
        "safety-acceptance": _accepted,
        "lone-approval": _only_a_lead,
        "briefing": lambda deed: None,
        "start": _started,
        "close": _closed,
        "debrief": _debriefed,
        "sign-off": _signed_off,
        "calling-off": _called_off,
    }[deed.act.slug](deed)


def _planned(deed: Deed) -> None:
    """New or corrected: who is on it, and what waits for them."""
    record, values = deed.made, deed.values
    crew.keep(deed)
    if record.state == "live" and not deed.past:
        welfare_ping.expect(deed, record)
    if record.state not in ("planned", "briefed"):
        return
    for code in ("outreach-start", "safety-contact"):
        reminders.resolve(deed.db, deed.viewer, code, record_id=record.id, by=record.id)
    starts = values["planned_start"]
    for staff in crew.out_on(values, record.author_id):
        reminders.start(deed.db, deed.viewer, "outreach-start", record_id=record.id, owner_id=staff, due_at=starts)
    if values["safety_contact"] and not has_accepted(deed.db, record, values):
        owner = values["safety_contact"]
        reminders.start(deed.db, deed.viewer, "safety-contact", record_id=record.id, owner_id=owner, due_at=starts)


def _accepted(deed: Deed) -> None:
    if deed.viewer.id != deed.values["safety_contact"]:
        raise Refused("Only the safety contact can say that.")
    reminders.resolve(deed.db, deed.viewer, "safety-contact", record_id=deed.made.id, by=deed.made.id)
    if not deed.values["accepted"]:
        says = f"Find another safety contact: {deed.viewer.name} cannot"
        lead = deed.values["lead"] or deed.made.author_id
        promise(deed.db, deed.viewer, says, lead, today(deed.now), record_id=deed.made.id)


def _only_a_lead(deed: Deed) -> None:
    if not crew.may_lead(deed.db, deed.viewer, deed.made):
        raise Refused("Only a lead can do that, and an acting lead not for an evening of their own.")


def _started(deed: Deed) -> None:
    if len(crew.of_part(deed.db, deed.made.id, crew.LEAD, crew.OUT)) == 0:
        raise Impossible("Nobody is named to go out.")
    reminders.resolve(deed.db, deed.viewer, "outreach-start", record_id=deed.made.id, by=deed.made.id)
    welfare_ping.expect(deed, deed.made)


def _closed(deed: Deed) -> None:
    record = deed.made
    welfare_ping.stop(deed, record)
    if deed.values["all_safe"]:
        reminders.resolve(deed.db, deed.viewer, welfare_ping.HELP, record_id=record.id, by=record.id)
    else:
        alarm(deed, f"Not everybody is safe after outreach. Ring {deed.viewer.name}.")
    if deed.values["danger"] == IMMEDIATE:
        alarm(deed, f"Danger now, told on outreach. Ring {deed.viewer.name}.")
    debriefer = next(iter(crew.of_part(deed.db, record.id, crew.LEAD)), record.author_id)
    reminders.start(deed.db, deed.viewer, "debrief", record_id=record.id, owner_id=debriefer)
    for lead in leads(deed.db, deed.now):
        reminders.start(deed.db, deed.viewer, "sign-off", record_id=record.id, owner_id=lead.id)


def _debriefed(deed: Deed) -> None:
    reminders.resolve(deed.db, deed.viewer, "debrief", record_id=deed.made.id, by=deed.made.id)
    score = deed.values["wellbeing"]
    if score <= WORRYING:
        says = f"Check in with {deed.viewer.name} after outreach: {WELLBEING[str(score)].lower()}, {score} of 5"
        for lead in leads(deed.db, deed.now)[:1]:
            promise(deed.db, deed.viewer, says, lead.id, today(deed.now), record_id=deed.made.id)


def _signed_off(deed: Deed) -> None:
    _only_a_lead(deed)
    reminders.resolve(deed.db, deed.viewer, "sign-off", record_id=deed.made.id, by=deed.made.id)


def _called_off(deed: Deed) -> None:
    for code in ("outreach-start", "safety-contact", deed.kind.finish):
        reminders.resolve(deed.db, deed.viewer, code, record_id=deed.made.id, by=deed.made.id)
