"""Curtis and Dre, seven weeks in; Curtis and Jaz, who has missed him twice (domain section 8, rows 11 and 12)."""

import datetime as dt
from typing import Any

from hub.clock import wall
from hub.demo.stage import Stage
from hub.records import Record

MATCHES = (
    ("Dre", 50, ["relationship", "interests"], "Once a week after school, a text if it cannot be. What is said stays, danger does not."),
    ("Jaz", 130, ["interests", "capacity"], "Once a week, mornings or evenings, her choice. A text the day before."),
)  # fmt: skip
SESSIONS: tuple[tuple[str, int, str, dict[str, Any]], ...] = (
    ("Dre", 46, "17:00", {"place_kind": "hub", "minutes": 45, "what_we_did": ["talk"], "strengths_seen": ["turned_up"],
        "told": "Quiet. Looked at the carving bench for ten minutes, then asked who made it."}),
    ("Dre", 39, "17:00", {"place_kind": "hub", "minutes": 50, "what_we_did": ["activity"], "strengths_seen": ["tried_again"],
        "told": "Made half a spoon. Broke it, started another."}),
    ("Dre", 32, "17:00", {"place_kind": "walk", "minutes": 60, "what_we_did": ["talk"], "strengths_seen": ["spoke_up"],
        "told": "Talked about his nan and what she does not say.", "yp_words": "She worries loud"}),
    ("Dre", 25, "17:00", {"place_kind": "cafe", "minutes": 40, "what_we_did": ["talk", "family"], "strengths_seen": ["kept_promise"],
        "told": "Brought the form signed, as promised.", "incentive": "food", "incentive_pounds": 5}),
    ("Dre", 18, "17:10", {"status": "part", "place_kind": "hub", "minutes": 20, "what_we_did": ["talk"], "strengths_seen": ["turned_up"],
        "told": "Came late, left early, phone kept ringing. Would not say who.", "worry": "note", "worry_told": "New phone, rings every few minutes, he steps outside."}),
    ("Dre", 11, "17:00", {"place_kind": "walk", "minutes": 55, "what_we_did": ["talk", "advocacy"], "strengths_seen": ["asked", "made_plan"],
        "told": "After the night away. Tired. Asked what happens next and wrote three steps on his hand.",
        "worry": "today", "worry_told": "Says he “owes for the train”. Told Farah the same evening.", "yp_words": "I just want it to be normal"}),
    ("Dre", 4, "17:00", {"place_kind": "walk", "minutes": 60, "what_we_did": ["appointment"], "strengths_seen": ["kept_calm", "kept_promise"],
        "goals": ["CSCS"], "told": "Walked to the training centre. He asked at the desk himself.", "mood_in": 2, "mood_out": 4,
        "yp_words": "I actually went in", "incentive": "travel", "incentive_pounds": 4,
        "next_step": "new", "next_step_told": "Book the CSCS taster", "next_step_owner": "me"}),
    ("Jaz", 34, "18:00", {"place_kind": "cafe", "minutes": 60, "what_we_did": ["practical"], "strengths_seen": ["spoke_up"],
        "goals": ["college"], "told": "Wrote the letter to college together."}),
    ("Jaz", 27, "18:00", {"place_kind": "cafe", "minutes": 45, "what_we_did": ["talk"], "strengths_seen": ["kept_calm"],
        "goals": ["Sleep"], "told": "No sleep, three nights. Mum’s shifts changed."}),
    ("Jaz", 20, "18:00", {"place_kind": "phone", "method": "call", "minutes": 15, "what_we_did": ["talk"], "strengths_seen": ["asked"],
        "told": "Could not come out. Rang instead of leaving it."}),
    ("Jaz", 13, "18:00", {"status": "dna", "place_kind": "cafe", "told": "Waited forty minutes."}),
    ("Jaz", 6, "18:00", {"status": "dna", "place_kind": "cafe", "told": "No answer on the safe number.", "next_at": (1, "09:30")}),
)  # fmt: skip
WELFARE = (
    "Seen at home this morning: well, sleeping in the day, not avoiding us. Moved to mornings at the café by college."
)
# Days ago, each with the eight pairs in the order of the form: their own rating, then the worker's.
SCALES = {
    "Dre": {46: (22, 33, 34, 32, 33, 12, 22, 34), 4: (33, 33, 34, 33, 33, 23, 23, 34)},
    "Jaz": {34: (43, 33, 32, 43, 21, 33, 44, 34)},
}
DOMAINS = ("safe", "people", "home", "learning", "health", "money", "choices", "identity")


def lay(stage: Stage) -> None:
    for name, days_ago, why, agreed in MATCHES:
        _match(stage, name, days_ago, why, agreed)
    for name, days_ago, time, said in SESSIONS:
        _session(stage, name, days_ago, time, said)
        if days_ago in SCALES[name]:
            _scales(stage, name, days_ago, "first" if days_ago == max(SCALES[name]) else "six_weeks")


def _match(stage: Stage, name: str, days_ago: int, why: list[str], agreed: str) -> None:
    moment = stage.at(-days_ago, "14:00")
    answers = {
        "mentor": stage.id("Curtis"),
        "why": why,
        "yp_choice": True,
        "dbs_issued_on": stage.day(-400),
        "review_on": stage.day(26),
    }
    made = stage.submit("Nadia", moment, "mentor-match", answers, who=name)
    for step, said in (("first-meeting", {}), ("agreement", {"expectations": agreed}), ("start", {})):
        moment += dt.timedelta(hours=20)
        stage.submit("Curtis", moment, f"mentor-match/{step}", said, parent=made)


def _session(stage: Stage, name: str, days_ago: int, time: str, said: dict[str, Any]) -> Record:
    """Written an hour and a quarter after it began; the next one a week on, unless it was moved."""
    began = stage.at(-days_ago, time)
    following = stage.planned(*said.get("next_at", (7 - days_ago, "17:00" if name == "Dre" else "18:00")))
    due = {"next_step_due": wall(following).date()} if said.get("next_step") == "new" else {}
    answers = {
        "status": "attended",
        "worry": "none",
        "method": None if said.get("status") == "dna" else "face",
        "next_step": "meet",
        "carrying_on": True,
        "next_session_at": following,
        "planned_at": began,
        "goals_worked": _goals(stage, said),
        **due,
        **{key: value for key, value in said.items() if key not in ("goals", "next_at")},
    }
    made = stage.submit("Curtis", began + dt.timedelta(minutes=75), "mentoring-session", answers, who=name)
    if said.get("status") == "dna":
        stage.submit("Curtis", began + dt.timedelta(minutes=90), "mentoring-session/kind-message", {}, parent=made)
    if name == "Jaz" and days_ago == 6:
        stage.submit(
            "Curtis", stage.at(-5, "09:40"), "mentoring-session/welfare-check", {"welfare": WELFARE}, parent=made
        )
    return made


def _goals(stage: Stage, said: dict[str, Any]) -> list[str] | None:
    if said.get("status") == "dna":
        return None
    return [stage.goals[part] for part in said.get("goals", ())] or ["relationship"]


def _scales(stage: Stage, name: str, days_ago: int, occasion: str) -> None:
    answers: dict[str, Any] = {"occasion": occasion}
    for domain, pair in zip(DOMAINS, SCALES[name][days_ago], strict=True):
        answers |= {domain: pair // 10, f"{domain}_worker": pair % 10}
    stage.submit("Curtis", stage.at(-days_ago, "19:45"), "distance-travelled", answers, who=name)
