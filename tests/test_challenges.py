"""Saying that something is wrong: clocks start, sharing stops, somebody uninvolved answers; incidents have 72 hours."""

import datetime as dt

import pytest
from sqlalchemy import select

from hub import audit, people
from hub.access import Refused, Steward
from hub.actions import Action
from hub.challenges import Challenge, Incident, decide, uninvolved
from hub.db import Database
from hub.kinds import KINDS
from hub.people import Person
from hub.reminders import Due
from tests import cast
from tests.cast import asking
from tests.visitor import day, number, visit, with_second_lead

WRONG = "It says that I was there. I was at my nan’s"
MENTORING = next(kind for kind in KINDS if kind.slug == "mentoring-session")


@pytest.fixture
def hub(database: Database) -> Database:
    """Marcus mentors Amari, and Pete has a share about him."""
    with_second_lead(cast.build(database))
    cast.relate(database, "marcus", "amari", "allocated")
    visit(database, "nadia").post(
        "/people/amari/shares/new",
        purpose="Plan",
        decision="shared",
        staff="pete",
        gateway="svd2022",
        cap="2",
        until=day(30),
        told="yes",
        reason="So",
        submission=number(),
    )
    return database


def challenge(hub: Database, who: str = "marcus", **typed: str) -> str:
    """The number of a challenge that somebody wrote down for Amari."""
    once = number()
    form = {"kind": "challenge", "says": WRONG, "said_by": "yp", "submission": once, **typed}
    visit(hub, who).post("/people/amari/challenges/new", **form)
    return once


def pete_sees(hub: Database) -> bool:
    pete = asking(hub, "pete")
    with hub.reading(pete) as db:
        return people.find(db, "amari") is not None


def open_clocks(hub: Database) -> dict[str, str]:
    with hub.reading(Steward()) as db:
        return {
            row.rule: row.due_at.date().isoformat()
            for row in db.execute(select(Due.rule, Due.due_at).where(Due.resolved_at.is_(None)))
        }


def test_a_challenge_starts_its_clocks_and_stops_sharing(hub: Database) -> None:
    assert pete_sees(hub)
    once = challenge(hub)
    assert not pete_sees(hub)
    assert open_clocks(hub) == {"R-36": "2026-11-27", "R-36.answer": "2026-12-18"}
    shown = visit(hub, "nadia").go(f"/challenges/{once}").shows
    assert WRONG in shown
    refused = visit(hub, "nadia").post(
        "/people/amari/shares/new",
        purpose="Plan",
        decision="shared",
        staff="sana",
        gateway="svd2022",
        cap="2",
        until=day(9),
        told="yes",
        reason="So",
        submission=number(),
    )
    assert "Sharing is paused" in refused.shows


def test_an_answer_that_changes_nothing_lets_sharing_run_on(hub: Database) -> None:
    once = challenge(hub)
    farah = visit(hub, "farah")
    farah.post(f"/challenges/{once}/acknowledge")
    assert set(open_clocks(hub)) == {"R-36.answer"}
    assert "Say why, in plain words" in farah.post(f"/challenges/{once}", outcome="not_upheld", words="").shows
    farah.post(f"/challenges/{once}", outcome="not_upheld", words="Two people saw you")
    assert "Two people saw you" in farah.go(f"/challenges/{once}").shows
    assert open_clocks(hub) == {}
    assert pete_sees(hub)


def test_an_upheld_challenge_keeps_sharing_shut_and_asks_to_put_it_right(hub: Database) -> None:
    once = challenge(hub)
    visit(hub, "farah").post(f"/challenges/{once}", outcome="upheld", words="You were at your nan’s")
    assert not pete_sees(hub)
    with hub.reading(Steward()) as db:
        asked = db.execute(select(Action.owner_id, Action.says).where(Action.person_id == "amari")).all()
    assert asked == [("marcus", "Put right what was challenged about YP-AMARI, and tell Pete")]


def test_nobody_who_is_involved_decides(hub: Database) -> None:
    """Nadia wrote a record about Amari; Farah wrote the challenge down; Dina is left."""
    with hub.writing(Steward()) as db:
        cast.keep(db, MENTORING, "nadia", ["amari"])
    once = challenge(hub, "farah")
    with hub.reading(Steward()) as db:
        assert db.get_one(Challenge, once).decider_id == "dina"
    nadia = asking(hub, "nadia")
    with hub.writing(nadia) as db:
        assert uninvolved(db, nadia, db.get_one(Person, "amari"), "farah") == ["dina"]
        with pytest.raises(Refused, match="involved"):
            decide(db, nadia, db.scalar(select(Challenge)), "not_upheld", "I wrote it")
    for who in ("nadia", "farah"):
        refused = visit(hub, who).post(f"/challenges/{once}", outcome="not_upheld", words="No")
        assert "Somebody else decides" in refused.shows, who
    assert "They are right" in visit(hub, "dina").post(f"/challenges/{once}", outcome="upheld", words="Yes").shows


