"""Opening a file for somebody new: what is enough, what is refused, and who is told of a likely double."""

import pytest

from hub.db import Database
from hub.ids import uuid7
from hub.people import Person
from tests import cast
from tests.desk import Desk, count, kept

NEW = {"preferred_name": "Remi", "standing": "at_risk", "dob": "2011-03-09"}


@pytest.fixture
def wharf(database: Database) -> Database:
    """Marcus mentors Amari; Sana leads the work with both; Milo knows neither."""
    cast.build(database)
    cast.relate(database, "marcus", "amari", "allocated")
    cast.relate(database, "sana", "amari", "allocated", lead=True)
    cast.relate(database, "sana", "jade", "allocated", lead=True)
    return database


def test_a_name_a_standing_and_an_age_open_a_file(wharf: Database) -> None:
    desk, id = Desk(wharf, "tom"), uuid7()
    assert [desk.send("/people/new", submission=id, **NEW).onward for _ in range(2)] == [f"/people/{id}"] * 2
    assert "Remi" in desk.go(f"/people/{id}").words
    assert count(wharf, Person) == len(cast.YOUNG_PEOPLE) + 1
    assert "Decide who works with" in Desk(wharf, "nadia").go("/").words


def test_another_hub_does_not_learn_of_a_new_file(wharf: Database) -> None:
    id = uuid7()
    Desk(wharf, "tom").send("/people/new", submission=id, **NEW)
    assert Desk(wharf, "ben").go(f"/people/{id}").status == 404
    Desk(wharf, "ben").send("/people/new", submission=id, **NEW)
    assert kept(wharf, Person, id).hub_id == cast.WHARF


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"preferred_name": " "}, "Enter the name they like to be called"),
        ({"standing": ""}, "Choose their standing"),
        ({"dob": ""}, "Enter their date of birth, or choose an age band"),
        ({"dob": "2018-01-01"}, "Children under 10 have no file here"),
        ({"dob": "", "age_band": "under_10", "age_source": "stated"}, "Children under 10 have no file here"),
        ({"dob": "1990-01-01"}, "Only a lead opens a file for someone over 25"),
        ({"dob": "", "age_band": "13_15"}, "Say how we know their age"),
        ({"dob": "2030-01-01"}, "it cannot be in the future"),
        ({"preferred_name": "x" * 61}, "use 60 characters or fewer"),
        ({"preferred_name": "a\0b"}, "a character in it that cannot be kept"),
    ],
)
def test_a_file_that_cannot_be_opened_says_why(wharf: Database, typed: dict[str, str], says: str) -> None:
    page = Desk(wharf, "tom").send("/people/new", **{"submission": uuid7(), "nicknames": "Rem", **NEW, **typed})
    assert page.status == 422
    assert says in page.words
    assert 'value="Rem"' in page.page
    assert count(wharf, Person) == len(cast.YOUNG_PEOPLE)


def test_a_lead_opens_a_file_for_somebody_older(wharf: Database) -> None:
    assert Desk(wharf, "nadia").send("/people/new", **NEW | {"dob": "1999-01-01"}).status == 303


def test_a_likely_double_is_shown_only_to_those_who_know_them(wharf: Database) -> None:
    typed = NEW | {"preferred_name": "amari"}
    knows = Desk(wharf, "marcus").send("/people/new", submission=uuid7(), **typed)
    assert knows.status == 422
    assert "Is it one of these?" in knows.words
    assert "YP-AMARI" in knows.words
    assert Desk(wharf, "marcus").send("/people/new", submission=uuid7(), new="yes", **typed).status == 303
    assert Desk(wharf, "tom").send("/people/new", submission=uuid7(), **typed).status == 303


@pytest.mark.parametrize("name", ["anil", "pete", "dina", "clive", "hari"])
def test_who_does_not_work_with_young_people_opens_no_file(wharf: Database, name: str) -> None:
    desk = Desk(wharf, name)
    assert desk.go("/people/new").status == 403
    assert desk.send("/people/new", **NEW).status == 403
    assert count(wharf, Person) == len(cast.YOUNG_PEOPLE)
