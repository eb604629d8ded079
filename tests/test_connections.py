"""Personal connections, compartments and searches that found nobody: what a lead settles, and what nobody learns."""

import datetime as dt

import pytest
from sqlalchemy import select

from hub import people
from hub.access import Exclusion, Grant, Refused, Steward
from hub.actions import Action
from hub.agencies import Hub
from hub.db import Database
from hub.relations import Connection, Match, Request, exclusions, grants
from tests import cast
from tests.cast import NOW, asking
from tests.visitor import day, number, visit, with_second_lead


@pytest.fixture
def hub(database: Database) -> Database:
    """The Wharf and the Mill, and Farah, a second lead at the Wharf."""
    return with_second_lead(cast.build(database))


def may_see(hub: Database, who: str, person: str = "amari", now: dt.datetime = NOW) -> bool:
    viewer = asking(hub, who, now)
    with hub.reading(viewer) as db:
        return people.find(db, person) is not None


def give(hub: Database, staff: str = "sana") -> str:
    """What the page says after Nadia allocates a colleague."""
    form = {"relation": "allocated", "staff": staff, "starts_on": day(0)}
    return visit(hub, "nadia").post("/people/amari/access/new", **form).shows


def test_a_personal_connection_closes_the_file_at_once_and_only_another_lead_lifts_it(hub: Database) -> None:
    give(hub)
    sana = visit(hub, "sana")
    assert "Thank you" in sana.post("/people/amari/connection", reason="He is my nephew").shows
    assert not may_see(hub, "sana")
    assert "Not on your list" in sana.go("/people/amari").shows
    assert "has a personal connection" in give(hub)
    with hub.reading(asking(hub, "nadia")) as db:
        told = db.scalars(select(Action.says).where(Action.person_id == "amari")).all()
        exclusion = db.scalar(select(Exclusion.id))
    assert told == ["Choose another worker for YP-AMARI: a personal connection was declared"]
    path = f"/people/amari/exclusions/{exclusion}/lift"
    assert "Not on your list" in sana.post(path).shows
    assert visit(hub, "nadia").post(path).answer.status_code == 200
    assert not may_see(hub, "sana"), "what had ended stays ended"
    assert "Sana" in give(hub)
    assert may_see(hub, "sana")


def test_a_lead_cannot_lift_their_own_exclusion(hub: Database) -> None:
    cast.exclude(hub, "nadia", "amari")
    nadia = asking(hub, "nadia")
    with hub.writing(nadia) as db, pytest.raises(Refused):
        exclusions.lift(db, nadia, db.scalar(select(Exclusion)))
    assert not may_see(hub, "nadia")


def test_a_connection_in_words_is_matched_by_another_lead_and_never_answered(hub: Database) -> None:
    cast.relate(hub, "milo", "amari", "allocated")
    once = number()
    milo = visit(hub, "milo")
    told = milo.post("/me/connection", words="Amari from Oak Road is my cousin", submission=once).shows
    nobody = milo.post("/me/connection", words="Zebedee is my uncle", submission=number()).shows
    assert told == nobody
    assert "Not on your list" in milo.go(f"/connections/{once}").shows
    nadia = visit(hub, "nadia")
    assert "YP-AMARI" in nadia.go(f"/connections/{once}").shows
    nadia.post(f"/connections/{once}", person="amari")
    assert not may_see(hub, "milo")
    with hub.reading(asking(hub, "milo")) as db:
        assert db.scalars(select(Connection.id)).all() == []


def test_a_lead_does_not_match_their_own_connection(hub: Database) -> None:
    once = number()
    visit(hub, "nadia").post("/me/connection", words="Amari is my godson", submission=once)
    assert "Not on your list" in visit(hub, "nadia").go(f"/connections/{once}").shows
    visit(hub, "farah").post(f"/connections/{once}", person="amari")
    assert not may_see(hub, "nadia")
    assert "Amari" in visit(hub, "farah").go("/people/amari").shows


def ask_for(hub: Database, who: str, compartment: str, **typed: str) -> str:
    form = {"compartment": compartment, "why": "I take part", "starts_on": day(0), "submission": number(), **typed}
    return visit(hub, who).post("/compartments/ask", **form).shows


