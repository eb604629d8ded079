"""What follows from a mentoring session: messages, welfare checks, steps promised, the lead told, the next date kept."""

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from hub import actions, agencies, hand_overs, reminders
from hub.agencies import Hub
from hub.clock import day_start, today
from hub.kinds.mentoring_session.before import missed_last, number
from hub.kinds.mentoring_session.words import MISSED, PRESENT
from hub.records import Deed, Record, RecordPerson, alarms
from hub.reminders import Due

EARLY = 3
ANSWERS = {"kind-message": "R-50", "welfare-check": "R-50.welfare", "answer": alarms.DANGER}


def follow(deed: Deed) -> None:
    if deed.act is not None:
        _answer(deed, ANSWERS[deed.act.slug])
        return
    if not deed.past:
        hand_overs.take_up(deed.db, deed.viewer, deed.people, deed.kind.slug)
    _missed(deed)
    _worry(deed)
    _step(deed)
    _next_session(deed)
    _ending(deed)
    _scales(deed)
    _incentive(deed)


def _missed(deed: Deed) -> None:
    """R-50: a kind message the same day; twice in a row, a welfare check. Seeing them answers both."""
    if _became(deed, "status", MISSED):
        twice = missed_last(deed)
        for code in ("R-50", "R-50.welfare") if twice else ("R-50",):
            reminders.start(deed.db, deed.viewer, code, record_id=deed.made.id, person_id=deed.people[0])
    elif deed.values["status"] != MISSED and deed.past.get("status") == MISSED:
        _answer(deed, "R-50", "R-50.welfare")
    if deed.values["status"] in PRESENT:
        reminders.resolve(deed.db, deed.viewer, "R-50", "R-50.welfare", person_id=deed.people[0], by=deed.made.id)


def _worry(deed: Deed) -> None:
    if _became(deed, "worry", "today"):
        _tell_lead(deed, "Worry after a mentoring session: read it today", today(deed.now))
    if _became(deed, "worry", "immediate"):
        alarms.alarm(deed, "Danger now, after a mentoring session: read it and ring the mentor")


def _step(deed: Deed) -> None:
    says, who = deed.values.get("next_step_told"), deed.values.get("next_step_owner")
    if not says or says == deed.past.get("next_step_told"):
        return
    owner = deed.values.get("next_step_staff") if who == "colleague" else deed.viewer.id
    if owner is not None:
        says = f"{says} (theirs to do; ask how it went)" if who == "them" else says
        _tell(deed, owner, says, deed.values.get("next_step_due"))


def _next_session(deed: Deed) -> None:
    following = deed.values.get("next_session_at")
    if following == deed.past.get("next_session_at") and deed.past:
        return
    if not deed.past:
        reminders.resolve(deed.db, deed.viewer, "next-session", person_id=deed.people[0], by=deed.made.id)
    else:
        _answer(deed, "next-session")
    if following is not None and following > deed.now:
        reminders.start(
            deed.db,
            deed.viewer,
            "next-session",
            record_id=deed.made.id,
            person_id=deed.people[0],
            owner_id=deed.made.author_id,
            due_at=following,
        )


def _ending(deed: Deed) -> None:
    if deed.values.get("ending_funding") and not deed.past.get("ending_funding"):
        _tell_lead(deed, "A mentoring match ends because the money stopped", today(deed.now))
    if deed.values.get("ending") and not deed.past.get("ending"):
        reminders.start(deed.db, deed.viewer, "scales.ending", record_id=deed.made.id, person_id=deed.people[0])


def _scales(deed: Deed) -> None:
    """The first scales are wanted by the third session; those after them keep their own clock."""
    early = not deed.past and deed.values["status"] in PRESENT and number(deed) <= EARLY
    known = select(func.count()).where(Due.person_id == deed.people[0], Due.rule.like("scales%"))
    taken = select(func.count()).where(
        RecordPerson.person_id == deed.people[0], RecordPerson.kind == "distance-travelled"
    )
    if early and not deed.db.scalar(known) and not deed.db.scalar(taken):
        reminders.start(deed.db, deed.viewer, "scales.first", record_id=deed.made.id, person_id=deed.people[0])


def _incentive(deed: Deed) -> None:
    """Money already spent is kept as it was; a lead hears when it passes the hub's cap for the quarter."""
    if deed.values.get("incentive_pounds") in (None, deed.past.get("incentive_pounds")):
        return
    settings = deed.db.scalar(select(Hub.settings).where(Hub.id == deed.viewer.hub_id)) or {}
    cap = settings.get("incentive_cap_pounds")
    if cap is not None and _spent(deed) > cap:
        _tell_lead(deed, f"Incentives this quarter are over the cap of £{cap}", today(deed.now))


def _spent(deed: Deed) -> int:
    kind: Any = deed.kind
    query = (
        select(func.sum(kind.incentive_pounds))
        .join(Record, Record.id == kind.record_id)
        .join(RecordPerson, RecordPerson.record_id == Record.id)
        .where(
            RecordPerson.person_id == deed.people[0],
            RecordPerson.happened_at >= _quarter(today(deed.made.happened_at)),
            kind.version == Record.version,
        )
    )
    return deed.db.scalar(query) or 0


def _quarter(day: dt.date) -> dt.datetime:
    return day_start(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1))


def _became(deed: Deed, name: str, value: str) -> bool:
    return deed.values.get(name) == value and deed.past.get(name) != value


def _answer(deed: Deed, *codes: str) -> None:
    for code in codes:
        reminders.resolve(deed.db, deed.viewer, code, record_id=deed.made.id, by=deed.made.id)


def _tell_lead(deed: Deed, says: str, due_on: dt.date) -> None:
    for lead in agencies.leads(deed.db, deed.now)[:1]:
        _tell(deed, lead.id, says, due_on)


def _tell(deed: Deed, owner_id: str, says: str, due_on: dt.date | None) -> None:
    actions.promise(deed.db, deed.viewer, says, owner_id, due_on, person_id=deed.people[0], record_id=deed.made.id)
