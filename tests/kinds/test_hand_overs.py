"""What a young person tapped waits for its worker that day, is nobody else's, and is kept in one place."""

import datetime as dt

import pytest
from sqlalchemy import select

from hub import hand_overs, people
from hub.hand_overs import HandOver
from hub.kinds.distance_travelled import DOMAINS, DistanceTravelled
from hub.kinds.mentoring_session import MentoringSession
from hub.records import Deed
from tests.kinds.pair import CAME, THURSDAY, Pair

DAY = dt.timedelta(days=1)


def tap(pair: Pair, name: str, value: int | None, now: dt.datetime = THURSDAY) -> None:
    with pair.as_("Curtis", now) as (db, viewer):
        dre = people.find(db, "dre")
        assert dre is not None
        given = hand_overs.begin(db, viewer, dre, MentoringSession.slug, ["mood_in", "mood_out"])
        hand_overs.answer(given, name, value)


def offered(pair: Pair, name: str = "Curtis", now: dt.datetime = THURSDAY) -> dict[str, int]:
    with pair.as_(name, now) as (db, viewer):
        return hand_overs.tapped_today(db, viewer, ["dre"], MentoringSession.slug)


def test_only_faces_and_scales_of_their_own_are_handed_over() -> None:
    assert list(hand_overs.theirs(DistanceTravelled)) == list(DOMAINS), "never what the worker sees"
    assert list(hand_overs.theirs(MentoringSession)) == ["mood_in", "mood_out"]


def test_two_hand_overs_of_a_day_fill_one_form(pair: Pair) -> None:
    tap(pair, "mood_in", 2)
    tap(pair, "mood_out", 4, THURSDAY + dt.timedelta(hours=1))
    later = THURSDAY + dt.timedelta(hours=2)
    with pair.as_("Curtis", later) as (db, viewer):
        said = MentoringSession.prefilled(Deed(db, viewer, MentoringSession, None, {}, people=["dre"]))
    assert (said["mood_in"], said["mood_out"]) == (2, 4)


def test_a_skipped_question_is_left_empty(pair: Pair) -> None:
    tap(pair, "mood_in", None)
    assert offered(pair) == {}


def test_it_is_for_no_other_worker_and_for_no_other_day(pair: Pair) -> None:
    tap(pair, "mood_in", 2)
    assert offered(pair, "Nadia") == {}
    assert offered(pair, now=THURSDAY + DAY) == {}
    with pair.as_("Nadia") as (db, _):
        assert db.scalars(select(HandOver)).all() == [], "not even the lead's"


def test_saving_takes_it_up(pair: Pair) -> None:
    tap(pair, "mood_in", 2)
    pair.keep(CAME | {"mood_in": "2"})
    assert offered(pair) == {}


def test_what_was_never_taken_up_goes_with_the_next_days_first(pair: Pair) -> None:
    tap(pair, "mood_in", 2)
    tap(pair, "mood_in", 3, THURSDAY + DAY)
    with pair.as_("Curtis", THURSDAY + DAY) as (db, _):
        assert [given.answers for given in db.scalars(select(HandOver))] == [{"mood_in": 3}]


def test_a_question_that_was_not_asked_has_no_answer(pair: Pair) -> None:
    with pytest.raises(LookupError):
        tap(pair, "worry", 1)
