"""The caseload: who stands on it, what a line says, and what it never says."""

import datetime as dt

import pytest
from sqlalchemy import select

from hub import caseload, reminders
from hub.access import Steward
from hub.audit import AuditEvent
from hub.caseload import Line
from hub.db import Database
from tests import cast
from tests.cast import DAY, HOUR, NOW, SECOND
from tests.desk import met, say


@pytest.fixture
def wharf(database: Database) -> Database:
    """Marcus mentors Amari, Milo works with both, nobody has written anything."""
    cast.build(database)
    cast.relate(database, "marcus", "amari", "allocated")
    cast.relate(database, "milo", "amari", "allocated")
    cast.relate(database, "milo", "jade", "cover")
    return database


def mine(hub: Database, name: str, now: dt.datetime = NOW) -> dict[str, Line]:
    viewer = cast.asking(hub, name, now)
    with hub.reading(viewer) as db:
        return {line.id: line for line in caseload.mine(db, viewer)}


def everybody(hub: Database, name: str, after: str = "", most: int = caseload.PAGE) -> list[str]:
    viewer = cast.asking(hub, name)
    with hub.reading(viewer) as db:
        return [line.id for line in caseload.everybody(db, viewer, after, most)]


def clock(hub: Database, owner: str, person: str, due_at: dt.datetime, rule: str = "next-session") -> None:
    viewer = cast.asking(hub, owner)
    with hub.writing(viewer) as db:
        reminders.start(db, viewer, rule, person_id=person, due_at=due_at)


def test_a_mentor_finds_whom_they_work_with_and_nobody_else(wharf: Database) -> None:
    assert mine(wharf, "marcus").keys() == {"amari"}


def test_who_covers_for_a_colleague_finds_their_people_too(wharf: Database) -> None:
    assert mine(wharf, "milo").keys() == {"amari", "jade"}


def test_nobody_stands_on_the_list_of_one_who_works_with_nobody(wharf: Database) -> None:
    assert not mine(wharf, "tom")


def test_another_hub_sees_none_of_ours(wharf: Database) -> None:
    cast.relate(wharf, "bea", "amari", "allocated")
    assert not mine(wharf, "bea")
    assert everybody(wharf, "ben") == ["kofi"]


def test_when_the_work_ends_the_line_goes(wharf: Database) -> None:
    cast.relate(wharf, "sana", "jade", "allocated", ends_at=NOW)
    assert "jade" in mine(wharf, "sana", NOW - SECOND)
    assert not mine(wharf, "sana", NOW)


def test_a_declared_connection_takes_somebody_off_the_list(wharf: Database) -> None:
    cast.exclude(wharf, "milo", "amari")
    assert mine(wharf, "milo").keys() == {"jade"}


def test_somebody_closed_is_on_no_list(wharf: Database) -> None:
    say(wharf, "amari", closed_at=NOW - DAY)
    assert not mine(wharf, "marcus")
    assert "amari" not in everybody(wharf, "nadia")


def test_a_line_tells_when_they_were_last_met(wharf: Database) -> None:
    met(wharf, "marcus", "amari", NOW - 6 * DAY)
    met(wharf, "marcus", "amari", NOW - 2 * DAY)
    assert mine(wharf, "marcus")["amari"].seen_at == NOW - 2 * DAY


def test_a_meeting_in_a_closed_compartment_is_not_told(wharf: Database) -> None:
    cast.relate(wharf, "grace", "amari", "allocated")
    cast.grant(wharf, "grace", "GYW")
    met(wharf, "marcus", "amari", NOW - 6 * DAY)
    met(wharf, "grace", "amari", NOW - 1 * DAY, compartment="GYW")
    assert mine(wharf, "grace")["amari"].seen_at == NOW - 1 * DAY
    assert mine(wharf, "marcus")["amari"].seen_at == NOW - 6 * DAY


def test_ten_days_without_a_meeting_are_told_on_the_eleventh(wharf: Database) -> None:
    met(wharf, "marcus", "amari", NOW - 10 * DAY)
    assert not mine(wharf, "marcus")["amari"].unseen
    assert mine(wharf, "marcus", NOW + DAY)["amari"].unseen


def test_a_line_counts_what_has_run_out_and_names_what_is_first(wharf: Database) -> None:
    clock(wharf, "marcus", "amari", NOW - 2 * DAY, "R-50.welfare")
    clock(wharf, "marcus", "amari", NOW - HOUR)
    clock(wharf, "marcus", "amari", NOW + DAY)
    line = mine(wharf, "marcus")["amari"]
    assert (line.overdue, line.next_at) == (2, NOW - 2 * DAY)
    assert line.next_says == reminders.rules()["R-50.welfare"].says


