"""A mentoring session keeps what the mentor says, and what follows from it reaches the right people and no one else."""

import pytest
from sqlalchemy import select

from hub import actions, people, records
from hub.access import Steward
from hub.actions import Action
from hub.agencies import Hub
from hub.forms import Typed, read
from hub.ids import uuid7
from hub.kinds.mentoring_session import MentoringSession
from hub.people import Person
from hub.records import Deed, Impossible, Record, Wrong
from hub.reminders import Due
from tests.kinds.pair import CAME, MISSED, THURSDAY, WEEK, Pair, london


def test_three_answers_are_enough_and_the_rest_waits_on_today(pair: Pair) -> None:
    id = pair.keep({"status": "attended", "worry": "none"})
    with pair.as_("Curtis") as (db, _):
        record = db.get_one(Record, id)
        assert record.gaps == 9
    assert "finish" in pair.clocks()


def test_without_them_it_says_which_is_missing(pair: Pair) -> None:
    given = read(MentoringSession.asked(), Typed.of({"told": "we walked"}), THURSDAY, {})
    assert given.errors == {"status": "Say what happened", "worry": "Say whether anything worries you"}


def test_a_whole_session_leaves_nothing_to_finish(pair: Pair) -> None:
    id = pair.keep(CAME)
    with pair.as_("Curtis") as (db, _):
        record = db.get_one(Record, id)
        assert (record.gaps, record.line) == (0, "Mentoring session")
        assert record.summary == "Came, 60 min, a walk, appointment together"
    assert pair.clocks() == ["next-session", "scales.first"]


def test_a_missed_session_asks_for_no_minutes_goals_or_strengths(pair: Pair) -> None:
    typed = MISSED | {"planned_at": "2026-11-19T17:00", "place_kind": "walk", "next_session_at": "2026-11-26T17:00"}
    id = pair.keep(typed)
    with pair.as_("Curtis") as (db, _):
        assert db.get_one(Record, id).gaps == 0


def test_only_face_to_face_counts_as_contact() -> None:
    met = {"status": "attended", "method": "face"}
    assert MentoringSession.is_contact(met)
    assert not MentoringSession.is_contact(met | {"method": "call"})
    assert not MentoringSession.is_contact(met | {"status": "dna"})


def test_missing_once_asks_for_a_kind_message_and_twice_for_a_welfare_check(pair: Pair) -> None:
    pair.keep(MISSED | {"planned_at": "2026-11-12T17:00"}, THURSDAY - WEEK)
    assert [code for code in pair.clocks() if code.startswith("R-50")] == ["R-50"]
    pair.keep(MISSED | {"planned_at": "2026-11-19T17:00"})
    assert "R-50.welfare" in pair.clocks()


@pytest.mark.parametrize("between", ["attended", "cancelled_yp"])
def test_hearing_from_them_in_between_breaks_the_row(pair: Pair, between: str) -> None:
    for weeks, status in ((2, "dna"), (1, between), (0, "dna")):
        when = THURSDAY - weeks * WEEK
        pair.keep(MISSED | {"status": status, "planned_at": f"{when:%Y-%m-%dT17:00}"}, when)
    assert "R-50.welfare" not in pair.clocks()


def test_our_own_cancelling_does_not_break_the_row(pair: Pair) -> None:
    for weeks, status in ((2, "dna"), (1, "cancelled_us"), (0, "dna")):
        when = THURSDAY - weeks * WEEK
        pair.keep(MISSED | {"status": status, "planned_at": f"{when:%Y-%m-%dT17:00}"}, when)
    assert "R-50.welfare" in pair.clocks()


def test_seeing_them_again_answers_both_clocks(pair: Pair) -> None:
    for weeks in (2, 1):
        when = THURSDAY - weeks * WEEK
        pair.keep(MISSED | {"planned_at": f"{when:%Y-%m-%dT17:00}"}, when)
    pair.keep(CAME)
    assert not [code for code in pair.clocks() if code.startswith("R-50")]


def step(pair: Pair, id: str, slug: str, typed: dict[str, str]) -> None:
    with pair.as_("Curtis") as (db, viewer):
        record, _ = records.find(db, viewer, id)
        taken = MentoringSession.act_for(slug)
        assert taken is not None
        given = read(MentoringSession.asked(slug), Typed.of(typed), THURSDAY)
        records.act(db, viewer, MentoringSession, record, taken, given, id=uuid7())


