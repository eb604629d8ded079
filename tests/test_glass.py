"""Break-glass: one file, a reason, a fresh code, thirty minutes, everybody told, somebody else reviews."""

import datetime as dt

import pytest
from sqlalchemy import select

from hub import audit, people
from hub.access import Relation, Steward
from hub.db import Database
from hub.glass import Opening
from hub.reminders import Due
from tests import cast
from tests.cast import NOW, asking
from tests.visitor import Visitor, clock_of, number, visit, with_second_lead

NUMBER = number()
REASON = "He rang: he is being followed and nobody answers"


@pytest.fixture
def hub(database: Database) -> Database:
    return with_second_lead(cast.build(database))


def break_glass(visitor: Visitor, ref: str = "YP-AMARI", reason: str = REASON) -> Visitor:
    return visitor.post("/glass", ref=ref, reason=reason, submission=NUMBER)


def openings(hub: Database) -> list[Opening]:
    with hub.reading(Steward()) as db:
        return list(db.scalars(select(Opening).order_by(Opening.opened_at)))


def test_one_file_opens_for_thirty_minutes_and_no_other(hub: Database) -> None:
    sana, clock = visit(hub, "sana"), clock_of(hub)
    assert "Not on your list" in sana.go("/people/amari").shows
    break_glass(sana)
    assert sana.path == "/people/amari"
    assert "You opened this with a reason, until 19:00" in sana.shows
    assert "You opened this with a reason" in sana.go("/").shows
    assert "You opened this with a reason" not in visit(hub, "milo").go("/").shows
    assert "Not on your list" in sana.go("/people/jade").shows
    clock.pass_by(minutes=29)
    sana = visit(hub, "sana")
    assert "Amari" in sana.go("/people/amari").shows
    clock.pass_by(minutes=1)
    assert "Not on your list" in sana.go("/people/amari").shows
    assert "You opened this with a reason" not in sana.go("/").shows


def test_every_reviewer_is_told_at_once_and_not_whom_it_was_about(hub: Database) -> None:
    break_glass(visit(hub, "sana"))
    with hub.reading(Steward()) as db:
        clocks = db.execute(select(Due.owner_id, Due.rule, Due.person_id)).all()
    assert sorted(clocks) == [(who, "glass-review", None) for who in ("dina", "farah", "nadia")]
    nadia = visit(hub, "nadia").go("/")
    assert f'href="/glass/{openings(hub)[0].id}"' in nadia.answer.text
    today = nadia.shows
    assert "A record was opened by break-glass: review it" in today
    assert "Amari" not in today
    assert REASON not in today


def test_only_its_reviewers_see_whose_file_it_was(hub: Database) -> None:
    sana = visit(hub, "sana")
    break_glass(sana)
    path = f"/glass/{openings(hub)[0].id}"
    for who in ("nadia", "farah", "dina"):
        assert "YP-AMARI" in visit(hub, who).go(path).shows
        assert REASON in visit(hub, who).go(path).shows
    for who in ("sana", "milo", "ben", "hari", "owen"):
        shown = visit(hub, who).go(path)
        assert shown.answer.status_code == 404, who
        assert "YP-AMARI" not in shown.shows
    cast.exclude(hub, "farah", "amari")
    assert visit(hub, "farah").go(path).answer.status_code == 404


def test_a_review_ends_the_clocks_of_every_reviewer(hub: Database) -> None:
    break_glass(visit(hub, "sana"))
    path = f"/glass/{openings(hub)[0].id}"
    dina = visit(hub, "dina")
    assert "Choose one" in dina.post(path, words="She had to").shows
    assert "It was right to open it" in dina.post(path, outcome="justified", words="She had to").shows
    with hub.reading(Steward()) as db:
        assert db.scalars(select(Due.id).where(Due.resolved_at.is_(None))).all() == []
        assert list(audit.verify(db, "wharf")) == []
    visit(hub, "nadia").post(path, outcome="not_justified", words="I think not")
    assert openings(hub)[0].outcome == "justified"


def test_nobody_reviews_their_own_opening(hub: Database) -> None:
    cast.relate(hub, "sana", None, "acting", ends_at=NOW + dt.timedelta(days=30))
    sana = asking(hub, "sana")
    assert sana.leads
    with hub.writing(Steward()) as db:
        facts = {"person_id": "amari", "reason": REASON, "opened_at": NOW, "ends_at": NOW, "review_by": NOW}
        db.add(Opening(id="own", hub_id="wharf", staff_id="sana", **facts))
    assert visit(hub, "sana").post("/glass/own", outcome="justified", words="It was").answer.status_code == 404
    assert openings(hub)[0].reviewed_at is None


def test_an_opening_that_nobody_reviewed_in_two_working_days_suspends(hub: Database) -> None:
    """22 November 2026 is a Sunday: two working days end on Tuesday night."""
    clock = clock_of(hub)
    break_glass(visit(hub, "sana"))
    clock.now = dt.datetime(2026, 11, 24, 23, 58, tzinfo=dt.UTC)
    assert break_glass(visit(hub, "sana"), "YP-JADE").path == "/people/jade"
    clock.now = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
    refused = break_glass(visit(hub, "sana"))
    assert "has not been reviewed in time" in refused.shows
    assert REASON in refused.shows
    visit(hub, "nadia").post(f"/glass/{openings(hub)[0].id}", outcome="not_justified", words="She could have rung")
    assert break_glass(visit(hub, "sana")).path == "/people/amari"


