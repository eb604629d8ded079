"""An evening's outreach, from the plan to the sign-off: what it asks, refuses, adds up and sets in motion."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hub import people, records
from hub.access import Refused
from hub.actions import Action
from hub.db import Database, table_of
from hub.kinds.outreach_session import OutreachSession, story
from hub.kinds.outreach_session.ending import let_go
from hub.kinds.outreach_session.named_contact import NamedContact, match
from hub.kinds.outreach_session.quick_count import add_up, total
from hub.kinds.outreach_session.rules import blurred
from hub.kinds.outreach_session.street_contacts import StreetContact
from hub.kinds.outreach_session.words import BANDS, SEXES
from hub.records import Deed, Impossible, Record, Wrong
from hub.reminders import Due
from tests.kinds.evening import BRIEFING, CLOSE, DAY, HOUR, MINUTE, NOW, Evening, build

AT_ONCE = {"ward": "fernside", "staff": "milo", "safety_phoned": "yes"}


@pytest.fixture
def evening(database: Database) -> Evening:
    build(database)
    return Evening(database)


def running(evening: Evening, rule: str, owner: str = "") -> list[Any]:
    """(owner_id, due_at) of the clocks of one rule that nothing has stopped."""
    due = table_of(Due).c
    with evening.reading("nadia") as db:
        rows = db.execute(select(due.owner_id, due.due_at).where(due.rule == rule, due.resolved_at.is_(None))).all()
    return [row for row in rows if not owner or row.owner_id == owner]


def promised(evening: Evening, owner: str) -> list[str]:
    with evening.reading(owner) as db:
        return list(db.scalars(select(Action.says).where(Action.owner_id == owner)))


def told(evening: Evening, who: str, session: str) -> dict[str, Any]:
    """What the session's page shows beside its answers."""
    viewer = evening.viewer(who)
    with evening.reading(who) as db:
        record, decision = records.find(db, viewer, session)
        seen = records.seen(records.answers(db, OutreachSession, record), OutreachSession, decision)
        return story.told(OutreachSession, db, viewer, record, seen)


def names(evening: Evening, who: str, session: str) -> list[str]:
    return [met.name for met in told(evening, who, session)["met"]]


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


def test_danger_now_alerts_the_lead_and_stands_in_front_until_answered(evening: Evening) -> None:
    session = evening.live()
    evening.count("milo", session, {}, danger="immediate")
    assert running(evening, "danger", "nadia")
    assert promised(evening, "nadia") == ["Danger now, told on outreach. Ring Milo."]
    assert told(evening, "milo", session)["danger_now"]
    with pytest.raises(Wrong, match="what was done about the danger"):
        evening.act("ama", session, "close", CLOSE)
    evening.now += MINUTE
    evening.write("milo", "danger-call", {"called": ["999", "mash"]}, on=session)
    assert not told(evening, "milo", session)["danger_now"]
    assert not running(evening, "danger")
    evening.act("ama", session, "close", CLOSE)


def test_two_phones_are_added_up_or_one_is_chosen(evening: Evening) -> None:
    session = evening.live()
    evening.count("ama", session, {"13_15.male": 4, "adult.female": 1})
    evening.count("milo", session, {"13_15.male": 3})
    counted = told(evening, "ama", session)["tally"]
    assert (counted.total, counted.young) == (8, 7)
    assert counted.by == {"ama": ("Ama", 5), "milo": ("Milo", 3)}
    evening.act("ama", session, "close", CLOSE | {"counted_by": "milo", "depth.chat.people": "3"})
    assert told(evening, "ama", session)["tally"].total == 3


def test_depth_and_new_faces_never_come_to_more_than_were_met(evening: Evening) -> None:
    session = evening.live()
    evening.count("ama", session, {"13_15.male": 4})
    with pytest.raises(Wrong, match="comes to 5, but you met 4"):
        evening.act("ama", session, "close", CLOSE | {"depth.hello.people": "3", "depth.help.people": "2"})
    with pytest.raises(Wrong, match="You met 4"):
        evening.act("ama", session, "close", CLOSE | {"new_faces": "5"})
    evening.act("ama", session, "close", CLOSE | {"depth.hello.people": "4", "new_faces": "4"})


def test_an_evening_without_anybody_met_can_be_closed(evening: Evening) -> None:
    session = evening.live()
    evening.count("ama", session, {})
    assert evening.act("ama", session, "close", CLOSE) == "closed"


def test_a_count_takes_three_themes_at_most(evening: Evening) -> None:
    session = evening.live()
    with pytest.raises(Wrong, match="up to 3"):
        evening.count("ama", session, {}, themes=["vapes", "school", "money", "debt"])


def test_a_known_young_person_has_the_meeting_on_their_timeline(evening: Evening) -> None:
    session = evening.live()
    said = {"said": "Asked about a CV", "told": "yes", "danger": "none", "follow_up": "College visit"}
    promise = {"follow_up_by": "ama", "follow_up_on": "2026-11-30"}
    evening.write("ama", "named-contact", said | promise, on=session, about="YP-7F3K")
    assert timeline(evening) == ["Met on outreach: Asked about a CV"]
    assert promised(evening, "ama") == ["College visit"]
    assert names(evening, "ama", session) == ["Kai"]


