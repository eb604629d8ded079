"""Who looked: told plainly to the young person, listed after an incident, drawn for review; quick in a long chain."""

import datetime as dt
import time

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hub import audit, looked
from hub.access import Steward
from hub.actions import Action
from hub.agencies import Agency
from hub.audit import AuditEvent
from hub.db import Database, table_of
from hub.kinds import KINDS
from hub.looked import HELD_BACK, Review
from hub.people import Person
from hub.reminders import Due
from tests import cast, databases
from tests.cast import NOW, asking
from tests.visitor import day, number, visit, with_second_lead

MENTORING = next(kind for kind in KINDS if kind.slug == "mentoring-session")


@pytest.fixture
def hub(database: Database) -> Database:
    cast.build(database)
    with database.writing(Steward()) as db:
        db.get_one(Agency, "wharf-youth").name = "Youth Service"
        db.get_one(Agency, "wharf-law").name = "Borough Police"
    return with_second_lead(database)


def note(hub: Database, who: str, verb: str = "view", object: str = "amari", grade: int = 3, via: str = "") -> None:
    viewer = asking(hub, who)
    with hub.writing(viewer) as db:
        audit.note(db, verb, subject="ref-of-amari", object=object, grade=grade, via=via)


def lay_events(db: Session, count: int) -> None:
    """Looks of a year in a large hub, one of every thousand about Amari, written as a bulk load would."""
    moment, viewers = NOW - dt.timedelta(days=60), ("sana", "milo", "tom", "nadia")
    rows = []
    for seq in range(1, count + 1):
        who, about = viewers[seq // 1000 % 4], "amari" if seq % 1000 == 0 else f"p{seq % 10_000}"
        body = f'{{"agency":"wharf-youth","grade":3,"roles":["SW"],"via":"allocated","object":"{about}","seq":{seq}}}'
        facts = {"actor": who, "verb": "view", "subject": f"ref-of-{about}", "object": about, "body": body}
        rows.append({"hub_id": "wharf", "seq": seq + 1_000, "at": moment, "hash": b"", **facts})
        if len(rows) == 20_000:
            db.execute(insert(table_of(AuditEvent)), rows)
            rows.clear()


def page(hub: Database, who: str = "marcus") -> str:
    return visit(hub, who).go("/people/amari/looked").shows


@pytest.fixture
def marcus(hub: Database) -> Database:
    """Marcus is Amari's mentor."""
    cast.relate(hub, "marcus", "amari", "allocated")
    return hub


def test_it_tells_role_agency_part_and_why_and_never_a_colleagues_name(marcus: Database) -> None:
    note(marcus, "sana", via="cover")
    note(marcus, "pete", via="share")
    note(marcus, "nadia", "list", via="hub")
    shown = page(marcus)
    for told in (
        "Social worker, Youth Service",
        "looked at your file",
        "covers for somebody who works with you",
        "Co-located police officer, Borough Police",
        "we shared it with them",
        "Team lead, Youth Service",
        "looked at what happened, in a line each",
        HELD_BACK,
    ):
        assert told in shown, told
    for name in ("Sana", "Pete", "Nadia"):
        assert name not in shown


def test_what_could_put_somebody_at_risk_is_left_out_and_the_sentence_stays(marcus: Database) -> None:
    before = page(marcus)
    note(marcus, "meera", object="mediation", grade=4, via="grant")
    note(marcus, "hugo", object="move", grade=5, via="grant")
    with marcus.writing(Steward()) as db:
        record = cast.keep(db, MENTORING, "marcus", ["amari"])
        facts = {"rule": "danger", "owner_id": "nadia", "started_at": NOW, "due_at": NOW, "severity": "critical"}
        db.add(Due(id="danger", hub_id="wharf", record_id=record.id, **facts))
    note(marcus, "tom", object=record.id, via="allocated")
    visit(marcus, "nadia").post(
        "/people/amari/shares/new",
        purpose="Police plan",
        decision="shared",
        staff="pete",
        gateway="vital",
        cap="2",
        until=day(9),
        told="no",
        exemption="He would be hurt",
        reason="So",
        submission=number(),
    )
    note(marcus, "pete", via="share")
    after = page(marcus)
    for hidden in ("Mediator", "Housing", "Through-care", "police", "Police plan"):
        assert hidden.lower() not in after.lower(), hidden
    assert HELD_BACK in before
    assert HELD_BACK in after


def test_a_record_about_two_is_told_to_both(marcus: Database) -> None:
    with marcus.writing(Steward()) as db:
        record = cast.keep(db, MENTORING, "marcus", ["amari", "jade"])
    sana = asking(marcus, "sana")
    with marcus.writing(sana) as db:
        audit.note(db, "view", subject="ref-of-jade", object=record.id, grade=3, via="allocated")
    assert "looked at a record: mentoring session" in page(marcus)


def test_what_they_were_told_was_shared_says_with_whom_and_until_when(marcus: Database) -> None:
    visit(marcus, "nadia").post(
        "/people/amari/shares/new",
        purpose="A safe way to school",
        decision="shared",
        staff="pete",
        gateway="consent",
        cap="3",
        parts="safety",
        until=day(30),
        told="yes",
        reason="He asked for it",
        submission=number(),
    )
    shown = page(marcus)
    assert "Co-located police officer, Borough Police" in shown
    assert "A safe way to school" in shown
    assert "safety notes and safety plan" in shown
    assert "Pete" not in shown


def test_only_their_worker_and_a_lead_show_it_and_showing_it_is_noted(marcus: Database) -> None:
    cast.relate(marcus, "sana", "amari", "plan")
    assert "Their own worker or a lead" in page(marcus, "sana")
    assert "Not on your list" in page(marcus, "milo")
    assert "Not on your list" in page(marcus, "ben")
    assert HELD_BACK in page(marcus, "nadia")
    with marcus.reading(Steward()) as db:
        shown = db.scalars(select(AuditEvent.actor).where(AuditEvent.verb == "who looked")).all()
    assert shown == ["nadia"]


def test_looks_that_no_relation_explains_are_drawn_by_lot_and_reviewed_by_another(hub: Database) -> None:
    for _ in range(200):
        note(hub, "nadia", via="hub")
    note(hub, "sana", via="allocated")
    with hub.writing(Steward()) as db:
        drawn = looked.draw(db, "wharf", NOW - looked.A_DAY, NOW + dt.timedelta(seconds=1))
        assert looked.draw(db, "wharf", NOW - looked.A_DAY, NOW + dt.timedelta(seconds=1)) == 0
        rows = db.scalars(select(Review)).all()
    assert 1 <= drawn <= 30
    assert {row.actor for row in rows} == {"nadia"}
    path = f"/reviews/{rows[0].id}"
    for who in ("nadia", "sana", "ben"):
        assert visit(hub, who).go(path).answer.status_code == 404, who
    assert "YP-AMARI" in visit(hub, "dina").go(path).shows
    assert "Amari" not in visit(hub, "dina").go("/reviews").shows
    visit(hub, "farah").post(path, outcome="ask", words="")
    dina = visit(hub, "dina")
    assert "without an allocation" in dina.go("/").shows
    for row in rows:
        dina.post(f"/reviews/{row.id}", outcome="right", words="")
    assert "without an allocation" not in dina.go("/").shows
    with hub.reading(Steward()) as db:
        assert db.get_one(Review, rows[0].id).reviewed_by == "farah"
        assert "dina" in db.scalars(select(Action.owner_id).where(Action.link == "/reviews")).all()


@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_a_million_events_do_not_slow_it_down(sqlite_url: str, count: int) -> None:
    """C20 and G9: under two seconds each, whoever looked and whatever they looked at."""
    database = Database(sqlite_url, databases.KEY)
    hub = cast.build(database)
    cast.relate(hub, "marcus", "amari", "allocated")
    with hub.writing(Steward()) as db:
        lay_events(db, count)
    marcus = asking(hub, "marcus")
    with hub.reading(marcus) as db:
        person = db.get_one(Person, "amari")
        began = time.monotonic()
        looks = looked.told_to(db, marcus, person, {})
        told = time.monotonic() - began
        began = time.monotonic()
        readers = looked.readers(db, "wharf", subject=person.audit_ref)
        listed = time.monotonic() - began
    print(f"{count:,} events: who looked {told:.3f} s, everybody who saw {listed:.3f} s")
    assert looks
    assert {row.name for row in readers} >= {"Sana", "Milo"}
    assert told < 2
    assert listed < 2
    database.close()
