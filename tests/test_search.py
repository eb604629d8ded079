"""Search: what it finds, and how it says nothing about whom one may not see."""

import pytest
from sqlalchemy import select

from hub.access import Steward
from hub.actions import Action
from hub.agencies import Staff
from hub.audit import AuditEvent
from hub.db import Database
from hub.ids import uuid7
from tests import cast
from tests.desk import Desk, count, say

NOTHING = "Not on your list. Ask the duty lead to match"


@pytest.fixture
def wharf(database: Database) -> Database:
    """Marcus mentors Amari; nobody but a lead sees Jade."""
    cast.build(database)
    cast.relate(database, "marcus", "amari", "allocated")
    say(database, "amari", found_by="amari little a amari idowu yp-amari", preferred_name="Amari")
    say(database, "jade", found_by="jade jadey jade osborne yp-jade", preferred_name="Jade")
    return database


def search(desk: Desk, words: str) -> Desk:
    return desk.go(desk.send("/search", words=words).onward)


def test_a_name_a_nickname_or_a_reference_finds_somebody(wharf: Database) -> None:
    desk = Desk(wharf, "marcus")
    for words in ("amari", "AMARI", "  little   a ", "yp-amari", "YP-AMARI", "idowu", "a idow"):
        assert "/people/amari" in search(desk, words).links, words
        assert "harmed" in desk.words
        assert NOTHING not in desk.words


def test_who_is_out_of_sight_and_who_is_not_there_read_the_same(wharf: Database) -> None:
    desk = Desk(wharf, "marcus")
    nobody = search(desk, "zzzz").words
    for words in ("jade", "yp-jade", "kofi", "nobody at all", "%", "_", "a%i", "\\", "' or 1=1"):
        assert search(desk, words).words == nobody, words
        assert "/people/jade" not in desk.page
    assert NOTHING in nobody


def test_a_lead_finds_whom_a_mentor_does_not(wharf: Database) -> None:
    assert "/people/jade" in search(Desk(wharf, "nadia"), "jade").links


def test_nobody_of_another_hub_is_found(wharf: Database) -> None:
    assert NOTHING in search(Desk(wharf, "ben"), "amari").words
    assert "/people/kofi" not in search(Desk(wharf, "nadia"), "kofi").links


def test_what_was_typed_never_stands_in_an_address(wharf: Database) -> None:
    desk = Desk(wharf, "marcus")
    onward = desk.send("/search", words="amari idowu").onward
    assert "amari" not in onward.lower()
    assert 'value="amari idowu"' in desk.go(onward).page


def test_an_address_opens_the_words_of_nobody_else(wharf: Database) -> None:
    onward = Desk(wharf, "nadia").send("/search", words="amari").onward
    shown = Desk(wharf, "marcus").go(onward)
    assert shown.status == 200
    assert "amari" not in shown.page.lower()


def test_an_address_that_was_made_up_shows_the_empty_search(wharf: Database) -> None:
    desk = Desk(wharf, "marcus")
    for words in ("", "amari", "AAAA", "é", "====", "x" * 5000):
        assert desk.go(f"/search?words={words}").status == 200, words
        assert NOTHING not in desk.words


def test_nothing_typed_searches_for_nothing(wharf: Database) -> None:
    for words in ("", "   ", "\0"):
        assert Desk(wharf, "marcus").send("/search", words=words).onward == "/search"


def test_the_duty_lead_is_asked_once_with_what_was_typed(wharf: Database) -> None:
    desk = search(Desk(wharf, "marcus"), "Jade O")
    typed = {"words": desk.hidden("words"), "submission": desk.hidden("submission")}
    answers = [desk.send("/search/ask", **typed).onward for _ in range(2)]
    assert answers[0] == answers[1]
    assert "The duty lead has been asked" in desk.go(answers[0]).words
    with wharf.reading(Steward()) as db:
        action = db.scalars(select(Action)).one()
    assert (action.owner_id, action.says) == ("nadia", "Match “jade o” for Marcus")
    assert "Match “jade o”" in Desk(wharf, "nadia").go("/").words
    assert "jade o" not in Desk(wharf, "milo").go("/").words


def test_the_lead_on_duty_is_asked_before_another(wharf: Database) -> None:
    with wharf.writing(Steward()) as db:
        db.get_one(Staff, "sana").roles = ["TL"]
    cast.relate(wharf, "sana", None, "rota")
    desk = search(Desk(wharf, "marcus"), "jade")
    desk.send("/search/ask", words=desk.hidden("words"), submission=uuid7())
    with wharf.reading(Steward()) as db:
        assert db.scalars(select(Action.owner_id)).one() == "sana"


def test_looking_alone_asks_nobody(wharf: Database) -> None:
    search(Desk(wharf, "marcus"), "jade")
    assert count(wharf, Action) == 0


def test_a_question_that_was_not_searched_asks_nobody(wharf: Database) -> None:
    assert Desk(wharf, "marcus").send("/search/ask", words="jade", submission=uuid7()).onward == "/search"
    assert count(wharf, Action) == 0


def test_a_search_is_kept_without_its_words(wharf: Database) -> None:
    search(Desk(wharf, "marcus"), "amari idowu")
    with wharf.reading(Steward()) as db:
        event = db.scalars(select(AuditEvent).where(AuditEvent.verb == "search")).one()
    assert "ref-of-amari" in event.body
    assert "idowu" not in event.body