def test_three_a_week_and_then_the_duty_lead(hub: Database) -> None:
    clock = clock_of(hub)
    with hub.writing(Steward()) as db:
        db.add_all(cast.young_person(name) for name in ("kyle", "lena"))
    for name in ("amari", "jade", "kyle"):
        assert break_glass(visit(hub, "sana"), f"YP-{name.upper()}").path == f"/people/{name}"
    assert "three" not in break_glass(visit(hub, "sana"), "YP-LENA").path
    assert "3 files like this in seven days" in break_glass(visit(hub, "sana"), "YP-LENA").shows
    for opening in openings(hub):
        visit(hub, "nadia").post(f"/glass/{opening.id}", outcome="justified", words="Yes")
    clock.pass_by(days=7)
    assert break_glass(visit(hub, "sana"), "YP-LENA").path == "/people/lena"


def test_a_second_opening_needs_a_second_reason_and_never_stretches_the_first(hub: Database) -> None:
    sana, clock = visit(hub, "sana"), clock_of(hub)
    break_glass(sana)
    clock.pass_by(minutes=4)
    assert "It is open to you until 19:00" in break_glass(sana).shows
    clock.pass_by(minutes=26)
    assert "at least 20 characters" in break_glass(visit(hub, "sana"), reason="As before").shows
    assert len(openings(hub)) == 1
    break_glass(visit(hub, "sana"), reason=REASON + ", still")
    assert [opening.ends_at for opening in openings(hub)] == [
        NOW + dt.timedelta(minutes=30),
        NOW + dt.timedelta(hours=1),
    ]


def test_the_reason_comes_before_the_file_and_the_words_stay(hub: Database) -> None:
    """Absent and existing references read the same, letter for letter, until a reason is given."""
    sana = visit(hub, "sana")
    said = [break_glass(sana, ref, "He is in danger").answer.text.replace(ref, "…") for ref in ("YP-AMARI", "YP-ZZZZZ")]
    assert said[0] == said[1]
    assert "He is in danger" in said[0]
    assert sana.answer.status_code == 422
    assert openings(hub) == []


def test_a_stale_code_is_asked_for_again_and_the_words_travel_along(hub: Database) -> None:
    sana, clock = visit(hub, "sana"), clock_of(hub)
    clock.pass_by(minutes=6)
    said = []
    for ref in ("YP-AMARI", "YP-ZZZZZ"):
        break_glass(sana, ref)
        said.append(sana.answer.text.replace(sana.hidden["carried"], ""))
    assert said[0] == said[1]
    assert openings(hub) == []


def test_absent_foreign_excluded_and_no_such_right_are_the_same_bytes(hub: Database) -> None:
    cast.exclude(hub, "sana", "jade")
    nowhere = visit(hub, "sana").go("/people/nobody").answer.content
    for ref in ("YP-ZZZZ", "YP-KOFI", "YP-JADE", "amari"):
        assert break_glass(visit(hub, "sana"), ref).answer.content == nowhere, ref
    for who in ("pete", "hugo", "ada", "anil", "meera", "owen", "clive", "hari", "dina"):
        for ref in ("YP-AMARI", "YP-ZZZZ"):
            answer = break_glass(visit(hub, who), ref).answer
            assert (answer.status_code, answer.content) == (404, visit(hub, who).go("/people/nobody").answer.content), (
                who
            )
        assert visit(hub, who).go("/glass").answer.status_code == 404, who
    assert openings(hub) == []
    with hub.reading(Steward()) as db:
        assert db.scalar(select(Relation.id).where(Relation.relation == "glass")) is None


def test_guessing_references_soon_has_to_wait(hub: Database) -> None:
    sana = visit(hub, "sana")
    for last in range(6):
        break_glass(sana, f"YP-ZZZ{last}")
    assert "Too many references that are not here" in break_glass(sana, "YP-AMARI").shows
    assert openings(hub) == []


def test_whoever_works_with_them_needs_no_break_glass(hub: Database) -> None:
    cast.relate(hub, "sana", "amari", "allocated")
    assert break_glass(visit(hub, "sana")).path == "/people/amari"
    assert openings(hub) == []


def test_a_compartment_stays_shut(hub: Database) -> None:
    break_glass(visit(hub, "grace"))
    grace = asking(hub, "grace")
    assert grace.relations["glass"] == {"amari": 3}
    assert grace.compartments == frozenset()
    with hub.reading(grace) as db:
        assert people.find(db, "jade") is None


def test_the_opening_is_in_the_chain_and_its_reason_is_not(hub: Database) -> None:
    break_glass(visit(hub, "sana"))
    with hub.reading(Steward()) as db:
        bodies = db.scalars(select(audit.AuditEvent.body)).all()
        verbs = db.scalars(select(audit.AuditEvent.verb).where(audit.AuditEvent.subject == "ref-of-amari")).all()
    assert {"break-glass", "view"} <= set(verbs)
    assert not [body for body in bodies if REASON in body]