def timeline(evening: Evening) -> list[str]:
    with evening.reading("ama") as db:
        kai = people.find(db, "kai")
        assert kai is not None
        return [entry.says for entry in records.timeline(db, evening.viewer("ama"), kai)]


def test_the_crew_see_todays_contact_until_midnight_and_no_content(evening: Evening) -> None:
    def finds_kai() -> bool:
        with evening.reading("milo") as db:
            return people.find(db, "kai") is not None

    session = evening.live()
    assert not finds_kai()
    evening.write("ama", "named-contact", {"said": "Owes money", "danger": "none"}, on=session, about="Kai")
    assert finds_kai()
    assert names(evening, "milo", session) == []
    assert names(evening, "will", session) == []
    evening.now += DAY
    assert not finds_kai()


def test_a_promise_is_at_most_fourteen_days_off_and_has_an_owner(evening: Evening) -> None:
    session = evening.live()
    late = {"danger": "none", "follow_up": "College visit", "follow_up_on": "2026-12-08"}
    with pytest.raises(Wrong) as wrong:
        evening.write("ama", "named-contact", late, on=session, about="Kai")
    assert set(wrong.value.errors) == {"follow_up_by", "follow_up_on"}
    with pytest.raises(Wrong):
        evening.write("ama", "follow-up", {"what": "Leaflets", "by": "milo", "due_on": "2026-12-08"}, on=session)
    evening.write("ama", "follow-up", {"what": "Leaflets", "by": "milo", "due_on": "2026-12-07"}, on=session)
    assert promised(evening, "milo") == ["Leaflets"]


def test_a_nickname_is_kept_once_and_let_go_after_ninety_days(evening: Evening) -> None:
    session = evening.live()
    met = {"danger": "none", "age_guess": "13_15", "look_out": "Limping"}
    first = evening.write("ama", "named-contact", met, on=session, about="Skits")
    evening.write("ama", "named-contact", {"danger": "none"}, on=session, about=" skits ")
    assert names(evening, "ama", session) == ["“Skits”", "“Skits”"]
    with evening.reading("ama") as db:
        assert len(db.scalars(select(StreetContact)).all()) == 1
    with evening.reading("will") as db:
        assert db.scalars(select(StreetContact)).all() == []
    days_later(evening, 91)
    with evening.reading("nadia") as db:
        assert db.scalars(select(StreetContact)).all() == []
        record = db.get(Record, first)
        assert record is not None
        kept = records.answers(db, NamedContact, record)
    assert (kept["look_out"], kept["age_guess"]) == (None, None)


def days_later(evening: Evening, days: int) -> None:
    evening.now += days * DAY
    with evening.database.writing(evening.viewer("nadia")) as db:
        let_go(db, "wharf", evening.now)


def test_a_street_contact_who_is_known_after_all_joins_the_timeline(evening: Evening) -> None:
    session = evening.live()
    evening.write("ama", "named-contact", {"danger": "none", "said": "Asked for food"}, on=session, about="Skits")
    assert timeline(evening) == []
    with evening.database.writing(evening.viewer("ama")) as db:
        kai, skits = people.find(db, "kai"), db.scalars(select(StreetContact)).one()
        assert kai is not None
        match(Deed(db, evening.viewer("ama"), NamedContact, None, {}), skits, kai)
    assert timeline(evening) == ["Met on outreach: Asked for food"]
    assert not running(evening, "street-contact")
    days_later(evening, 91)
    assert names(evening, "nadia", session) == ["Kai"]


def test_a_broken_lock_gets_an_owner_and_a_day(evening: Evening) -> None:
    session = evening.live()
    evening.write("milo", "hotspot-observation", {"place": "Car park gate", "saw": ["broken"]}, on=session)
    evening.write("milo", "hotspot-observation", {"place": "Library steps", "saw": ["calm", "guardian"]}, on=session)
    assert promised(evening, "milo") == ["Get it mended: Car park gate, broken lock or light"]


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


def test_a_doubled_count_is_one_count(evening: Evening) -> None:
    session = evening.live()
    id = evening.count("ama", session, {"13_15.male": 2})
    evening.write("ama", "quick-count", {"counts.13_15.male": "2", "danger": "none"}, on=session, id=id)
    assert told(evening, "ama", session)["tally"].total == 2


cells = st.dictionaries(st.sampled_from([f"{band}.{sex}" for band in BANDS for sex in SEXES]), st.integers(1, 99))


@given(st.lists(cells))
def test_adding_up_loses_and_invents_nobody(counts: list[dict[str, int]]) -> None:
    summed = add_up(counts)
    assert total(summed) == sum(total(count) for count in counts)
    assert all(summed[cell] == sum(count.get(cell, 0) for count in counts) for cell in summed)


@given(st.lists(cells), st.randoms())
def test_the_order_in_which_phones_arrive_does_not_matter(counts: list[dict[str, int]], random: Any) -> None:
    shuffled = list(counts)
    random.shuffle(shuffled)
    assert add_up(counts) == add_up(shuffled)
