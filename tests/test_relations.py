"""Who may see whom and until when: what leads give, share and approve, and what nobody may."""

import datetime as dt

import pytest
from sqlalchemy import select

from hub import audit, people
from hub.access import Relation, Steward, decide
from hub.agencies import leads
from hub.db import Database
from hub.people import Person
from hub.relations import Share, shares
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


def give(hub: Database, relation: str = "allocated", staff: str = "sana", by: str = "nadia", **typed: str) -> str:
    """What the page says after the form is sent."""
    form = {"relation": relation, "staff": staff, "starts_on": day(0), "ends_on": "", "lead": "no", **typed}
    return visit(hub, by).post("/people/amari/access/new", **form).shows


def test_a_lead_gives_a_colleague_a_young_person_and_takes_them_away(hub: Database) -> None:
    assert not may_see(hub, "sana")
    nadia = visit(hub, "nadia")
    form = {"relation": "allocated", "staff": "sana", "starts_on": day(0), "ends_on": day(6), "lead": "yes"}
    assert "Sana" in nadia.post("/people/amari/access/new", **form).shows
    assert may_see(hub, "sana")
    assert not may_see(hub, "sana", "jade")
    assert may_see(hub, "sana", now=NOW + dt.timedelta(days=6))
    assert not may_see(hub, "sana", now=NOW + dt.timedelta(days=7))
    with hub.reading(Steward()) as db:
        given = db.scalar(select(Relation.id))
    nadia.post(f"/people/amari/access/{given}/end")
    assert not may_see(hub, "sana", now=NOW)


def test_what_begins_tomorrow_is_not_seen_today(hub: Database) -> None:
    give(hub, starts_on=day(1))
    assert not may_see(hub, "sana")
    assert may_see(hub, "sana", now=NOW + dt.timedelta(days=1))


CANNOT_BE_GIVEN: list[tuple[dict[str, str], str]] = [
    ({"relation": "godparent"}, "choose from the list"),
    ({"staff": "ben"}, "choose from the list"),
    ({"staff": "anil"}, "role sees nothing this way"),
    ({"starts_on": day(-1)}, "cannot be in the past"),
    ({"starts_on": day(3), "ends_on": day(2)}, "cannot end before it starts"),
    ({"relation": "cover"}, "Say until when"),
    ({"starts_on": "when it rains"}, "enter a date"),
    ({"reason": "x" * 201}, "use 200 characters or fewer"),
]


def test_what_cannot_be_given_is_said_beside_its_field_and_the_words_stay(hub: Database) -> None:
    nadia = visit(hub, "nadia")
    sound = {"relation": "allocated", "staff": "sana", "starts_on": day(0), "reason": "Knows him from school"}
    for typed, says in CANNOT_BE_GIVEN:
        nadia.post("/people/amari/access/new", **sound | typed)
        assert nadia.answer.status_code == 422, typed
        assert says in nadia.shows, typed
        assert typed.get("reason", "Knows him from school") in nadia.answer.text, typed
    with hub.reading(Steward()) as db:
        assert db.scalars(select(Relation.id)).all() == []


def test_nobody_but_a_lead_gives_anything_and_an_outsider_finds_nobody(hub: Database) -> None:
    cast.relate(hub, "sana", "amari", "allocated")
    assert "A team lead decides this" in give(hub, staff="milo", by="sana")
    assert "Not on your list" in give(hub, staff="milo", by="ben")
    assert "Not on your list" in give(hub, staff="milo", by="milo")
    assert not may_see(hub, "milo")


def test_an_acting_lead_leads_for_a_while_and_never_decides_about_themselves(hub: Database) -> None:
    form = {"relation": "acting", "staff": "sana", "starts_on": day(0), "ends_on": day(1)}
    assert "Acting lead" in visit(hub, "nadia").post("/access/new", **form).shows
    assert asking(hub, "sana").leads
    assert not asking(hub, "milo").leads
    assert may_see(hub, "sana")
    with hub.reading(asking(hub, "milo")) as db:
        assert "sana" in {staff.id for staff in leads(db, NOW)}
    assert "gives nothing to themselves" in give(hub, staff="sana", by="sana")
    assert "Milo" in give(hub, staff="milo", by="sana")
    with hub.reading(Steward()) as db:
        own = db.scalar(select(Relation.id).where(Relation.relation == "acting"))
    assert "does not decide about themselves" in visit(hub, "sana").post(f"/access/{own}/end").shows
    later = asking(hub, "sana", NOW + dt.timedelta(days=2))
    assert not later.leads
    assert not may_see(hub, "sana", now=later.now)


