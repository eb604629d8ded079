"""A named contact: one young person met on the street, on their own timeline or under a nickname."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, Session

from hub.access import Grade, Relation, Viewer
from hub.actions import promise
from hub.clock import day_start, today
from hub.db import table_of
from hub.forms import Typed, ask
from hub.ids import uuid7
from hub.kinds.outreach_session import crew, street_contacts
from hub.kinds.outreach_session.words import BANDS, DANGER, FOLLOW_UP_DAYS, IMMEDIATE, WRITERS
from hub.people import Person
from hub.records import Deed, Impossible, Kind, Record, alarm, link

_OF_A_NICKNAME = ("age_guess", "look_out")


class NamedContact(Kind):
    slug = "named-contact"
    title = "Met on outreach"
    plural = "Named contacts"
    writers = WRITERS
    parent = "outreach-session"
    offline = True
    about = "maybe"

    said: Mapped[str | None] = ask("What about?", "text", limit=200, hint="“Asked about a CV”", group="summary")
    told: Mapped[bool | None] = ask(
        "Did you tell them what you write down?", "yes_no", needed=True, hint="What, why, and who can read it"
    )
    danger: Mapped[str] = ask(
        "Are they in danger now?",
        "choice",
        choices=DANGER,
        enough=True,
        missing="Say whether they are in danger now",
        near=True,
        group="safety",
    )
    follow_up: Mapped[str | None] = ask("What was promised?", "text", limit=140, hint="Leave empty if nothing")
    follow_up_by: Mapped[str | None] = ask("Who does it?", "staff", shown_if=("follow_up", ()))
    follow_up_on: Mapped[dt.date | None] = ask("By when?", "date", when="future", shown_if=("follow_up", ()))
    age_guess: Mapped[str | None] = ask(
        "About how old?", "choice", choices=BANDS, hint="Only for a nickname: we do not know them yet"
    )
    look_out: Mapped[str | None] = ask(
        "What to look out for", "text", limit=120, hint="Only for a nickname. It is deleted after 90 days"
    )

    @classmethod
    def alarm(cls, typed: Typed) -> bool:
        return typed.first("danger") == IMMEDIATE

    @classmethod
    def line(cls, values: Mapping[str, Any]) -> str:
        return cls.title

    @classmethod
    def summary(cls, values: Mapping[str, Any]) -> str:
        return f"{cls.title}: {values['said']}" if values["said"] else cls.title

    @classmethod
    def is_contact(cls, values: Mapping[str, Any]) -> bool:
        return True

    @classmethod
    def options(cls, deed: Deed) -> dict[str, Sequence[tuple[str, str]]]:
        return {"follow_up_by": crew.choices(deed)}

    @classmethod
    def prefilled(cls, deed: Deed) -> dict[str, Any]:
        return {"follow_up_by": deed.viewer.id, "follow_up_on": today(deed.now) + dt.timedelta(days=7)}

    @classmethod
    def check(cls, deed: Deed) -> dict[str, str]:
        return promised_in_time(deed, "follow_up", "follow_up_by", "follow_up_on")

    @classmethod
    def context(cls, db: Session, viewer: Viewer, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"street": street_contacts.met_in(db, record)}

    @classmethod
    def follow(cls, deed: Deed) -> None:
        session = crew.session_of(deed)
        crew.must_belong(deed, session)
        if deed.past:
            return
        if session.state in ("planned", "briefed", "called off"):
            raise Impossible(f"This session is {session.state}: nobody has been met yet.")
        if deed.people:
            open_today(deed, session)
        elif deed.unmatched:
            street_contacts.meet(deed, deed.unmatched)
        if deed.values["follow_up"]:
            promise(
                deed.db,
                deed.viewer,
                deed.values["follow_up"],
                deed.values["follow_up_by"],
                deed.values["follow_up_on"],
                person_id=next(iter(deed.people), None),
                record_id=deed.made.id,
            )
        if deed.values["danger"] == IMMEDIATE:
            alarm(deed, f"Danger now, told on outreach. Ring {deed.viewer.name}.", about=session)


def promised_in_time(deed: Deed, what: str, by: str, on: str) -> dict[str, str]:
    """A promise names somebody and a day at most 14 days ahead."""
    values = deed.values
    if not values[what] or values[what] == deed.past.get(what):
        return {}
    errors = {by: "Choose who does it"} if not values[by] else {}
    last = today(deed.now) + dt.timedelta(days=FOLLOW_UP_DAYS)
    if values[on] is None or values[on] > last:
        errors[on] = f"By when? Choose a day in the next {FOLLOW_UP_DAYS} days"
    return errors


def open_today(deed: Deed, session: Record) -> None:
    """Today's contacts: the rest of the crew may see who was met until the day ends (domain 0.2)."""
    ends = day_start(today(deed.now) + dt.timedelta(days=1))
    for staff in crew.of_part(deed.db, session.id, crew.LEAD, crew.OUT):
        for person in deed.people if staff != deed.viewer.id else ():
            deed.db.add(
                Relation(
                    id=uuid7(),
                    hub_id=deed.viewer.hub_id,
                    staff_id=staff,
                    person_id=person,
                    relation="today",
                    cap=int(Grade.PERSONAL),
                    starts_at=deed.now,
                    ends_at=ends,
                    reason="outreach",
                    given_by=deed.viewer.id,
                )
            )


def match(deed: Deed, contact: street_contacts.StreetContact, person: Person) -> None:
    """A lead or whoever met them knows who it was: every meeting moves onto the young person's timeline."""
    for record_id in street_contacts.matched(deed.db, deed.viewer, contact, person):
        record = deed.db.scalar(select(Record).where(Record.id == record_id))
        if record is not None:
            link(deed.db, deed.viewer, NamedContact, record, person, "subject", {})


def let_go(db: Session, hub_id: str, now: dt.datetime) -> None:
    """Street contacts past their 90 days, and what was noted about them, are gone."""
    told_of = street_contacts.let_go(db, hub_id, now)
    contacts = table_of(NamedContact)
    blank = dict.fromkeys(_OF_A_NICKNAME)
    db.execute(update(contacts).where(contacts.c.record_id.in_(told_of)).values(blank))
