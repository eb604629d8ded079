"""An outreach session: planned, briefed, live, closed, debriefed, signed off (domain 4.1)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Mapped, Session, validates

from hub.access import Grade, Viewer
from hub.forms import Question, Typed, ask, questions
from hub.kinds.outreach_session import crew, place, rules, story
from hub.kinds.outreach_session.words import (
    DANGER,
    DEPTHS,
    IMMEDIATE,
    KIT,
    PURPOSES,
    STAFF_MIX,
    TENSION,
    THEMES,
    WEATHER,
    WELLBEING,
    WRITERS,
)
from hub.records import Act, Deed, Kind, Record, Way, answers

OPEN = Grade.OPERATIONAL
LEADS = frozenset({"TL"})


class OutreachSession(Kind):
    slug = "outreach-session"
    title = "Outreach session"
    plural = "Outreach sessions"
    grade = OPEN
    writers = WRITERS
    about = "none"
    offline = True
    capture_way = "emergency"
    states = ("planned", "briefed", "live", "closed", "debriefed", "signed off", "called off")
    acts = (
        Act("safety-acceptance", "Be the safety contact", {"planned": "planned", "briefed": "briefed"}),
        Act("lone-approval", "Decide about going out alone", {"planned": "planned", "briefed": "briefed"}, LEADS),
        Act("briefing", "Brief", {"planned": "briefed"}),
        Act("start", "Start", {"briefed": "live"}, offline=True),
        Act("close", "Finish the session", {"live": "closed"}, offline=True),
        Act("debrief", "Debrief", {"closed": "debriefed"}),
        Act("sign-off", "Sign off", {"debriefed": "signed off"}, LEADS),
        Act("calling-off", "Call it off", {"planned": "called off", "briefed": "called off"}),
    )
    ways = {
        "emergency": Way(
            "Start at once", ("ward", "staff", "safety_phoned"), ("ward", "staff", "safety_phoned"), state="live"
        )
    }

    ward: Mapped[str] = ask("Ward", "ward", enough=True, missing="Choose the ward", grade=OPEN)
    route: Mapped[str | None] = ask("Route", "choice", grade=OPEN)
    pin: Mapped[str | None] = ask("Where exactly?", "text", limit=60, hint="“Canal loop”, “the park gate”", grade=OPEN)
    purpose: Mapped[str | None] = ask("What for?", "choice", choices=PURPOSES, needed=True, grade=OPEN)
    incident: Mapped[str | None] = ask(
        "Which incident?", "text", limit=60, hint="Its reference", grade=OPEN, shown_if=("purpose", ("post_incident",))
    )
    planned_start: Mapped[dt.datetime | None] = ask("Starts", "moment", needed=True, grade=OPEN)
    planned_end: Mapped[dt.datetime | None] = ask("Ends", "moment", needed=True, hint="At most 5 hours on", grade=OPEN)
    lead: Mapped[str | None] = ask("Who leads it?", "staff", needed=True, grade=OPEN)
    staff: Mapped[list[str]] = ask(
        "Who else goes out?", "choices", enough=True, missing="Choose who goes out", grade=OPEN
    )
    alone_reason: Mapped[str | None] = ask(
        "Only one person? Say why",
        "text",
        limit=200,
        hint="A lead must agree first. Nobody goes out without a safety contact",
        grade=OPEN,
    )
    safety_contact: Mapped[str | None] = ask(
        "Safety contact", "staff", needed=True, hint="On duty, not out with you. They must accept", grade=OPEN
    )

    safety_phoned: Mapped[bool | None] = ask(
        "Have you phoned your safety contact?",
        "yes_no",
        enough=True,
        missing="Phone your safety contact first, then say so here",
        step="emergency",
        grade=OPEN,
    )
    accepted: Mapped[bool | None] = ask(
        "Can you be reached until they are all home?",
        "yes_no",
        enough=True,
        missing="Say yes or no",
        step="safety-acceptance",
        grade=OPEN,
    )
    alone_agreed: Mapped[bool | None] = ask(
        "May one person go out alone?", "yes_no", enough=True, missing="Say yes or no", step="lone-approval", grade=OPEN
    )

    tension: Mapped[str | None] = ask(
        "Tension in the area", "choice", choices=TENSION, needed=True, step="briefing", grade=OPEN
    )
    forecast: Mapped[list[str] | None] = ask(
        "Weather to expect", "choices", choices=WEATHER, step="briefing", grade=OPEN
    )
    notes: Mapped[str | None] = ask(
        "What to know tonight",
        "note",
        limit=600,
        hint="Incidents, groups to keep apart. No names",
        step="briefing",
        grade=OPEN,
    )
    kit: Mapped[list[str] | None] = ask(
        "Kit with you", "choices", choices=KIT, needed=True, step="briefing", grade=OPEN
    )
    kit_reason: Mapped[str | None] = ask(
        "If something is missing, why?", "text", limit=120, step="briefing", grade=OPEN
    )
    read: Mapped[bool | None] = ask(
        "Has everybody going out read this?",
        "yes_no",
        enough=True,
        missing="Say when everybody has read it",
        step="briefing",
        grade=OPEN,
    )

    position: Mapped[str | None] = ask(
        "Where you are",
        "text",
        limit=40,
        hint="Kept to 100 metres, and deleted a day after you finish. You may leave it empty",
        step="start",
        grade=OPEN,
    )

    all_safe: Mapped[bool | None] = ask(
        "Is everybody safe?", "yes_no", enough=True, missing="Say whether everybody is safe", step="close", grade=OPEN
    )
    unsafe: Mapped[str | None] = ask(
        "Who is not, and what is being done?", "text", limit=200, shown_if=("all_safe", ("no",)), step="close"
    )
    counted_by: Mapped[str | None] = ask(
        "More than one of you counted. Which holds?", "choice", step="close", grade=OPEN
    )
    depth: Mapped[dict[str, int] | None] = ask(
        "How far did it go?",
        "grid",
        rows=DEPTHS,
        choices={"people": "People"},
        hint="Each person once, at the furthest it went",
        needed=True,
        step="close",
        grade=OPEN,
    )
    new_faces: Mapped[int | None] = ask("New faces", "whole", step="close", grade=OPEN)
    themes: Mapped[list[str] | None] = ask(
        "What came up?", "choices", choices=THEMES, needed=True, step="close", grade=OPEN
    )
    danger: Mapped[str | None] = ask(
        "Was anyone in danger?",
        "choice",
        choices=DANGER,
        enough=True,
        missing="Say whether anyone was or is in danger",
        step="close",
        grade=OPEN,
    )
    weather: Mapped[list[str] | None] = ask("Weather", "choices", choices=WEATHER, step="close", grade=OPEN)
    kit_gaps: Mapped[str | None] = ask("Kit used up or missing", "text", limit=120, step="close", grade=OPEN)
    staff_mix: Mapped[list[str] | None] = ask(
        "Your team tonight had", "choices", choices=STAFF_MIX, step="close", grade=OPEN
    )
    incidents: Mapped[str | None] = ask(
        "Incidents", "text", limit=120, hint="References, no names", step="close", grade=OPEN
    )
    good_moment: Mapped[str | None] = ask(
        "One good moment", "text", limit=140, hint="“Football with 8”. No names", step="close", grade=OPEN
    )

    worked: Mapped[str | None] = ask("What worked well?", "note", limit=600, needed=True, step="debrief", grade=OPEN)
    to_change: Mapped[str | None] = ask("What would you change?", "note", limit=600, step="debrief", grade=OPEN)
    wellbeing: Mapped[int | None] = ask(
        "How is the team?",
        "scale",
        choices=WELLBEING,
        enough=True,
        missing="Say how the team is",
        hint="1 or 2 asks a lead to check in with you",
        step="debrief",
    )
    reflection: Mapped[str | None] = ask("Anything on your mind?", "note", limit=600, step="debrief")
    sign_off_note: Mapped[str | None] = ask("A word to the team", "text", limit=200, step="sign-off", grade=OPEN)
    off_reason: Mapped[str | None] = ask(
        "Why?", "text", limit=200, enough=True, missing="Say why it is called off", step="calling-off", grade=OPEN
    )

    @validates("position")
    def _blur(self, _: str, value: str | None) -> str | None:
        return rules.blurred(value)

    @classmethod
    def asked_so_far(cls, state: str, done: Sequence[str]) -> dict[str, Question]:
        """Whoever had to start at once answers the briefing afterwards."""
        out = state not in ("planned", "briefed", "called off")
        steps = {"", *done, *(("briefing",) if out else ())}
        return {name: question for name, question in questions(cls).items() if question.step in steps}

    @classmethod
    def line(cls, values: Mapping[str, Any]) -> str:
        return f"Outreach: {values.get('pin') or values['ward'].replace('-', ' ').capitalize()}"

    @classmethod
    def happened(cls, values: Mapping[str, Any], now: dt.datetime) -> dt.datetime:
        return values.get("planned_start") or now

    @classmethod
    def options(cls, deed: Deed) -> dict[str, Sequence[tuple[str, str]]]:
        people = crew.choices(deed)
        return {
            "route": place.routes(deed.db),
            "lead": people,
            "staff": people,
            "safety_contact": people,
            "counted_by": story.counters(deed),
        }

    @classmethod
    def offered(cls, db: Session, viewer: Viewer, record: Record) -> list[Act]:
        values = answers(db, cls, record)
        steps = super().offered(db, viewer, record)
        return [act for act in steps if rules.may_take(db, viewer, record, values, act.slug)]

    @classmethod
    def running(cls, db: Session, viewer: Viewer) -> Record | None:
        return story.running(db, viewer)

    @classmethod
    def alarm(cls, typed: Typed) -> bool:
        return typed.first("danger") == IMMEDIATE

    @classmethod
    def prefilled(cls, deed: Deed) -> dict[str, Any]:
        return rules.prefilled(deed)

    @classmethod
    def check(cls, deed: Deed) -> dict[str, str]:
        return rules.check(deed)

    @classmethod
    def follow(cls, deed: Deed) -> None:
        rules.follow(deed)

    @classmethod
    def context(cls, db: Session, viewer: Viewer, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
        return story.told(cls, db, viewer, record, values)