def test_a_kind_message_and_a_welfare_check_each_answer_their_clock(pair: Pair) -> None:
    pair.keep(MISSED | {"planned_at": "2026-11-12T17:00"}, THURSDAY - WEEK)
    id = pair.keep(MISSED | {"planned_at": "2026-11-19T17:00"})
    step(pair, id, "kind-message", {})
    assert pair.clocks().count("R-50") == 1, "the older message was never sent"
    step(pair, id, "welfare-check", {"welfare": "Spoke to nan. Moved to mornings."})
    assert "R-50.welfare" not in pair.clocks()


def test_no_welfare_check_follows_a_session_they_came_to(pair: Pair) -> None:
    id = pair.keep(CAME)
    with pytest.raises(Impossible):
        step(pair, id, "welfare-check", {"welfare": "Fine"})


def test_a_corrected_miss_stops_its_clocks_and_a_corrected_visit_starts_them(pair: Pair) -> None:
    id = pair.keep(MISSED | {"planned_at": "2026-11-19T17:00"})
    for status, clocks in (("attended", []), ("dna", ["R-50"])):
        with pair.as_("Curtis") as (db, viewer):
            record, _ = records.find(db, viewer, id)
            given = read({"status": MentoringSession.asked()["status"]}, Typed.of({"status": status}), THURSDAY)
            records.change(db, viewer, MentoringSession, record, given, version=record.version, reason="Wrong tap")
        assert [code for code in pair.clocks() if code.startswith("R-50")] == clocks


def test_a_worry_for_today_reaches_the_lead_without_its_words(pair: Pair) -> None:
    pair.keep(CAME | {"worry": "today", "worry_told": "New phone, new trainers"})
    assert pair.promised("Nadia") == ["Worry after a mentoring session: read it today"]
    assert pair.promised("Ama") == []
    assert "danger" not in pair.clocks("Nadia")


def test_danger_now_rings_for_every_lead(pair: Pair) -> None:
    pair.keep(CAME | {"worry": "immediate", "worry_told": "Someone waits outside"})
    with pair.as_("Nadia") as (db, _):
        due = db.scalars(select(Due).where(Due.rule == "danger")).one()
        assert (due.owner_id, due.severity) == ("Nadia", "critical")
    assert len(pair.promised("Nadia")) == 1


def test_a_next_step_is_an_action_of_a_named_person(pair: Pair) -> None:
    new = {"next_step": "new", "next_step_told": "Book the CSCS test", "next_step_due": "2026-11-23"}
    pair.keep(CAME | new | {"next_step_owner": "colleague", "next_step_staff": "Ama"})
    assert pair.promised("Ama") == ["Book the CSCS test"]
    pair.keep(CAME | new | {"next_step_owner": "them"})
    assert pair.promised("Curtis") == ["Book the CSCS test (theirs to do; ask how it went)"]


def test_next_time_is_a_week_on_at_the_same_wall_time(pair: Pair) -> None:
    october = london("2026-10-22T18:00")
    pair.keep(CAME | {"planned_at": "2026-10-15T17:00", "next_session_at": "2026-10-22T17:00"}, october - WEEK)
    with pair.as_("Curtis", october) as (db, viewer):
        offered = MentoringSession.prefilled(Deed(db, viewer, MentoringSession, None, {}, people=["dre"]))
    assert offered["planned_at"] == london("2026-10-22T17:00")
    assert offered["next_session_at"] == london("2026-10-29T17:00"), "the clocks went back on the 25th"
    assert (offered["place_kind"], offered["minutes"]) == ("walk", 60)


def test_strengths_of_last_time_and_steps_still_open_are_one_tap(pair: Pair) -> None:
    step_ = {
        "next_step": "new",
        "next_step_told": "Book the test",
        "next_step_owner": "me",
        "next_step_due": "2026-11-23",
    }
    pair.keep(CAME | step_ | {"strengths_seen": "made_plan"})
    with pair.as_("Curtis") as (db, viewer):
        actions.set_goal(db, viewer, "dre", "get my CSCS card", "learning")
        offered = records.options_for(db, viewer, MentoringSession, about=db.get_one(Person, "dre"))
    assert offered["strengths_seen"][0] == ("made_plan", "Made a plan")
    assert [says for _, says in offered["next_step"]] == ["Still: Book the test", "Just meet again", "A new step"]
    assert [says for _, says in offered["goals_worked"]] == ["get my CSCS card", "Building the relationship"]


