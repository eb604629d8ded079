"""Evenings on the street: one signed off, two that wait for it, one tonight (domain section 8, row 3)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.clock import wall
from hub.demo.stage import Stage
from hub.records import Record

KIT = ["id", "phone", "first_aid", "bleed", "naloxone", "leaflets"]
HALF_HOUR = dt.timedelta(minutes=30)
ROUTES = (
    ("Canal loop", "fernside", "Car park, towpath, lock, skate bowl", "Towpath unlit after the lock", 40),
    ("Stonebridge steps", "stonebridge-row", "Chicken shop, steps, library, bus garage", "Ice on the steps", 212),
)  # fmt: skip


@dataclass(frozen=True)
class Evening:
    """`met`, `seen` and `promised` are (who noted it, at, …); `crew` begins with the lead."""

    days_ago: int
    ward: str
    pin: str
    purpose: str
    crew: tuple[str, ...]
    safety: str
    tension: str
    notes: str
    counts: tuple[tuple[str, str, dict[str, int], list[str]], ...]
    depth: tuple[int, int, int, int, int]
    close: dict[str, Any]
    debrief: dict[str, Any]
    route: str = ""
    met: tuple[tuple[str, str, str, dict[str, Any]], ...] = ()
    seen: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    promised: tuple[tuple[str, str, str, int], ...] = ()
    signed_off: str = ""
    forecast: list[str] = field(default_factory=lambda: ["dark"])


EVENINGS = (
    Evening(
        5, "millbeck", "Station forecourt", "regular", ("Ama", "Curtis"), "Farah", "4", "Two groups have argued online. Keep moving.",
        counts=(("Ama", "19:30", {"16_17.male": 4, "18_25.male": 3}, ["online_threat"]), ("Curtis", "20:15", {"13_15.male": 2}, ["weapons_fear"])),
        depth=(3, 3, 1, 2, 0),
        close={"themes": ["online_threat", "weapons_fear"], "weather": ["dark", "cold"], "new_faces": 2, "staff_mix": ["lived"]},
        debrief={"worked": "Two of us, both known there.", "to_change": "Earlier: they were already wound up.", "wellbeing": 2, "reflection": "It stayed with me."},
    ),
    Evening(
        2, "fernside", "Canal loop", "surge", ("Ama", "Milo"), "Ines", "4", "Rain until nine. The lock by the car park is broken again.", route="Canal loop",
        counts=(
            ("Ama", "19:10", {"13_15.female": 3, "13_15.male": 2}, ["vapes"]),
            ("Milo", "19:25", {"13_15.male": 3, "16_17.male": 1}, ["nowhere_to_go"]),
        ),
        depth=(4, 3, 1, 1, 0),
        close={"themes": ["vapes", "nowhere_to_go"], "weather": ["light_rain", "dark"], "new_faces": 5, "staff_mix": ["female"], "good_moment": "Football with 8 under the bridge"},
        debrief={"worked": "Standing still at the dry corner: they came to us.", "to_change": "Bring the big umbrella.", "wellbeing": 4},
        met=(
            ("Ama", "19:20", "Ren", {"said": "Asked about a CV", "told": True, "danger": "none"}),
            ("Milo", "19:40", "Dre", {"said": "By himself at the gate, walked him to the bus", "told": True, "danger": "discussed"}),
            ("Milo", "20:05", "Stretch", {"said": "Wants boxing, not talk", "danger": "none", "age_guess": "16_17", "look_out": "Tall, grey cap, alone after eight"}),
        ),
        seen=(("Milo", "19:35", {"place": "Supermarket car park", "saw": ["groups", "broken"], "note": "Gate lock broken, light mended. “Only dry place.”"}),),
        promised=(("Ama", "21:20", "College open evening with Ren", 1),),
        signed_off="Good evening, thank you both.",
        forecast=["light_rain", "dark"],
    ),
    Evening(
        1, "stonebridge-row", "Library steps", "regular", ("Leah", "Milo"), "Farah", "5", "Nothing new.", route="Stonebridge steps",
        counts=(("Leah", "17:40", {"13_15.female": 6, "16_17.female": 1}, ["relationships"]), ("Milo", "18:10", {"10_12.male": 2}, ["school"])),
        depth=(5, 3, 1, 0, 0),
        close={"themes": ["relationships", "school"], "weather": ["dry", "dark"], "new_faces": 1, "staff_mix": ["female", "language"], "good_moment": "Six girls singing on the steps"},
        debrief={"worked": "Leah’s speaker. They chose the songs.", "wellbeing": 5},
        met=(("Leah", "17:50", "Zee", {"said": "Said hello with two from Our Space", "told": True, "danger": "none"}),),
    ),
)  # fmt: skip
TONIGHT = "Stabbing near the station last night. Groups are raw: pair up, do not ask who, walk nobody home alone."


def lay(stage: Stage) -> None:
    routes = {laid[0]: _route(stage, *laid) for laid in ROUTES}
    for evening in EVENINGS:
        _play(stage, evening, routes)
    _tonight(stage)


def _route(stage: Stage, name: str, ward: str, stops: str, hazards: str, days_ago: int) -> str:
    answers = {"name": name, "ward": ward, "stops": stops, "hazards": hazards, "walked_on": stage.day(-days_ago)}
    return stage.submit("Ama", stage.at(-days_ago, "15:00") if days_ago < 60 else stage.at(-60), "route", answers).id


def _play(stage: Stage, evening: Evening, routes: Mapping[str, str]) -> None:
    """From the plan, the day before, to the sign-off, the day after."""
    lead, day = evening.crew[0], -evening.days_ago
    starts = "17:00" if evening.days_ago == 1 else "18:30"
    began = stage.at(day, starts)
    session = _plan(stage, evening, began, routes.get(evening.route, "none"))
    _brief(stage, session, lead, evening.safety, began - HALF_HOUR, evening.tension, evening.notes, evening.forecast)
    stage.submit(lead, began + dt.timedelta(minutes=4), "outreach-session/start", {}, parent=session)
    _live(stage, evening, session)
    ended = began + dt.timedelta(hours=2, minutes=58)
    depth = dict(zip(("hello", "chat", "education", "worry", "help"), evening.depth, strict=True))
    close = {
        "all_safe": True,
        "danger": "none",
        "counted_by": "all",
        "depth": {f"{name}.people": n for name, n in depth.items()},
    }
    stage.submit(lead, ended, "outreach-session/close", close | evening.close, parent=session)
    stage.submit(lead, ended + HALF_HOUR / 2, "outreach-session/debrief", evening.debrief, parent=session)
    if evening.signed_off:
        said = {"sign_off_note": evening.signed_off}
        stage.submit("Nadia", stage.at(day + 1, "09:15"), "outreach-session/sign-off", said, parent=session)


def _plan(stage: Stage, evening: Evening, began: dt.datetime, route: str) -> Record:
    lead, *others = evening.crew
    answers = {
        "ward": evening.ward,
        "route": route,
        "pin": evening.pin,
        "purpose": evening.purpose,
        "planned_start": began,
        "planned_end": began + dt.timedelta(hours=3),
        "lead": stage.id(lead),
        "staff": [stage.id(other) for other in others],
        "safety_contact": stage.id(evening.safety),
    }
    return stage.submit(lead, began - dt.timedelta(hours=28), "outreach-session", answers)


def _brief(
    stage: Stage, session: Record, lead: str, safety: str, moment: dt.datetime, tension: str, notes: str, forecast: list[str]
) -> None:  # fmt: skip
    earlier = moment - dt.timedelta(hours=6)
    stage.submit(safety, earlier, "outreach-session/safety-acceptance", {"accepted": True}, parent=session)
    answers = {"tension": tension, "forecast": forecast, "notes": notes, "kit": KIT, "read": True}
    stage.submit(lead, moment, "outreach-session/briefing", answers, parent=session)


def _live(stage: Stage, evening: Evening, session: Record) -> None:
    """What the crew noted, in the order in which they noted it, and their check-ins every three quarters of an hour."""
    day = -evening.days_ago
    noted: list[tuple[dt.datetime, str, str, dict[str, Any], str]] = []
    for by, at, cells, themes in evening.counts:
        noted.append((stage.at(day, at), by, "quick-count", {"counts": cells, "danger": "none", "themes": themes}, ""))
    noted += [(stage.at(day, at), by, "named-contact", said, who) for by, at, who, said in evening.met]
    noted += [(stage.at(day, at), by, "hotspot-observation", said, "") for by, at, said in evening.seen]
    for by, at, what, due in evening.promised:
        said = {"what": what, "by": stage.id(by), "due_on": stage.day(due)}
        noted.append((stage.at(day, at), by, "follow-up", said, ""))
    began = stage.at(day, "17:00" if evening.days_ago == 1 else "18:30")
    for number in (1, 2, 3):
        moment = began + number * dt.timedelta(minutes=44)
        noted.append((moment, evening.crew[0], "welfare-ping", {"says": "ok"}, ""))
    for moment, by, form, said, who in sorted(noted, key=lambda note: note[0]):
        stage.submit(by, moment, form, said, who=who, parent=session)


def _tonight(stage: Stage) -> None:
    """Briefed and ready: Ama’s phone shows Start. After hours it is the next evening’s."""
    here = wall(stage.now)
    starts = stage.planned(0, "18:30")
    if here.hour >= 22:
        starts = stage.planned(1, "18:30")
    elif here.hour >= 18:
        starts = stage.now + HALF_HOUR - dt.timedelta(minutes=here.minute % 30, seconds=here.second)
    answers = {
        "ward": "millbeck",
        "route": "none",
        "pin": "Station forecourt and the steps",
        "purpose": "surge",
        "planned_start": starts,
        "planned_end": starts + dt.timedelta(hours=3),
        "lead": stage.id("Ama"),
        "staff": [stage.id("Milo")],
        "safety_contact": stage.id("Ines"),
    }
    session = stage.submit("Ama", stage.at(-1, "23:10"), "outreach-session", answers)
    _brief(stage, session, "Ama", "Ines", stage.now - HALF_HOUR, "3", TONIGHT, ["dark", "cold"])