def test_who_has_no_part_in_it_does_not_find_it(hub: Database) -> None:
    once = challenge(hub)
    cast.exclude(hub, "farah", "amari")
    for who in ("sana", "pete", "ben", "farah", "hari"):
        assert visit(hub, who).go(f"/challenges/{once}").answer.status_code == 404, who
        assert visit(hub, who).post(f"/challenges/{once}", outcome="upheld", words="Yes").answer.status_code == 404, who
    assert WRONG in visit(hub, "marcus").go(f"/challenges/{once}").shows


def test_a_complaint_has_thirty_days_and_stops_no_sharing(hub: Database) -> None:
    challenge(hub, kind="complaint")
    assert open_clocks(hub) == {"R-37": "2026-12-22", "R-37.answer": "2026-12-22"}
    assert pete_sees(hub)


def test_what_is_left_out_is_said_and_the_words_stay(hub: Database) -> None:
    marcus = visit(hub, "marcus")
    marcus.post("/people/amari/challenges/new", kind="rumour", says=WRONG, said_by="yp")
    assert "choose from the list" in marcus.shows
    assert WRONG in marcus.shows
    with hub.reading(Steward()) as db:
        assert db.scalars(select(Challenge.id)).all() == []


def report(hub: Database, by: str = "marcus", path: str = "/incidents/new", **typed: str) -> str:
    form = {
        "says": "I sent it to the wrong printer",
        "noticed_at": "2026-11-22T17:00",
        "who": "",
        "submission": number(),
    }
    return visit(hub, by).post(path, **form | typed).shows


def test_anybody_reports_an_incident_and_every_lead_and_the_dpo_get_the_clock(hub: Database) -> None:
    assert "Reported" in report(hub)
    with hub.reading(Steward()) as db:
        clocks = db.execute(select(Due.owner_id, Due.due_at).where(Due.rule == "incident")).all()
        number = db.scalar(select(Incident.id))
    assert sorted(clock.owner_id for clock in clocks) == ["dina", "farah", "nadia"]
    assert {clock.due_at for clock in clocks} == {dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC)}
    for who in ("marcus", "sana", "ben"):
        assert visit(hub, who).go(f"/incidents/{number}").answer.status_code == 404, who
    dina = visit(hub, "dina")
    assert "I sent it to the wrong printer" in dina.go(f"/incidents/{number}").shows
    dina.post(f"/incidents/{number}", told="no", words="Nobody was at the printer")
    assert open_clocks(hub) == {}


def test_an_incident_lists_everybody_who_saw_the_record_by_name(hub: Database) -> None:
    with hub.writing(Steward()) as db:
        record = cast.keep(db, MENTORING, "marcus", ["amari"]).id
    visit(hub, "marcus").go(f"/mentoring-session/{record}")
    visit(hub, "nadia").go(f"/mentoring-session/{record}")
    assert "Not on your list" in report(hub, "sana", f"/incidents/new?record={record}")
    assert "Reported" in report(hub, "marcus", f"/incidents/new?record={record}")
    with hub.reading(Steward()) as db:
        number = db.scalar(select(Incident.id))
    shown = visit(hub, "dina").go(f"/incidents/{number}").shows
    assert "Marcus" in shown
    assert "Nadia" in shown
    assert "Sana" not in shown


def test_an_incident_about_somebody_unseen_reads_as_about_nobody(hub: Database) -> None:
    said = [report(hub, "sana", who=ref).replace(ref, "…") for ref in ("YP-AMARI", "YP-ZZZZZ")]
    assert "Not on your list" in said[0]
    assert said[0] == said[1]
    with hub.reading(Steward()) as db:
        assert db.scalars(select(Incident.id)).all() == []
        assert list(audit.verify(db, "wharf")) == []


def test_an_incident_of_tomorrow_is_refused(hub: Database) -> None:
    assert "cannot be in the future" in report(hub, noticed_at=f"{day(1)}T09:00")
