"""What a young person wants and who does what about it: kept once, ended once, out of sight for others."""

import pytest

from hub.actions import Action, Goal
from hub.db import Database
from hub.ids import uuid7
from tests import cast
from tests.desk import Desk, count, kept


@pytest.fixture
def wharf(database: Database) -> Database:
    """Marcus mentors Amari; Sana leads the work with both; Milo knows neither."""
    cast.build(database)
    cast.relate(database, "marcus", "amari", "allocated")
    cast.relate(database, "sana", "amari", "allocated", lead=True)
    cast.relate(database, "sana", "jade", "allocated", lead=True)
    return database


def test_a_goal_is_kept_in_their_words_and_once(wharf: Database) -> None:
    desk, id = Desk(wharf, "marcus"), uuid7()
    typed = {"submission": id, "says": "I want my own money", "domain": "money"}
    assert [desk.send("/people/amari/goals", **typed).onward for _ in range(2)] == ["/people/amari"] * 2
    assert "“I want my own money”" in desk.go("/people/amari").words
    assert count(wharf, Goal) == 1
    assert desk.send(f"/goals/{id}/end").onward == "/people/amari"
    assert "own money" not in desk.go("/people/amari").words


def test_a_goal_of_somebody_out_of_sight_is_not_there(wharf: Database) -> None:
    id = uuid7()
    Desk(wharf, "sana").send("/people/jade/goals", submission=id, says="School", domain="learning")
    assert Desk(wharf, "marcus").send(f"/goals/{id}/end").status == 404
    assert Desk(wharf, "marcus").send("/people/jade/goals", says="School", domain="learning").status == 404
    assert kept(wharf, Goal, id).ended_at is None


def test_an_id_that_is_somebody_elses_makes_nothing(wharf: Database) -> None:
    id = uuid7()
    Desk(wharf, "sana").send("/people/jade/goals", submission=id, says="School", domain="learning")
    assert Desk(wharf, "marcus").send("/people/amari/goals", submission=id, says="Mine", domain="money").status == 404
    assert kept(wharf, Goal, id).says == "School"


def promised(hub: Database, **typed: str) -> str:
    id = uuid7()
    step = {"says": "Book the test", "owner": "marcus", "due": "2026-11-24", "submission": id}
    assert Desk(hub, "sana").send("/people/amari/actions", **step | typed).onward == "/people/amari"
    return id


def test_a_step_stands_on_its_owners_today_until_it_is_done(wharf: Database) -> None:
    id = promised(wharf)
    marcus = Desk(wharf, "marcus")
    assert "Book the test" in marcus.go("/").words
    assert [marcus.send(f"/actions/{id}/end", status="done").status for _ in range(2)] == [303, 303]
    assert "Book the test" not in marcus.go("/").words
    assert kept(wharf, Action, id).status == "done"


def test_a_step_is_dropped_only_with_a_why(wharf: Database) -> None:
    id = promised(wharf)
    marcus = Desk(wharf, "marcus")
    assert "Say why it is dropped" in marcus.send(f"/actions/{id}/end", status="dropped", why=" ").words
    assert kept(wharf, Action, id).ended_at is None
    assert marcus.send(f"/actions/{id}/end", status="dropped", why="He moved").status == 303
    marcus.send(f"/actions/{id}/end", status="done")
    assert (kept(wharf, Action, id).status, kept(wharf, Action, id).why) == ("dropped", "He moved")


def test_a_step_is_not_there_for_those_out_of_sight(wharf: Database) -> None:
    id = promised(wharf)
    assert Desk(wharf, "milo").go(f"/actions/{id}").status == 404
    assert Desk(wharf, "milo").send(f"/actions/{id}/end", status="done").status == 404
    assert Desk(wharf, "ben").send(f"/actions/{id}/end", status="done").status == 404


@pytest.mark.parametrize(
    "typed", [{"owner": "ben"}, {"owner": "police"}, {"due": "2026-11-20"}, {"due": ""}, {"says": ""}]
)
def test_a_step_needs_a_person_of_ours_and_a_day_to_come(wharf: Database, typed: dict[str, str]) -> None:
    step = {"says": "Book the test", "owner": "marcus", "due": "2026-11-24"} | typed
    page = Desk(wharf, "sana").send("/people/amari/actions", **step)
    assert page.status == 422
    assert count(wharf, Action) == 0
