"""A welfare ping: the crew say that they are all right, and what runs when they do not (R-48)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from hub import actions, reminders
from hub.access import Grade
from hub.agencies import leads
from hub.clock import today
from hub.forms import Typed, ask
from hub.kinds.outreach_session import crew
from hub.kinds.outreach_session.words import CALLS_FOR_HELP, PINGS, WRITERS
from hub.records import Deed, Kind, Record, Transition
from hub.reminders import rules

CHECK_IN, HELP = "welfare-ping", "need-help"
LADDER = {"R-48": crew.SAFETY, "R-48.call": crew.SAFETY, "R-48.lead": "", "R-48.police": ""}


class WelfarePing(Kind):
    slug = "welfare-ping"
    title = "Check-in"
    plural = "Check-ins"
    grade = Grade.OPERATIONAL
    writers = WRITERS
    parent = "outreach-session"
    offline = True
    about = "none"

    says: Mapped[str] = ask(
        "How are they?", "choice", choices=PINGS, enough=True, missing="Choose one", grade=Grade.OPERATIONAL
    )

    @classmethod
    def alarm(cls, typed: Typed) -> bool:
        return typed.first("says") in ("need_help", "code_word")

    @classmethod
    def line(cls, values: Mapping[str, Any]) -> str:
        return f"Check-in: {PINGS[values['says']]}"

    @classmethod
    def follow(cls, deed: Deed) -> None:
        session = crew.session_of(deed)
        crew.must_belong(deed, session)
        if session.state != "live":
            return
        expect(deed, session)
        if deed.values["says"] in CALLS_FOR_HELP:
            call_for_help(deed, session)


def expect(deed: Deed, session: Record) -> None:
    """The next check-in is due, and the ladder of R-48 stands behind it."""
    stop(deed, session)
    by = rules()[CHECK_IN].due(deed.now)
    for staff in crew.of_part(deed.db, session.id, crew.LEAD):
        reminders.start(deed.db, deed.viewer, CHECK_IN, record_id=session.id, owner_id=staff, due_at=by)
    safety = crew.of_part(deed.db, session.id, crew.SAFETY)
    leading = [staff.id for staff in leads(deed.db, deed.now)]
    for code, part in LADDER.items():
        for staff in (safety if part else ()) or leading:
            due = rules()[code].due(by)
            reminders.start(deed.db, deed.viewer, code, record_id=session.id, owner_id=staff, due_at=due)


def stop(deed: Deed, session: Record) -> None:
    for code in (CHECK_IN, *LADDER):
        reminders.resolve(deed.db, deed.viewer, code, record_id=session.id, by=deed.made.id)


def call_for_help(deed: Deed, session: Record) -> None:
    """The safety contact and every lead are told at once; only the end of the session stops it."""
    safety = crew.of_part(deed.db, session.id, crew.SAFETY)
    told = [*safety, *(staff.id for staff in leads(deed.db, deed.now) if staff.id not in safety)]
    for staff in told:
        reminders.start(deed.db, deed.viewer, HELP, record_id=session.id, owner_id=staff)
    for staff in told[:1]:
        says = f"Outreach needs help now: {PINGS[deed.values['says']].lower()}. Ring {deed.viewer.name}."
        actions.promise(deed.db, deed.viewer, says, staff, today(deed.now), record_id=session.id)


def next_check_in(db: Session, session: Record) -> dt.datetime | None:
    """When the crew are next expected to say that they are all right."""
    if session.state != "live":
        return None
    pings = select(Record.happened_at).where(Record.parent_id == session.id, Record.kind == WelfarePing.slug)
    begun = select(Transition.at).where(Transition.record_id == session.id, Transition.state == "live")
    heard = [*db.scalars(pings), *db.scalars(begun)]
    return rules()[CHECK_IN].due(max(heard)) if heard else None
