"""A mentor match says why these two, and is looked at again."""

import pytest

from hub import records
from hub.forms import Typed, read
from hub.ids import uuid7
from hub.kinds.mentor_match import MentorMatch
from hub.records import Record, Wrong
from tests.kinds.pair import THURSDAY, Pair


def test_a_match_has_a_reason_a_review_and_a_check_that_is_not_too_old(pair: Pair) -> None:
    match = {"mentor": "Curtis", "why": "interests", "dbs_issued_on": "2025-01-06", "review_on": "2027-02-01"}
    id = pair.keep(match, kind=MentorMatch, name="Nadia")
    assert "match-review" in pair.clocks()
    with pytest.raises(Wrong):
        pair.keep(match | {"dbs_issued_on": "2022-01-06"}, kind=MentorMatch, name="Nadia")
    with pair.as_("Nadia") as (db, viewer):
        record = db.get_one(Record, id)
        ending = MentorMatch.acts[-1]
        given = read(MentorMatch.asked("ending"), Typed.of({"how_ended": "planned", "ended_well": "yes"}), THURSDAY)
        records.act(db, viewer, MentorMatch, record, ending, given, id=uuid7())
        assert record.state == "ended"
    assert "match-review" not in pair.clocks()