def test_a_compartment_opens_when_its_lead_says_so_and_not_before(hub: Database) -> None:
    ask_for(hub, "meera", "MED", ends_on=day(10))
    assert asking(hub, "meera").compartments == frozenset()
    with hub.reading(Steward()) as db:
        request = db.scalar(select(Request.id))
    assert "Let them in" not in visit(hub, "meera").go(f"/compartments/{request}").shows
    assert "Somebody else decides this" in visit(hub, "meera").post(f"/compartments/{request}", decision="yes").shows
    assert "Not on your list" in visit(hub, "ben").go(f"/compartments/{request}").shows
    assert "Not on your list" in visit(hub, "milo").go(f"/compartments/{request}").shows
    visit(hub, "nadia").post(f"/compartments/{request}", decision="yes")
    assert asking(hub, "meera").compartments == {"MED"}
    assert asking(hub, "meera", NOW + dt.timedelta(days=11)).compartments == frozenset()
    with hub.reading(Steward()) as db:
        assert db.scalar(select(Grant.review_by)) == (NOW + dt.timedelta(days=90)).date()


def test_the_lead_whom_the_hub_names_for_a_compartment_decides_and_no_other(hub: Database) -> None:
    with hub.writing(Steward()) as db:
        db.get_one(Hub, "wharf").settings = {"compartment_leads": {"MED": "farah"}}
    ask_for(hub, "meera", "MED")
    with hub.reading(Steward()) as db:
        request = db.scalar(select(Request.id))
    assert "Somebody else decides this" in visit(hub, "nadia").post(f"/compartments/{request}", decision="yes").shows
    visit(hub, "farah").post(f"/compartments/{request}", decision="yes")
    assert asking(hub, "meera").compartments == {"MED"}


def test_the_police_are_never_let_into_a_compartment(hub: Database) -> None:
    for compartment in ("GYW", "MED", "CLIN", "INT"):
        assert "no compartment that your role can be a member of" in ask_for(hub, "pete", compartment)
        assert compartment not in grants.eligible(["POL", "GYW", "MED", "CAM"])


def test_a_grant_that_cannot_be_is_refused_in_words(hub: Database) -> None:
    for compartment, typed in (("GYW", {}), ("XXX", {}), ("MED", {"starts_on": day(-1)})):
        assert "Nothing is lost" in ask_for(hub, "meera", compartment, **typed), compartment
    with hub.reading(Steward()) as db:
        assert db.scalars(select(Request.id)).all() == []


def test_a_search_that_found_nobody_is_matched_by_the_lead_and_answered_alike(hub: Database) -> None:
    milo = visit(hub, "milo")
    found = []
    for words in ("amari", "zebedee"):
        page = milo.post("/search", words=words)
        milo.post("/search/ask", words=page.hidden["words"], submission=number())
        found.append(milo.shows.replace(words, "…"))
    assert found[0] == found[1]
    with hub.reading(asking(hub, "nadia")) as db:
        by_words = dict(db.execute(select(Match.words, Match.id)).all())
    assert "Not on your list" in milo.go(f"/matches/{by_words['amari']}").shows
    nadia = visit(hub, "nadia")
    assert "YP-AMARI" in nadia.go(f"/matches/{by_words['amari']}").shows
    assert "Choose who it is" in nadia.post(f"/matches/{by_words['amari']}", outcome="today").shows
    nadia.post(f"/matches/{by_words['amari']}", outcome="today", person="amari")
    nadia.post(f"/matches/{by_words['zebedee']}", outcome="nobody")
    assert may_see(hub, "milo")
    assert not may_see(hub, "milo", now=NOW + dt.timedelta(days=1))
    with hub.reading(asking(hub, "milo")) as db:
        answers = db.scalars(select(Action.says).where(Action.owner_id == "milo")).all()
    assert "Match" not in nadia.go("/").shows
    assert len(answers) == 2
    assert len(set(answers)) == 1


def test_a_clock_asks_in_ninety_days_whether_a_grant_is_still_needed(hub: Database) -> None:
    ask_for(hub, "meera", "MED")
    with hub.reading(Steward()) as db:
        request = db.scalar(select(Request.id))
    nadia = visit(hub, "nadia")
    nadia.post(f"/compartments/{request}", decision="yes")
    with hub.reading(Steward()) as db:
        grant = db.scalar(select(Grant.id))
    assert "Somebody else who leads" in visit(hub, "meera").post(f"/grants/{grant}/renew").shows
    visit(hub, "meera").post(f"/grants/{grant}/end")
    assert asking(hub, "meera").compartments == frozenset()
