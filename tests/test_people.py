"""A young person's file: what each colleague finds in it, and what it takes from them."""

import datetime as dt
import itertools

import pytest

from hub.db import Database
from hub.forms import questions
from hub.people import Person
from hub.web.person_forms import PARTS
from tests import cast
from tests.desk import Desk, kept, say

SECRETS = {
    "phone": "07700 900111",
    "safety_notes": "Never near the bus station",
    "helps": "Boxing and his nan",
    "external_ids": "Mosaic 998877",
}


@pytest.fixture
def wharf(database: Database) -> Database:
    """Marcus mentors Amari; Sana leads the work with both; everything about Amari is filled in."""
    cast.build(database)
    cast.relate(database, "marcus", "amari", "allocated")
    cast.relate(database, "sana", "amari", "allocated", lead=True)
    cast.relate(database, "sana", "jade", "allocated", lead=True)
    say(database, "amari", channel="call", dob=dt.date(2010, 5, 5), **SECRETS)
    return database


def test_a_file_shows_each_colleague_their_part(wharf: Database) -> None:
    cast.relate(wharf, "ella", "amari", "allocated")
    cast.relate(wharf, "ada", "amari", "today")
    cast.relate(wharf, "meera", "amari", "plan")
    case = {"phone", "safety_notes", "helps"}
    sees = {"nadia": set(SECRETS), "sana": set(SECRETS), "marcus": case, "ella": {"phone"}, "ada": {"phone"}}
    for name, expected in (sees | {"meera": {"phone"}}).items():
        shown = Desk(wharf, name).go("/people/amari")
        assert shown.status == 200
        assert {field for field, words in SECRETS.items() if words in shown.words} == expected, name


def test_denied_and_absent_are_the_same_page(wharf: Database) -> None:
    paths = ("/people/{}", "/people/{}/timeline", "/people/{}/change", "/people/{}/goals/new", "/record?person={}")
    for name, path in itertools.product(("milo", "pete", "anil", "owen", "hari", "yara", "ben"), paths):
        desk = Desk(wharf, name)
        denied = desk.go(path.format("amari")).answer
        absent = desk.go(path.format("nobody")).answer
        assert denied.status_code == 404, (name, path)
        assert denied.content == absent.content
        assert dict(denied.headers) == dict(absent.headers)


def test_a_page_about_somebody_says_their_standing_and_never_names_them_in_its_title(wharf: Database) -> None:
    desk = Desk(wharf, "marcus")
    for path in ("", "/timeline", "/change", "/goals/new", "/actions/new"):
        page = desk.go(f"/people/amari{path}")
        assert "harmed" in page.words
        title = page.page.partition("<title>")[2].partition("</title>")[0]
        assert title
        assert "Amari" not in title


def test_a_name_is_never_markup(wharf: Database) -> None:
    say(wharf, "amari", preferred_name="<b onclick=x>أمير 🌟 & co</b>")
    page = Desk(wharf, "marcus").go("/people/amari").page
    assert "<b onclick" not in page
    assert "أمير 🌟 &amp; co" in page


def test_no_safe_way_to_reach_somebody_shows_no_number(wharf: Database) -> None:
    say(wharf, "amari", channel="none")
    page = Desk(wharf, "marcus").go("/people/amari")
    assert "No safe way to reach them" in page.words
    assert "tel:" not in page.page


def test_every_question_about_somebody_stands_in_one_part() -> None:
    placed = [name for _, names in PARTS.values() for name in names]
    assert sorted(placed) == sorted(questions(Person))


def test_a_part_asks_only_what_one_may_see(wharf: Database) -> None:
    assert 'name="external_ids"' in Desk(wharf, "sana").go("/people/amari/change?part=papers").page
    assert 'name="external_ids"' not in Desk(wharf, "marcus").go("/people/amari/change?part=papers").page


def test_what_one_may_not_see_one_cannot_change(wharf: Database) -> None:
    desk = Desk(wharf, "marcus")
    typed = {"part": "papers", "version": "1", "external_ids": "mine now", "colour": "green", "hub_id": cast.MILL}
    assert desk.send("/people/amari/change", **typed).status == 303
    person = kept(wharf, Person, "amari")
    assert (person.external_ids, person.colour, person.hub_id) == (SECRETS["external_ids"], "grey", cast.WHARF)


def test_reception_changes_how_to_reach_todays_visitor(wharf: Database) -> None:
    cast.relate(wharf, "ada", "amari", "today")
    typed = {"part": "reach", "version": "1", "channel": "sms", "phone": "07700 900222"}
    assert Desk(wharf, "ada").send("/people/amari/change", **typed).onward == "/people/amari"
    assert kept(wharf, Person, "amari").phone == "07700 900222"
    assert Desk(wharf, "ada").go("/people/amari/change?part=safety").words.count("Never near") == 0


def test_who_only_reads_a_file_does_not_change_it(wharf: Database) -> None:
    cast.relate(wharf, "tom", "amari", "share")
    desk = Desk(wharf, "tom")
    assert desk.go("/people/amari/change").status == 403
    assert (
        desk.send("/people/amari/change", part="name", version="1", preferred_name="X", standing="alleged").status
        == 403
    )
    assert kept(wharf, Person, "amari").standing == "harmed"
    assert "Change this file" not in desk.go("/people/amari").words


def test_two_who_change_at_once_both_see_both(wharf: Database) -> None:
    first, second = Desk(wharf, "sana"), Desk(wharf, "marcus")
    version = second.go("/people/amari/change?part=safety").hidden("version")
    first.send(
        "/people/amari/change", part="safety", version=version, safety_notes="Meet at the library", helps="Boxing"
    )
    late = second.send(
        "/people/amari/change", part="safety", version=version, safety_notes="Meet at nan’s", helps="Boxing"
    )
    assert late.status == 409
    assert "Meet at nan’s" in late.words
    assert "It now says “Meet at the library”" in late.words
    again = late.hidden("version")
    second.send("/people/amari/change", part="safety", version=again, safety_notes="Meet at nan’s", helps="Boxing")
    assert kept(wharf, Person, "amari").safety_notes == "Meet at nan’s"


def test_a_change_that_arrives_twice_is_one_change(wharf: Database) -> None:
    typed = {"part": "safety", "version": "1", "safety_notes": "Meet at nan’s", "helps": SECRETS["helps"]}
    desk = Desk(wharf, "sana")
    assert [desk.send("/people/amari/change", **typed).status for _ in range(2)] == [303, 303]
    assert kept(wharf, Person, "amari").version == 2


def test_a_wrong_answer_is_named_and_every_word_is_kept(wharf: Database) -> None:
    typed = {
        "part": "name",
        "version": "1",
        "preferred_name": "",
        "standing": "villain",
        "legal_name": "A. Name",
        "dob": "never",
    }
    page = Desk(wharf, "sana").send("/people/amari/change", **typed)
    assert page.status == 422
    assert 'value="A. Name"' in page.page
    assert 'value="never"' in page.page
    assert kept(wharf, Person, "amari").legal_name is None


def test_there_are_no_other_parts(wharf: Database) -> None:
    desk = Desk(wharf, "sana")
    for part in ("nowhere", "", "_name", "../name"):
        assert desk.send("/people/amari/change", part=part, version="1").status == 404
