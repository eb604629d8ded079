"""A mentoring session keeps what the mentor says, and what follows from it reaches the right people and no one else."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import access, actions, audit, people, records
from hub.access import Steward, Viewer, viewer_for
from hub.actions import Action
from hub.agencies import Agency, Hub, Staff
from hub.clock import from_wall
from hub.db import Database
from hub.forms import Typed, read
from hub.ids import uuid7
from hub.kinds.distance_travelled import DOMAINS, DistanceTravelled
from hub.kinds.mentor_match import MentorMatch
from hub.kinds.mentoring_session import MentoringSession
from hub.people import Person
from hub.records import Deed, Impossible, Kind, Record, Wrong
from hub.reminders import Due


def london(time: str) -> dt.datetime:
    return from_wall(dt.datetime.fromisoformat(time))


THURSDAY = london("2026-11-19T18:05")
WEEK = dt.timedelta(days=7)
STAFF = {"Nadia": "TL", "Curtis": "MEN", "Ama": "YW", "Gita": "POL", "Petra": "MEN"}
CAME = {
    "status": "attended",
    "goals_worked": "relationship",
    "what_we_did": "appointment",
    "strengths_seen": "kept_calm",
    "worry": "none",
    "next_step": "meet",
    "carrying_on": "yes",
    "next_session_at": "2026-11-26T17:00",
    "planned_at": "2026-11-19T17:00",
    "place_kind": "walk",
    "method": "face",
    "minutes": "60",
}
MISSED = {"status": "dna", "worry": "none", "next_step": "meet", "carrying_on": "yes"}


@dataclass
class Thornmere:
    """A hub with its mentor, his young person Dre, and those who must not read what they say."""

    database: Database
    dre: str = "dre"

    def viewer(self, name: str, now: dt.datetime = THURSDAY) -> Viewer:
        seen = Viewer(id=name, hub_id="wharf", agency_id="council", roles=frozenset({STAFF[name]}), now=now)
        with self.database.reading(seen) as db:
            return viewer_for(db, seen)

    @contextmanager
    def as_(self, name: str, now: dt.datetime = THURSDAY) -> Iterator[tuple[Session, Viewer]]:
        viewer = self.viewer(name, now)
        with self.database.writing(viewer) as db:
            yield db, viewer

    def keep(
        self,
        typed: dict[str, str],
        now: dt.datetime = THURSDAY,
        kind: type[Kind] = MentoringSession,
        name: str = "Curtis",
    ) -> str:
        """What `name` typed, kept as a new record about Dre; its id."""
        with self.as_(name, now) as (db, viewer):
            dre = db.scalars(select(Person)).one()
            options = kind.options(Deed(db, viewer, kind, None, {}, people=[dre.id]))
            given = read(kind.asked(), Typed.of(typed), now, options)
            assert given.errors == {}
            return records.write(db, viewer, kind, uuid7(), given, people=[(dre, "subject")]).id

    def clocks(self, name: str = "Curtis") -> list[str]:
        """The rules whose clocks run for somebody."""
        with self.as_(name) as (db, _):
            query = select(Due.rule).where(Due.resolved_at.is_(None), Due.owner_id == name).order_by(Due.rule)
            return [*db.scalars(query)]

    def promised(self, name: str) -> list[str]:
        with self.as_(name) as (db, _):
            return [*db.scalars(select(Action.says).where(Action.owner_id == name).order_by(Action.made_at))]


@pytest.fixture
def thornmere(database: Database) -> Thornmere:
    access.enforce(database)
    audit.install(database)
    with database.writing(Steward()) as db:
        db.add(
            Hub(
                id="wharf", slug="wharf", name="The Wharf", borough="Thornmere", duty_phone="020 7946 0000", settings={}
            )
        )
        db.flush()
        db.add(Agency(id="council", hub_id="wharf", name="Council", sector="council"))
        db.flush()
        for name, role in STAFF.items():
            db.add(
                Staff(
                    id=name, hub_id="wharf", agency_id="council", name=name, email=f"{name}@example.org", roles=[role]
                )
            )
    found = Thornmere(database)
    with found.as_("Nadia", THURSDAY - 8 * WEEK) as (db, nadia):
        dre = people.add(db, nadia, {"preferred_name": "Dre", "standing": "at_risk"}, id="dre", ref="YP-5T8B")
        people.allocate(db, nadia, dre, "Curtis", lead=False)
    return found


def test_three_answers_are_enough_and_the_rest_waits_on_today(thornmere: Thornmere) -> None:
    id = thornmere.keep({"status": "attended", "worry": "none"})
    with thornmere.as_("Curtis") as (db, _):
        record = db.get_one(Record, id)
        assert record.gaps == 9
    assert "finish" in thornmere.clocks()


def test_without_them_it_says_which_is_missing(thornmere: Thornmere) -> None:
    given = read(MentoringSession.asked(), Typed.of({"told": "we walked"}), THURSDAY, {})
    assert given.errors == {"status": "Say what happened", "worry": "Say whether anything worries you"}


def test_a_whole_session_leaves_nothing_to_finish(thornmere: Thornmere) -> None:
    id = thornmere.keep(CAME)
    with thornmere.as_("Curtis") as (db, _):
        record = db.get_one(Record, id)
        assert (record.gaps, record.line) == (0, "Mentoring session")
        assert record.summary == "Came, 60 min, a walk, appointment together"
    assert thornmere.clocks() == ["next-session", "scales.first"]


def test_a_missed_session_asks_for_no_minutes_goals_or_strengths(thornmere: Thornmere) -> None:
    typed = MISSED | {"planned_at": "2026-11-19T17:00", "place_kind": "walk", "next_session_at": "2026-11-26T17:00"}
    id = thornmere.keep(typed)
    with thornmere.as_("Curtis") as (db, _):
        assert db.get_one(Record, id).gaps == 0


def test_only_face_to_face_counts_as_contact() -> None:
    met = {"status": "attended", "method": "face"}
    assert MentoringSession.is_contact(met)
    assert not MentoringSession.is_contact(met | {"method": "call"})
    assert not MentoringSession.is_contact(met | {"status": "dna"})


def test_missing_once_asks_for_a_kind_message_and_twice_for_a_welfare_check(thornmere: Thornmere) -> None:
    thornmere.keep(MISSED | {"planned_at": "2026-11-12T17:00"}, THURSDAY - WEEK)
    assert [code for code in thornmere.clocks() if code.startswith("R-50")] == ["R-50"]
    thornmere.keep(MISSED | {"planned_at": "2026-11-19T17:00"})
    assert "R-50.welfare" in thornmere.clocks()


@pytest.mark.parametrize("between", ["attended", "cancelled_yp"])
def test_hearing_from_them_in_between_breaks_the_row(thornmere: Thornmere, between: str) -> None:
    for weeks, status in ((2, "dna"), (1, between), (0, "dna")):
        when = THURSDAY - weeks * WEEK
        thornmere.keep(MISSED | {"status": status, "planned_at": f"{when:%Y-%m-%dT17:00}"}, when)
    assert "R-50.welfare" not in thornmere.clocks()


def test_our_own_cancelling_does_not_break_the_row(thornmere: Thornmere) -> None:
    for weeks, status in ((2, "dna"), (1, "cancelled_us"), (0, "dna")):
        when = THURSDAY - weeks * WEEK
        thornmere.keep(MISSED | {"status": status, "planned_at": f"{when:%Y-%m-%dT17:00}"}, when)
    assert "R-50.welfare" in thornmere.clocks()


def test_seeing_them_again_answers_both_clocks(thornmere: Thornmere) -> None:
    for weeks in (2, 1):
        when = THURSDAY - weeks * WEEK
        thornmere.keep(MISSED | {"planned_at": f"{when:%Y-%m-%dT17:00}"}, when)
    thornmere.keep(CAME)
    assert not [code for code in thornmere.clocks() if code.startswith("R-50")]


def step(thornmere: Thornmere, id: str, slug: str, typed: dict[str, str]) -> None:
    with thornmere.as_("Curtis") as (db, viewer):
        record, _ = records.find(db, viewer, id)
        taken = MentoringSession.act_for(slug)
        assert taken is not None
        given = read(MentoringSession.asked(slug), Typed.of(typed), THURSDAY)
        records.act(db, viewer, MentoringSession, record, taken, given, id=uuid7())


def test_a_kind_message_and_a_welfare_check_each_answer_their_clock(thornmere: Thornmere) -> None:
    thornmere.keep(MISSED | {"planned_at": "2026-11-12T17:00"}, THURSDAY - WEEK)
    id = thornmere.keep(MISSED | {"planned_at": "2026-11-19T17:00"})
    step(thornmere, id, "kind-message", {})
    assert thornmere.clocks().count("R-50") == 1, "the older message was never sent"
    step(thornmere, id, "welfare-check", {"welfare": "Spoke to nan. Moved to mornings."})
    assert "R-50.welfare" not in thornmere.clocks()


def test_no_welfare_check_follows_a_session_they_came_to(thornmere: Thornmere) -> None:
    id = thornmere.keep(CAME)
    with pytest.raises(Impossible):
        step(thornmere, id, "welfare-check", {"welfare": "Fine"})


def test_a_corrected_miss_stops_its_clocks_and_a_corrected_visit_starts_them(thornmere: Thornmere) -> None:
    id = thornmere.keep(MISSED | {"planned_at": "2026-11-19T17:00"})
    for status, clocks in (("attended", []), ("dna", ["R-50"])):
        with thornmere.as_("Curtis") as (db, viewer):
            record, _ = records.find(db, viewer, id)
            given = read({"status": MentoringSession.asked()["status"]}, Typed.of({"status": status}), THURSDAY)
            records.change(db, viewer, MentoringSession, record, given, version=record.version, reason="Wrong tap")
        assert [code for code in thornmere.clocks() if code.startswith("R-50")] == clocks


def test_a_worry_for_today_reaches_the_lead_without_its_words(thornmere: Thornmere) -> None:
    thornmere.keep(CAME | {"worry": "today", "worry_told": "New phone, new trainers"})
    assert thornmere.promised("Nadia") == ["Worry after a mentoring session: read it today"]
    assert thornmere.promised("Ama") == []
    assert "danger" not in thornmere.clocks("Nadia")


def test_danger_now_rings_for_every_lead(thornmere: Thornmere) -> None:
    thornmere.keep(CAME | {"worry": "immediate", "worry_told": "Someone waits outside"})
    with thornmere.as_("Nadia") as (db, _):
        due = db.scalars(select(Due).where(Due.rule == "danger")).one()
        assert (due.owner_id, due.severity) == ("Nadia", "critical")
    assert len(thornmere.promised("Nadia")) == 1


def test_a_next_step_is_an_action_of_a_named_person(thornmere: Thornmere) -> None:
    new = {"next_step": "new", "next_step_told": "Book the CSCS test", "next_step_due": "2026-11-23"}
    thornmere.keep(CAME | new | {"next_step_owner": "colleague", "next_step_staff": "Ama"})
    assert thornmere.promised("Ama") == ["Book the CSCS test"]
    thornmere.keep(CAME | new | {"next_step_owner": "them"})
    assert thornmere.promised("Curtis") == ["Book the CSCS test (theirs to do; ask how it went)"]


def test_next_time_is_a_week_on_at_the_same_wall_time(thornmere: Thornmere) -> None:
    october = london("2026-10-22T18:00")
    thornmere.keep(CAME | {"planned_at": "2026-10-15T17:00", "next_session_at": "2026-10-22T17:00"}, october - WEEK)
    with thornmere.as_("Curtis", october) as (db, viewer):
        offered = MentoringSession.prefilled(Deed(db, viewer, MentoringSession, None, {}, people=["dre"]))
    assert offered["planned_at"] == london("2026-10-22T17:00")
    assert offered["next_session_at"] == london("2026-10-29T17:00"), "the clocks went back on the 25th"
    assert (offered["place_kind"], offered["minutes"]) == ("walk", 60)


def test_strengths_of_last_time_and_steps_still_open_are_one_tap(thornmere: Thornmere) -> None:
    step_ = {
        "next_step": "new",
        "next_step_told": "Book the test",
        "next_step_owner": "me",
        "next_step_due": "2026-11-23",
    }
    thornmere.keep(CAME | step_ | {"strengths_seen": "made_plan"})
    with thornmere.as_("Curtis") as (db, viewer):
        actions.set_goal(db, viewer, "dre", "get my CSCS card", "learning")
        offered = MentoringSession.options(Deed(db, viewer, MentoringSession, None, {}, people=["dre"]))
    assert offered["strengths_seen"][0] == ("made_plan", "Made a plan")
    assert [says for _, says in offered["next_step"]] == ["Still: Book the test", "Just meet again", "A new step"]
    assert [says for _, says in offered["goals_worked"]] == ["get my CSCS card", "Building the relationship"]


def test_a_session_that_has_not_come_cannot_have_happened(thornmere: Thornmere) -> None:
    with pytest.raises(Wrong) as wrong:
        thornmere.keep(CAME | {"planned_at": "2026-11-20T17:00"})
    assert list(wrong.value.errors) == ["planned_at"]
    thornmere.keep(CAME | {"status": "cancelled_yp", "planned_at": "2026-11-20T17:00"})


def test_the_end_of_the_money_is_told_to_the_lead(thornmere: Thornmere) -> None:
    ending = {"carrying_on": "no", "ending": "service", "ending_funding": "yes", "goodbye": "yes"}
    thornmere.keep(CAME | ending)
    assert thornmere.promised("Nadia") == ["A mentoring match ends because the money stopped"]
    assert "scales.ending" in thornmere.clocks()
    assert "next-session" not in thornmere.clocks()


def test_money_over_the_cap_is_kept_and_told(thornmere: Thornmere) -> None:
    with thornmere.database.writing(Steward()) as db:
        db.get_one(Hub, "wharf").settings = {"incentive_cap_pounds": 10}
    thornmere.keep(CAME | {"incentive": "travel", "incentive_pounds": "8"})
    assert thornmere.promised("Nadia") == []
    thornmere.keep(CAME | {"incentive": "travel", "incentive_pounds": "4"})
    assert thornmere.promised("Nadia") == ["Incentives this quarter are over the cap of £10"]


@pytest.mark.parametrize("outsider", ["Gita", "Petra"])
def test_an_officer_and_another_mentor_find_nothing(thornmere: Thornmere, outsider: str) -> None:
    id = thornmere.keep(CAME | {"told": "PLANTED"})
    with thornmere.as_(outsider) as (db, viewer):
        with pytest.raises(LookupError):
            records.find(db, viewer, id)
        assert db.scalars(select(MentoringSession)).all() == []
    with thornmere.as_("Nadia") as (db, viewer):
        record, _ = records.find(db, viewer, id)
        assert records.answers(db, MentoringSession, record)["told"] == "PLANTED"


def test_sessions_are_counted_by_meeting(thornmere: Thornmere) -> None:
    thornmere.keep(CAME | {"planned_at": "2026-11-05T17:00"}, THURSDAY - 2 * WEEK)
    thornmere.keep(MISSED | {"planned_at": "2026-11-12T17:00"}, THURSDAY - WEEK)
    id = thornmere.keep(CAME)
    with thornmere.as_("Curtis") as (db, viewer):
        record, _ = records.find(db, viewer, id)
        assert MentoringSession.context(db, viewer, record, {})["number"] == 2


def test_the_young_person_rates_first(thornmere: Thornmere) -> None:
    with pytest.raises(Wrong):
        thornmere.keep({"occasion": "first", "safe_worker": "4"}, kind=DistanceTravelled)


def test_both_ratings_are_kept_with_what_lies_between_and_where_they_began(thornmere: Thornmere) -> None:
    thornmere.keep({"occasion": "first", "safe": "2", "money": "1"}, THURSDAY - 6 * WEEK, kind=DistanceTravelled)
    id = thornmere.keep(
        {"occasion": "six_weeks", "safe": "3", "safe_worker": "4", "money": "2"}, kind=DistanceTravelled
    )
    with thornmere.as_("Curtis") as (db, viewer):
        record, _ = records.find(db, viewer, id)
        values = records.answers(db, DistanceTravelled, record)
        scales = {line["says"]: line for line in DistanceTravelled.context(db, viewer, record, values)["scales"]}
        assert db.scalars(select(Person.colour)).one() == "grey"
    assert scales["Feeling safe"] == {"says": "Feeling safe", "own": 3, "worker": 4, "apart": 1, "began": 2}
    assert scales["Money and debt"]["apart"] is None
    assert len(scales) == len(DOMAINS)


def test_scales_are_wanted_by_the_third_session_every_six_weeks_at_the_end_and_after(thornmere: Thornmere) -> None:
    running = lambda: [code for code in thornmere.clocks() if code.startswith("scales")]  # noqa: E731
    thornmere.keep(CAME)
    assert running() == ["scales.first"]
    thornmere.keep({"occasion": "first", "safe": "2"}, kind=DistanceTravelled)
    assert running() == ["scales"]
    thornmere.keep(CAME | {"carrying_on": "no", "ending": "planned", "goodbye": "yes"})
    assert running() == ["scales", "scales.ending"]
    thornmere.keep({"occasion": "ending", "safe": "3"}, kind=DistanceTravelled)
    assert running() == ["scales.after"]
    thornmere.keep({"occasion": "after", "safe": "4"}, kind=DistanceTravelled)
    assert running() == []


def test_a_match_has_a_reason_a_review_and_a_check_that_is_not_too_old(thornmere: Thornmere) -> None:
    match = {"mentor": "Curtis", "why": "interests", "dbs_issued_on": "2025-01-06", "review_on": "2027-02-01"}
    id = thornmere.keep(match, kind=MentorMatch, name="Nadia")
    assert "match-review" in thornmere.clocks()
    with pytest.raises(Wrong):
        thornmere.keep(match | {"dbs_issued_on": "2022-01-06"}, kind=MentorMatch, name="Nadia")
    with thornmere.as_("Nadia") as (db, viewer):
        record = db.get_one(Record, id)
        ending = replace(MentorMatch.acts[-1])
        given = read(MentorMatch.asked("ending"), Typed.of({"how_ended": "planned", "ended_well": "yes"}), THURSDAY)
        records.act(db, viewer, MentorMatch, record, ending, given, id=uuid7())
        assert record.state == "ended"
    assert "match-review" not in thornmere.clocks()