def test_some_roles_never_stand_in_for_a_lead(hub: Database) -> None:
    for who in ("pete", "meera", "owen", "nadia", "clive"):
        form = {"relation": "acting", "staff": who, "starts_on": day(0), "ends_on": day(1)}
        assert "cannot stand in for a lead" in visit(hub, "farah").post("/access/new", **form).shows, who
    with hub.reading(Steward()) as db:
        assert db.scalar(select(Relation.id).where(Relation.relation == "acting")) is None


SHARE = {
    "purpose": "The joint safety plan",
    "decision": "shared",
    "staff": "pete",
    "agency": "",
    "gateway": "cda1998_115",
    "cap": "3",
    "parts": "safety",
    "until": day(30),
    "told": "yes",
    "exemption": "",
    "reason": "He must know where not to go",
}


def share(hub: Database, by: str = "nadia", **typed: str) -> str:
    return visit(hub, by).post("/people/amari/shares/new", **SHARE | {"submission": number()} | typed).shows


def test_a_share_opens_the_parts_it_names_until_its_last_day(hub: Database) -> None:
    assert "Pete" in share(hub)
    pete = asking(hub, "pete")
    with hub.reading(pete) as db:
        decision = decide(pete, db.get_one(Person, "amari"), ["amari"])
    assert decision is not None
    assert decision.shows(3, "safety")
    assert decision.shows(2, "detail")
    assert not decision.shows(3, "plan")
    assert not decision.shows(3, "detail")
    assert not may_see(hub, "pete", "jade")
    assert not may_see(hub, "pete", now=NOW + dt.timedelta(days=31))


def test_two_shares_open_both_their_parts_and_no_third(hub: Database) -> None:
    share(hub)
    share(hub, staff="", agency="wharf-law", parts="plan")
    share(hub, cap="2", parts="education")
    pete = asking(hub, "pete")
    assert pete.shared == {"amari": {"safety", "plan"}}


def test_a_share_with_one_agency_shows_nothing_to_another(hub: Database) -> None:
    share(hub, staff="", agency="wharf-law", cap="2")
    assert may_see(hub, "pete")
    assert not may_see(hub, "sana")


TOO_FAR: list[tuple[dict[str, str], str]] = [
    ({"until": day(91)}, "At most 90 days"),
    ({"until": ""}, "Say until when"),
    ({"until": day(-1)}, "cannot be in the past"),
    ({"staff": "meera"}, "sees name, contact and attendance at most"),
    ({"staff": "anil"}, "shown nothing through a share"),
    ({"agency": "wharf-law"}, "Choose one colleague or one agency"),
    ({"staff": ""}, "Choose one colleague or one agency"),
    ({"parts": ""}, "Tick at least one part"),
    ({"parts": "everything"}, "choose from the list"),
    ({"cap": "5"}, "choose from the list"),
    ({"gateway": ""}, "Choose the law that allows it"),
    ({"told": "no"}, "Say why it is not safe to tell them"),
    ({"reason": ""}, "Write why you decide so"),
]


def test_a_share_that_goes_too_far_is_refused_beside_its_field(hub: Database) -> None:
    for typed, says in TOO_FAR:
        assert says in share(hub, **typed), typed
    with hub.reading(Steward()) as db:
        assert db.scalars(select(Share.id)).all() == []
    assert not may_see(hub, "pete")


def test_a_decision_not_to_share_is_kept_and_opens_nothing(hub: Database) -> None:
    shown = share(hub, decision="not_detrimental", staff="", gateway="", cap="", parts="", until="")
    assert "it would do more harm" in shown
    assert not may_see(hub, "pete")


def test_a_partner_never_shares_on(hub: Database) -> None:
    share(hub)
    assert "decides what is shared" in share(hub, by="pete", staff="sana")
    assert "Not on your list" in share(hub, by="ben")
    assert not may_see(hub, "sana")


def test_a_doubled_share_is_one(hub: Database) -> None:
    once = number()
    share(hub, submission=once)
    share(hub, submission=once)
    with hub.reading(Steward()) as db:
        assert len(db.scalars(select(Relation.id)).all()) == 1


def test_every_change_of_sight_is_in_the_chain_and_it_holds(hub: Database) -> None:
    give(hub)
    share(hub)
    with hub.reading(Steward()) as db:
        verbs = set(db.scalars(select(audit.AuditEvent.verb).where(audit.AuditEvent.subject == "ref-of-amari")))
        assert {"allocate", "disclose", "view"} <= verbs
        assert list(audit.verify(db, "wharf")) == []


def test_what_a_challenge_paused_runs_on_to_its_own_day(hub: Database) -> None:
    share(hub)
    nadia = asking(hub, "nadia")
    with hub.writing(nadia) as db:
        shares.pause(db, nadia, "amari")
    assert not may_see(hub, "pete")
    with hub.writing(nadia) as db:
        shares.resume(db, nadia, "amari")
    assert may_see(hub, "pete")
    assert not may_see(hub, "pete", now=NOW + dt.timedelta(days=31))
