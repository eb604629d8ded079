"""A timeline: in pages, by kind, and without a trace of what is closed to its reader."""

import pytest

from hub.db import Database
from tests import cast
from tests.cast import DAY, NOW
from tests.desk import PART, Desk, met


@pytest.fixture
def wharf(database: Database) -> Database:
    """Marcus mentors Amari; Sana leads the work with both; Milo knows neither."""
    cast.build(database)
    cast.relate(database, "marcus", "amari", "allocated")
    cast.relate(database, "sana", "amari", "allocated", lead=True)
    cast.relate(database, "sana", "jade", "allocated", lead=True)
    return database


def test_a_timeline_comes_in_pages_and_leaves_nothing_out(wharf: Database) -> None:
    ids = [met(wharf, "marcus", "amari", NOW - number * DAY) for number in range(1, 61)]
    desk, found, path = Desk(wharf, "marcus"), [], "/people/amari/timeline"
    while path:
        page = desk.go(path)
        shown = [link.split("/")[2] for link in page.links if link.startswith("/mentoring-session/")]
        assert len(shown) <= 25
        found += shown
        path = next((link for link in page.links if "before=" in link), "")
    assert found == ids


def test_a_timeline_takes_whatever_it_is_asked(wharf: Database) -> None:
    id = met(wharf, "marcus", "amari", NOW - DAY)
    for query in ("before=yesterday", "before=20261101T000000.000000", "before=~~~", "kind=", "before=%00"):
        assert id in Desk(wharf, "marcus").go(f"/people/amari/timeline?{query}").page or "2026" in query


def test_a_timeline_of_one_kind_leaves_out_the_others(wharf: Database) -> None:
    one = met(wharf, "marcus", "amari", NOW - DAY)
    other = met(wharf, "sana", "amari", NOW - 2 * DAY, kind="distance-travelled")
    page = Desk(wharf, "marcus").go("/people/amari/timeline?kind=distance-travelled").page
    assert other in page
    assert one not in page
    assert "Nothing of this kind" in Desk(wharf, "marcus").go("/people/amari/timeline?kind=custody-visit").words


def test_a_closed_compartment_leaves_no_trace_on_a_timeline(wharf: Database) -> None:
    cast.grant(wharf, "grace", "GYW")
    cast.relate(wharf, "grace", "amari", "allocated")
    met(wharf, "marcus", "amari", NOW - DAY)
    sealed = met(wharf, "grace", "amari", NOW - 2 * DAY, kind="mentor-match", compartment="GYW", says="Sealed words")
    assert sealed in Desk(wharf, "grace").go("/people/amari/timeline").page
    for name in ("marcus", "sana", "nadia"):
        page = Desk(wharf, name).go("/people/amari/timeline").page
        assert sealed not in page
        assert "Sealed words" not in page
        assert "kind=mentor-match" not in page


def test_a_fragment_is_the_entries_alone(wharf: Database) -> None:
    id = met(wharf, "marcus", "amari", NOW - DAY)
    page = Desk(wharf, "marcus").go("/people/amari/timeline", **PART).page
    assert id in page
    assert "<html" not in page
    assert "<main" not in page