def test_a_session_that_has_not_come_cannot_have_happened(pair: Pair) -> None:
    with pytest.raises(Wrong) as wrong:
        pair.keep(CAME | {"planned_at": "2026-11-20T17:00"})
    assert list(wrong.value.errors) == ["planned_at"]
    pair.keep(CAME | {"status": "cancelled_yp", "planned_at": "2026-11-20T17:00"})


def test_the_end_of_the_money_is_told_to_the_lead(pair: Pair) -> None:
    ending = {"carrying_on": "no", "ending": "service", "ending_funding": "yes", "goodbye": "yes"}
    pair.keep(CAME | ending)
    assert pair.promised("Nadia") == ["A mentoring match ends because the money stopped"]
    assert "scales.ending" in pair.clocks()
    assert "next-session" not in pair.clocks()


def test_money_over_the_cap_is_kept_and_told(pair: Pair) -> None:
    with pair.database.writing(Steward()) as db:
        db.get_one(Hub, "wharf").settings = {"incentive_cap_pounds": 10}
    pair.keep(CAME | {"incentive": "travel", "incentive_pounds": "8"})
    assert pair.promised("Nadia") == []
    pair.keep(CAME | {"incentive": "travel", "incentive_pounds": "4"})
    assert pair.promised("Nadia") == ["Incentives this quarter are over the cap of £10"]


@pytest.mark.parametrize("outsider", ["Gita", "Petra"])
def test_an_officer_and_another_mentor_find_nothing(pair: Pair, outsider: str) -> None:
    id = pair.keep(CAME | {"told": "PLANTED"})
    with pair.as_(outsider) as (db, viewer):
        with pytest.raises(LookupError):
            records.find(db, viewer, id)
        assert db.scalars(select(MentoringSession)).all() == []
    with pair.as_("Nadia") as (db, viewer):
        record, _ = records.find(db, viewer, id)
        assert records.answers(db, MentoringSession, record)["told"] == "PLANTED"


def test_sessions_are_counted_by_meeting(pair: Pair) -> None:
    pair.keep(CAME | {"planned_at": "2026-11-05T17:00"}, THURSDAY - 2 * WEEK)
    pair.keep(MISSED | {"planned_at": "2026-11-12T17:00"}, THURSDAY - WEEK)
    id = pair.keep(CAME)
    with pair.as_("Curtis") as (db, viewer):
        record, _ = records.find(db, viewer, id)
        assert MentoringSession.context(db, viewer, record, {"status": "attended"})["number"] == 2


def test_moved_to_the_right_person_nothing_of_it_stays_with_the_wrong_one(pair: Pair) -> None:
    with pair.as_("Curtis") as (db, viewer):
        goal = actions.set_goal(db, viewer, "dre", "get my CSCS card", "learning")
    new = {
        "next_step": "new",
        "next_step_told": "Book the test",
        "next_step_owner": "me",
        "next_step_due": "2026-11-23",
    }
    id = pair.keep(CAME | new | {"goals_worked": goal.id})
    with pair.as_("Nadia") as (db, nadia):
        jaz = people.add(db, nadia, {"preferred_name": "Jaz", "standing": "at_risk"}, id="jaz", ref="YP-9R2L")
        people.allocate(db, nadia, jaz, "Curtis", lead=False)
        record, _ = records.find(db, nadia, id)
        records.move(db, nadia, record, db.get_one(Person, "dre"), jaz, "Wrong name")
    with pair.as_("Nadia") as (db, nadia):
        for followed in (Due, Action):
            about = {*db.scalars(select(followed.person_id).where(followed.record_id == id))}
            assert about <= {"jaz", None}
        record, _ = records.find(db, nadia, id)
        offered = records.options_for(db, nadia, MentoringSession, record)
        assert dict(offered["goals_worked"])[goal.id] == "Another goal", "what Dre wants is not told on Jaz's record"
