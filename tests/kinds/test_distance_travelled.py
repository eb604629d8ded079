"""Distance travelled: they rate first, both ratings stay, and the scales come round when they are due."""

import pytest
from sqlalchemy import select

from hub import records
from hub.actions import DOMAINS
from hub.kinds.distance_travelled import DistanceTravelled
from hub.people import Person
from hub.records import Wrong
from tests.kinds.pair import CAME, THURSDAY, WEEK, Pair


def test_the_young_person_rates_first(pair: Pair) -> None:
    with pytest.raises(Wrong):
        pair.keep({"occasion": "first", "safe_worker": "4"}, kind=DistanceTravelled)


def test_both_ratings_are_kept_with_what_lies_between_and_where_they_began(pair: Pair) -> None:
    pair.keep({"occasion": "first", "safe": "2", "money": "1"}, THURSDAY - 6 * WEEK, kind=DistanceTravelled)
    id = pair.keep({"occasion": "six_weeks", "safe": "3", "safe_worker": "4", "money": "2"}, kind=DistanceTravelled)
    with pair.as_("Curtis") as (db, viewer):
        record, _ = records.find(db, viewer, id)
        values = records.answers(db, DistanceTravelled, record)
        scales = {line["says"]: line for line in DistanceTravelled.context(db, viewer, record, values)["scales"]}
        assert db.scalars(select(Person.colour)).one() == "grey"
    assert scales["Feeling safe"] == {"says": "Feeling safe", "own": 3, "worker": 4, "apart": 1, "began": 2}
    assert scales["Money and debt"]["apart"] is None
    assert len(scales) == len(DOMAINS)


def test_scales_are_wanted_by_the_third_session_every_six_weeks_at_the_end_and_after(pair: Pair) -> None:
    running = lambda: [code for code in pair.clocks() if code.startswith("scales")]  # noqa: E731
    pair.keep(CAME)
    assert running() == ["scales.first"]
    pair.keep({"occasion": "first", "safe": "2"}, kind=DistanceTravelled)
    assert running() == ["scales"]
    pair.keep(CAME | {"carrying_on": "no", "ending": "planned", "goodbye": "yes"})
    assert running() == ["scales", "scales.ending"]
    pair.keep({"occasion": "ending", "safe": "3"}, kind=DistanceTravelled)
    assert running() == ["scales.after"]
    pair.keep({"occasion": "after", "safe": "4"}, kind=DistanceTravelled)
    assert running() == []
