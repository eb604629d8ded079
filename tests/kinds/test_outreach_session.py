"""An evening's outreach, from the plan to the sign-off: what it asks, refuses, adds up and sets in motion."""

import pytest
from sqlalchemy import select

from hub import records
from hub.access import Refused
from hub.actions import Action
from hub.db import table_of
from hub.kinds.outreach_session import OutreachSession, signing
from hub.kinds.outreach_session.rules import blurred
from hub.records import Impossible, Record, Wrong
from tests.kinds.evening import (
    BRIEFING,
    CLOSE,
    HOUR,
    MINUTE,
    NOW,
    Evening,
    days_later,
    promised,
    running,
    told,
)

AT_ONCE = {"ward": "fernside", "staff": "milo", "safety_phoned": "yes"}


def test_an_evening_goes_from_plan_to_sign_off(evening: Evening) -> None:
    session = evening.plan()
    assert evening.act("ines", session, "safety-acceptance", {"accepted": "yes"}) == "planned"
    assert evening.act("ama", session, "briefing", BRIEFING) == "briefed"
    assert evening.act("ama", session, "start") == "live"
    evening.count("ama", session, {"13_15.female": 3, "13_15.male": 5}, themes=["vapes", "nowhere_to_go"])
    evening.count("milo", session, {"16_17.male": 1})
    depth = {"depth.hello.people": "4", "depth.chat.people": "3"}
    assert evening.act("ama", session, "close", CLOSE | depth) == "closed"
    assert evening.act("ama", session, "debrief", {"worked": "Football", "wellbeing": "4"}) == "debriefed"
    assert evening.act("nadia", session, "sign-off") == "signed off"
    assert told(evening, "nadia", session)["tally"].total == 9


def test_nobody_starts_without_a_safety_contact_who_said_yes(evening: Evening) -> None:
    session = evening.plan()
    evening.act("ama", session, "briefing", BRIEFING)
    with pytest.raises(Wrong, match="safety contact must accept"):
        evening.act("ama", session, "start")
    with pytest.raises(Refused, match="Only the safety contact"):
        evening.act("ama", session, "safety-acceptance", {"accepted": "yes"})
    evening.act("ines", session, "safety-acceptance", {"accepted": "yes"})
    assert evening.act("ama", session, "start") == "live"


def test_a_safety_contact_who_cannot_is_replaced(evening: Evening) -> None:
    session = evening.plan()
    evening.act("ines", session, "safety-acceptance", {"accepted": "no"})
    assert promised(evening, "ama") == ["Find another safety contact: Ines cannot"]
    evening.act("ama", session, "briefing", BRIEFING)
    with pytest.raises(Wrong, match="must accept"):
        evening.act("ama", session, "start")


