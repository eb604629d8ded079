"""Places: the routes a crew walks, and what they see in a place that wants mending or watching."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from hub import reminders
from hub.access import Grade
from hub.actions import promise
from hub.clock import today
from hub.forms import ask
from hub.kinds.outreach_session import crew
from hub.kinds.outreach_session.words import REPAIRS, SIGHTS, WRITERS
from hub.records import Deed, Impossible, Kind, Record

RECONNAISSANCE = dt.timedelta(days=183)
NO_ROUTE = ("none", "No set route")


class Route(Kind):
    slug = "route"
    title = "Route"
    plural = "Routes"
    grade = Grade.OPERATIONAL
    writers = WRITERS
    about = "none"

    name: Mapped[str] = ask(
        "What is the route called?", "text", limit=60, enough=True, missing="Name the route", grade=Grade.OPERATIONAL
    )
    ward: Mapped[str] = ask("Ward", "ward", enough=True, missing="Choose the ward", grade=Grade.OPERATIONAL)
    stops: Mapped[str] = ask(
        "Stops, in order", "note", limit=600, enough=True, missing="Name at least one stop", grade=Grade.OPERATIONAL
    )
    risk_note: Mapped[str | None] = ask("What to be careful of", "note", limit=400, grade=Grade.OPERATIONAL)
    best_times: Mapped[str | None] = ask("Best times", "text", limit=120, grade=Grade.OPERATIONAL)
    hazards: Mapped[str | None] = ask("Hazards", "text", limit=200, grade=Grade.OPERATIONAL)
    walked_on: Mapped[dt.date | None] = ask(
        "Last looked over on", "date", when="past", needed=True, hint="At least every 6 months", grade=Grade.OPERATIONAL
    )

    @classmethod
    def line(cls, values: Mapping[str, Any]) -> str:
        return f"Route: {values['name']}"


class HotspotObservation(Kind):
    slug = "hotspot-observation"
    title = "Seen at a place"
    plural = "Seen at places"
    grade = Grade.OPERATIONAL
    writers = WRITERS
    parent = "outreach-session"
    about = "none"
    photo = "A photo of the place"
    offline = True

    place: Mapped[str] = ask(
        "Which place?", "text", limit=80, enough=True, missing="Name the place", grade=Grade.OPERATIONAL
    )
    saw: Mapped[list[str]] = ask(
        "What did you see?",
        "choices",
        choices=SIGHTS,
        enough=True,
        missing="Choose what you saw",
        grade=Grade.OPERATIONAL,
    )
    note: Mapped[str | None] = ask(
        "Anything to add?",
        "note",
        limit=200,
        hint="A place is never used to mark a person: no names",
        grade=Grade.OPERATIONAL,
    )

    @classmethod
    def line(cls, values: Mapping[str, Any]) -> str:
        return f"{values['place']}: {', '.join(SIGHTS[sight].lower() for sight in values['saw'])}"

    @classmethod
    def follow(cls, deed: Deed) -> None:
        """What can be mended gets an owner and a day: five working days (R-47)."""
        session = crew.session_of(deed)
        crew.must_belong(deed, session)
        if deed.past:
            return
        if session.state in ("planned", "briefed", "called off"):
            raise Impossible(f"This session is {session.state}: nothing has been seen yet.")
        mend = [SIGHTS[sight].lower() for sight in deed.values["saw"] if sight in REPAIRS]
        if mend:
            due = today(reminders.rules()["place-fix"].due(deed.now))
            says = f"Get it mended: {deed.values['place']}, {', '.join(mend)}"
            promise(deed.db, deed.viewer, says, deed.viewer.id, due, record_id=deed.made.id)


def routes(db: Session) -> list[tuple[str, str]]:
    """(record id, name) of every route, as a form offers them; never empty."""
    rows = db.execute(
        select(Record.id, Route.name)
        .join(Route, Route.record_id == Record.id)
        .where(Record.kind == Route.slug, Route.version == Record.version)
        .order_by(Route.name)
    )
    return [*((id, name) for id, name in rows), NO_ROUTE]


def route(db: Session, record_id: str | None) -> Route | None:
    return db.scalar(
        select(Route)
        .join(Record, Record.id == Route.record_id)
        .where(Route.record_id == record_id, Route.version == Record.version)
    )


def is_stale(found: Route | None, now: dt.datetime) -> bool:
    """Nobody has looked the route over for six months, or ever."""
    return found is not None and (found.walked_on is None or today(now) - found.walked_on > RECONNAISSANCE)
