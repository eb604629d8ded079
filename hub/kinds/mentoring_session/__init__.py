"""A mentoring session: what happened, what went well, what worries, and when the two meet again (domain 4.3)."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Mapped, Session

from hub import hand_overs
from hub.access import Viewer
from hub.clock import from_wall, wall
from hub.forms import Typed, ask
from hub.kinds.mentoring_session import after, before
from hub.kinds.mentoring_session.words import (
    DID,
    ENDINGS,
    FACES,
    INCENTIVES,
    METHODS,
    MISSED,
    NEXT_STEPS,
    OWNERS,
    PLACES,
    PRESENT,
    RELATIONSHIP,
    STATUSES,
    STRENGTHS,
    WORRIES,
    WORRYING,
)
from hub.records import Act, Deed, Impossible, Kind, Offers, Record

WEEK = dt.timedelta(days=7)
RECENT = 6


class MentoringSession(Kind):
    slug = "mentoring-session"
    title = "Mentoring session"
    plural = "Mentoring sessions"
    writers = frozenset({"MEN"})
    offline = True
    states = ("kept", "messaged", "checked")
    acts = (
        Act("kind-message", "I sent a kind message", {"kept": "messaged", "checked": "checked"}),
        Act("welfare-check", "Welfare check", {"kept": "checked", "messaged": "checked"}),
        Act("answer", "What was done about it", {state: state for state in states}, by=frozenset({"TL"})),
    )

    status: Mapped[str] = ask("What happened?", "choice", choices=STATUSES, enough=True, missing="Say what happened")
    goals_worked: Mapped[list[str] | None] = ask(
        "What was it about?", "choices", choices=RELATIONSHIP, needed=True, group="plan", shown_if=("status", PRESENT)
    )
    what_we_did: Mapped[list[str] | None] = ask(
        "What did you do?", "choices", choices=DID, needed=True, shown_if=("status", PRESENT)
    )
    told: Mapped[str | None] = ask("In a few words", "note", limit=500)
    strengths_seen: Mapped[list[str] | None] = ask(
        "What went well?", "choices", choices=STRENGTHS, needed=True, group="plan", shown_if=("status", PRESENT)
    )
    strengths_told: Mapped[str | None] = ask(
        "Something else that went well", "text", limit=160, group="plan", shown_if=("status", PRESENT)
    )
    yp_words: Mapped[str | None] = ask(
        "Their words", "text", limit=200, own_words=True, hint="As they said it", shown_if=("status", PRESENT)
    )
    mood_in: Mapped[int | None] = ask(
        "How they felt at the start",
        "faces",
        choices=FACES,
        own_words=True,
        hint="Theirs to tap, or to skip",
        shown_if=("status", PRESENT),
    )
    mood_out: Mapped[int | None] = ask(
        "How they felt at the end",
        "faces",
        choices=FACES,
        own_words=True,
        hint="Theirs to tap, or to skip",
        shown_if=("status", PRESENT),
    )
    worry: Mapped[str] = ask(
        "Any worry?", "choice", choices=WORRIES, enough=True, group="safety", missing="Say whether anything worries you"
    )
    worry_told: Mapped[str | None] = ask(
        "What worries you?", "note", limit=500, needed=True, group="safety", shown_if=("worry", WORRYING)
    )
    next_step: Mapped[str | None] = ask("Next step", "choice", choices=NEXT_STEPS, needed=True, group="plan")
    next_step_told: Mapped[str | None] = ask(
        "What is it?", "text", limit=160, needed=True, group="plan", shown_if=("next_step", ("new",))
    )
    next_step_owner: Mapped[str | None] = ask(
        "Who does it?", "choice", choices=OWNERS, needed=True, group="plan", shown_if=("next_step", ("new",))
    )
    next_step_staff: Mapped[str | None] = ask(
        "Which colleague?", "staff", needed=True, group="plan", shown_if=("next_step_owner", ("colleague",))
    )
    next_step_due: Mapped[dt.date | None] = ask(
        "By when?", "date", needed=True, group="plan", shown_if=("next_step", ("new",))
    )
    carrying_on: Mapped[bool | None] = ask("Are you meeting again?", "yes_no", needed=True, group="plan")
    next_session_at: Mapped[dt.datetime | None] = ask(
        "When next?", "moment", needed=True, group="plan", shown_if=("carrying_on", ("yes",))
    )
    ending: Mapped[str | None] = ask(
        "Why does it end?", "choice", choices=ENDINGS, needed=True, group="plan", shown_if=("carrying_on", ("no",))
    )
    ending_funding: Mapped[bool | None] = ask(
        "Is it because the money stopped?", "yes_no", needed=True, shown_if=("ending", ("service",))
    )
    goodbye: Mapped[bool | None] = ask(
        "Have you said goodbye properly?", "yes_no", needed=True, shown_if=("carrying_on", ("no",))
    )
    planned_at: Mapped[dt.datetime | None] = ask("When was it?", "moment", needed=True)
    place_kind: Mapped[str | None] = ask("Where?", "choice", choices=PLACES, needed=True)
    method: Mapped[str | None] = ask(
        "How did you meet?", "choice", choices=METHODS, needed=True, shown_if=("status", PRESENT)
    )
    minutes: Mapped[int | None] = ask(
        "How many minutes?", "whole", least=5, most=480, needed=True, shown_if=("status", PRESENT)
    )
    incentive: Mapped[str | None] = ask(
        "Did you pay for something?", "choice", choices=INCENTIVES, shown_if=("status", PRESENT)
    )
    incentive_pounds: Mapped[int | None] = ask(
        "How many pounds?", "whole", most=1000, needed=True, shown_if=("incentive", tuple(INCENTIVES))
    )
    welfare: Mapped[str | None] = ask(
        "How are they, and how do you know?",
        "note",
        limit=500,
        needed=True,
        group="safety",
        step="welfare-check",
        hint="What did you agree? Mornings, another place, another worker?",
    )

    answered: Mapped[str | None] = ask(
        "What was done?",
        "note",
        limit=500,
        needed=True,
        group="safety",
        step="answer",
        hint="Who went, who was told, and how it is now",
    )

    @classmethod
    def alarm(cls, typed: Typed) -> bool:
        return typed.first("worry") == "immediate"

    @classmethod
    def summary(cls, values: Mapping[str, Any]) -> str:
        did = [DID[name].lower() for name in values.get("what_we_did") or ()]
        minutes = f"{values['minutes']} min" if values.get("minutes") else ""
        place = PLACES.get(values.get("place_kind") or "", "").lower()
        worry = f"worry: {WORRIES[values['worry']].lower()}" if values["worry"] != "none" else ""
        return ", ".join(part for part in (STATUSES[values["status"]], minutes, place, *did, worry) if part)

    @classmethod
    def happened(cls, values: Mapping[str, Any], now: dt.datetime) -> dt.datetime:
        planned: dt.datetime = values.get("planned_at") or now
        return planned

    @classmethod
    def is_contact(cls, values: Mapping[str, Any]) -> bool:
        """R-49 counts only face to face."""
        return values["status"] in PRESENT and values.get("method") == "face"

    @classmethod
    def check(cls, deed: Deed) -> dict[str, str]:
        if deed.act is not None and not cls.follows(deed.act, deed.values):
            raise Impossible(f"Nothing in this session asks for that step: {deed.act.says.lower()}.")
        planned = deed.values.get("planned_at")
        errors = {}
        if planned and planned > deed.now and deed.values["status"] in (*PRESENT, MISSED):
            errors["planned_at"] = (
                "When was it: that has not come yet. Put the time right, or say that it was cancelled"
            )
        following = deed.values.get("next_session_at")
        if planned and following and following <= planned:
            errors["next_session_at"] = "When next: it must come after this session"
        return errors

    @classmethod
    def follows(cls, act: Act, values: Mapping[str, Any]) -> bool:
        """Whether what happened asks for this step: a miss for two of them, a danger for the third."""
        name, value = ("worry", "immediate") if act.slug == "answer" else ("status", MISSED)
        return bool(values.get(name) == value)

    @classmethod
    def follow(cls, deed: Deed) -> None:
        after.follow(deed)

    @classmethod
    def prefilled(cls, deed: Deed) -> dict[str, Any]:
        """The same time, place and way as last time; the next session a week on."""
        recent = before.earlier(deed, RECENT)
        started = before.due_now(next(iter(recent), None), deed.now)
        following = from_wall(wall(started).replace(tzinfo=None) + WEEK)
        met = next((session for session in recent if session.status in PRESENT), None)
        usual = {name: getattr(met, name) for name in ("place_kind", "method", "minutes")} if met else {}
        return {
            "planned_at": started,
            "carrying_on": True,
            "next_session_at": following,
            "next_step_owner": "me",
            "next_step_due": wall(following).date(),
            **usual,
            **hand_overs.tapped_today(deed.db, deed.viewer, deed.people, cls.slug),
        }

    @classmethod
    def options(cls, deed: Deed) -> Offers:
        return {
            "goals_worked": partial(before.goals, deed),
            "strengths_seen": partial(before.strengths, deed),
            "next_step": partial(before.next_steps, deed),
            "next_step_staff": partial(before.colleagues, deed),
        }

    @classmethod
    def context(cls, db: Session, viewer: Viewer, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
        asked_for = [act.slug for act in cls.acts if cls.follows(act, values)]
        return before.context(Deed(db, viewer, cls, record, dict(values))) | {"asked_for": asked_for}