def test_one_person_alone_needs_a_reason_and_a_lead(evening: Evening) -> None:
    with pytest.raises(Wrong, match="Two people go out"):
        evening.plan(staff="ama")
    session = evening.plan(staff="ama", alone_reason="Milo is ill; one visit to the youth club")
    evening.act("ines", session, "safety-acceptance", {"accepted": "yes"})
    evening.act("ama", session, "briefing", BRIEFING)
    with pytest.raises(Wrong, match="A lead must agree"):
        evening.act("ama", session, "start")
    for worker in ("milo", "ama"):
        with pytest.raises(Refused):
            evening.act(worker, session, "lone-approval", {"alone_agreed": "yes"})
    evening.act("nadia", session, "lone-approval", {"alone_agreed": "yes"})
    assert evening.act("ama", session, "start") == "live"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"planned_end": "2026-11-23T18:00"}, "planned_end"),
        ({"planned_end": "2026-11-23T23:45"}, "planned_end"),
        ({"planned_start": ""}, "planned_start"),
        ({"safety_contact": "milo"}, "safety_contact"),
        ({"purpose": "post_incident"}, "incident"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(evening: Evening, said: dict[str, str], field: str) -> None:
    with pytest.raises(Wrong) as wrong:
        evening.plan(**said)
    assert list(wrong.value.errors) == [field]


def test_kit_left_behind_needs_a_reason(evening: Evening) -> None:
    session = evening.plan()
    with pytest.raises(Wrong, match="bleed kit, naloxone"):
        evening.act("ama", session, "briefing", BRIEFING | {"kit": ["id", "phone", "first_aid", "leaflets"]})
    short = BRIEFING | {"kit": ["id", "phone"], "kit_reason": "Being restocked"}
    assert evening.act("ama", session, "briefing", short) == "briefed"


def test_an_emergency_starts_with_three_answers_and_lists_its_gaps(evening: Evening) -> None:
    with pytest.raises(Wrong, match="Phone your safety contact first"):
        evening.write("ama", "outreach-session", AT_ONCE | {"safety_phoned": "no"}, way="emergency")
    session = evening.write("ama", "outreach-session", AT_ONCE, way="emergency")
    with evening.reading("ama") as db:
        record = db.get(Record, session)
        assert record is not None
        asked = OutreachSession.asked_so_far(record.state, ["create"])
        needed = {name for name, question in asked.items() if question.needed}
        assert (record.state, record.gaps) == ("live", len(needed))
    assert {"purpose", "safety_contact", "kit", "tension"} <= needed
    assert running(evening, "finish", "ama")
    assert running(evening, "welfare-ping", "ama")
    evening.count("milo", session, {"10_12.female": 1})


def test_check_ins_run_every_45_minutes_with_the_ladder_behind_them(evening: Evening) -> None:
    session = evening.live()
    assert [row.due_at for row in running(evening, "welfare-ping", "ama")] == [NOW + 45 * MINUTE]
    assert [row.due_at for row in running(evening, "R-48", "ines")] == [NOW + 55 * MINUTE]
    assert [row.due_at for row in running(evening, "R-48.police", "nadia")] == [NOW + 90 * MINUTE]
    evening.now += 40 * MINUTE
    evening.write("milo", "welfare-ping", {"says": "ok"}, on=session)
    assert [row.due_at for row in running(evening, "R-48", "ines")] == [NOW + 95 * MINUTE]
    evening.act("ama", session, "close", CLOSE)
    for rule in ("welfare-ping", "R-48", "R-48.call", "R-48.lead", "R-48.police"):
        assert not running(evening, rule)


@pytest.mark.parametrize("says", ["need_help", "code_word"])
def test_a_call_for_help_reaches_safety_contact_and_lead_until_all_are_safe(evening: Evening, says: str) -> None:
    session = evening.live()
    evening.write("milo", "welfare-ping", {"says": says}, on=session)
    assert {row.owner_id for row in running(evening, "need-help")} == {"ines", "nadia"}
    assert promised(evening, "ines")
    assert told(evening, "ama", session)["help_asked"] is not None
    evening.now += MINUTE
    evening.write("milo", "welfare-ping", {"says": "ok"}, on=session)
    assert running(evening, "need-help"), "an “I’m OK” under pressure must not stop the alarm"
    evening.act("ama", session, "close", CLOSE)
    assert not running(evening, "need-help")


def test_a_position_is_kept_to_100_metres_and_for_a_day(evening: Evening) -> None:
    assert blurred("51.584213,-0.021987") == "51.584, -0.022"
    assert blurred("By the lock") == "By the lock"
    session = evening.plan()
    evening.act("ines", session, "safety-acceptance", {"accepted": "yes"})
    evening.act("ama", session, "briefing", BRIEFING)
    evening.act("ama", session, "start", {"position": "51.584213, -0.021987"})
    evening.act("ama", session, "close", CLOSE)

    def kept_after(hours: int) -> set[str | None]:
        evening.now += hours * HOUR
        days_later(evening, 0)
        with evening.reading("nadia") as db:
            return set(db.scalars(select(table_of(OutreachSession).c.position)))

    assert "51.584, -0.022" in kept_after(23)
    assert kept_after(2) == {None}


def test_a_low_debrief_asks_a_lead_to_check_in(evening: Evening) -> None:
    session = evening.closed()
    assert running(evening, "debrief", "ama")
    evening.act("ama", session, "debrief", {"worked": "Little", "wellbeing": "2"})
    assert promised(evening, "nadia") == ["Check in with Ama after outreach: low, 2 of 5"]
    assert not running(evening, "debrief")
    with evening.reading("milo") as db:
        assert list(db.scalars(select(Action.says))) == []


def test_only_a_lead_signs_off_and_only_what_is_debriefed(evening: Evening) -> None:
    session = evening.closed()
    with pytest.raises(Impossible):
        evening.act("nadia", session, "sign-off")
    evening.act("ama", session, "debrief", {"wellbeing": "4"})
    with pytest.raises(Refused):
        evening.act("ama", session, "sign-off")
    evening.act("nadia", session, "sign-off")
    assert not running(evening, "sign-off")
    with pytest.raises(Impossible, match="no more counts"):
        evening.count("ama", session, {})


def test_somebody_not_on_the_session_cannot_count_ping_or_close(evening: Evening) -> None:
    session = evening.live()
    with pytest.raises(Refused):
        evening.count("leah", session, {"13_15.male": 1})
    with pytest.raises(Refused):
        evening.write("leah", "welfare-ping", {"says": "ok"}, on=session)
    with pytest.raises(Refused):
        evening.act("leah", session, "close", CLOSE)


def test_another_hub_sees_nothing_of_the_evening(evening: Evening) -> None:
    session = evening.live()
    with evening.reading("ben") as db, pytest.raises(LookupError):
        records.find(db, evening.viewer("ben"), session)


def test_a_session_called_off_stops_its_clocks(evening: Evening) -> None:
    session = evening.plan()
    assert running(evening, "outreach-start", "milo")
    assert running(evening, "safety-contact", "ines")
    assert evening.act("ama", session, "calling-off", {"off_reason": "Storm"}) == "called off"
    assert not running(evening, "outreach-start")
    assert not running(evening, "safety-contact")


def test_calm_evenings_are_signed_off_together_and_worrying_ones_one_by_one(evening: Evening) -> None:
    calm, low, asked = evening.closed(), evening.closed(), evening.live()
    evening.write("milo", "welfare-ping", {"says": "need_help"}, on=asked)
    evening.act("ama", asked, "close", CLOSE)
    for session, wellbeing in ((calm, "4"), (low, "1"), (asked, "5")):
        filled = {"depth.hello.people": "1"}
        evening.act("ama", session, "debrief", {"worked": "Football", "wellbeing": wellbeing} | filled)
    viewer = evening.viewer("nadia")
    with evening.database.writing(viewer) as db:
        found = {one.record.id: one.worries for one in signing.waiting(db)}
        assert signing.sign(db, viewer, [calm, low, asked]) == 1
    assert found[calm] == []
    assert "the team is low" in found[low]
    assert "help was asked for" in found[asked]
    with evening.reading("nadia") as db:
        states = {row.id: row.state for row in db.execute(select(Record.id, Record.state))}
    assert (states[calm], states[low], states[asked]) == ("signed off", "debriefed", "debriefed")
    with evening.reading("ama") as db, pytest.raises(Refused):
        signing.sign(db, evening.viewer("ama"), [low])