def test_a_colleagues_clock_is_theirs_and_the_leads(wharf: Database) -> None:
    clock(wharf, "marcus", "amari", NOW - HOUR)
    assert mine(wharf, "milo")["amari"].overdue == 0
    cast.relate(wharf, "nadia", "amari", "allocated")
    assert mine(wharf, "nadia")["amari"].overdue == 1


def test_whoever_needs_something_first_stands_first(wharf: Database) -> None:
    clock(wharf, "milo", "jade", NOW + DAY)
    assert list(mine(wharf, "milo")) == ["jade", "amari"]
    clock(wharf, "milo", "amari", NOW - DAY)
    assert list(mine(wharf, "milo")) == ["amari", "jade"]


def test_no_list_is_in_the_order_of_colours(wharf: Database) -> None:
    say(wharf, "jade", colour="red")
    say(wharf, "amari", colour="green")
    assert list(mine(wharf, "milo")) == ["amari", "jade"]
    assert everybody(wharf, "nadia") == sorted(everybody(wharf, "nadia"))


def test_a_colour_past_its_day_says_so(wharf: Database) -> None:
    say(wharf, "amari", colour="red", colour_until=NOW.date())
    line = mine(wharf, "marcus")["amari"]
    assert (line.colour, line.expired) == ("red", False)
    assert mine(wharf, "marcus", NOW + DAY)["amari"].expired


@pytest.mark.parametrize(("name", "relation"), [("ada", "today"), ("meera", "plan"), ("ella", "allocated")])
def test_a_colour_is_for_those_who_see_the_case(wharf: Database, name: str, relation: str) -> None:
    say(wharf, "jade", colour="red", colour_until=(NOW - DAY).date())
    cast.relate(wharf, name, "jade", relation)
    viewer = cast.asking(wharf, name)
    with wharf.reading(viewer) as db:
        line = caseload.named(db, viewer, ["jade"])["jade"]
    assert (line.colour, line.expired, line.unseen) == ("", False, False)


def test_a_lead_pages_through_everybody_once(wharf: Database) -> None:
    names = [f"yp-{number:03}" for number in range(120)]
    with wharf.writing(Steward()) as db:
        db.add_all(cast.young_person(name) for name in names)
    found: list[str] = []
    while page := everybody(wharf, "nadia", found[-1] if found else "", most=50):
        found += page[:50]
    assert found == sorted([*names, *(name for name, hub in cast.YOUNG_PEOPLE.items() if hub == cast.WHARF)])


def test_a_page_begins_after_nobody_whom_one_may_not_see(wharf: Database) -> None:
    assert everybody(wharf, "nadia", after="kofi") == []


def test_nobody_is_named_beyond_what_one_may_see(wharf: Database) -> None:
    viewer = cast.asking(wharf, "marcus")
    with wharf.reading(viewer) as db:
        assert caseload.named(db, viewer, ["amari", "jade", "kofi", ""]).keys() == {"amari"}


def test_a_list_is_a_look_and_is_kept_without_a_name(wharf: Database) -> None:
    viewer = cast.asking(wharf, "milo")
    with wharf.writing(viewer) as db:
        caseload.mine(db, viewer)
    with wharf.reading(Steward()) as db:
        event = db.scalars(select(AuditEvent).where(AuditEvent.verb == "list")).one()
    assert "ref-of-amari" in event.body
    assert "ref-of-jade" in event.body
    assert cast.CANARY not in event.body


def test_a_colour_beside_a_name_is_a_look_and_a_name_alone_is_not(wharf: Database) -> None:
    cast.relate(wharf, "ada", "jade", "today")
    for name in ("marcus", "ada"):
        viewer = cast.asking(wharf, name)
        with wharf.writing(viewer) as db:
            caseload.named(db, viewer, ["amari", "jade"])
    with wharf.reading(Steward()) as db:
        event = db.scalars(select(AuditEvent).where(AuditEvent.verb == "list")).one()
    assert event.actor == "marcus"
    assert "ref-of-amari" in event.body


def test_who_works_with_somebody_is_told_lead_first(wharf: Database) -> None:
    cast.relate(wharf, "sana", "amari", "allocated", lead=True)
    cast.relate(wharf, "tom", "amari", "allocated", ends_at=NOW - SECOND)
    with wharf.reading(cast.asking(wharf, "milo")) as db:
        found = caseload.workers(db, "amari", NOW)
    assert [worker.name for worker in found] == ["Sana", "Marcus", "Milo"]
