"""Whoever stands in for a lead signs off what others did, never an evening of their own."""

import pytest

from hub.access import Refused, Relation, Steward
from hub.ids import uuid7
from hub.kinds.outreach_session.signing import sign
from tests.kinds.evening import DAY, NOW, Evening


def stand_in(evening: Evening, who: str) -> None:
    with evening.database.writing(Steward()) as db:
        facts = {"hub_id": "wharf", "starts_at": NOW - DAY, "ends_at": NOW + DAY, "given_by": "nadia"}
        db.add(Relation(id=uuid7(), staff_id=who, relation="acting", **facts))


def test_an_acting_lead_signs_off_the_evening_of_others(evening: Evening) -> None:
    session = evening.closed()
    evening.act("ama", session, "debrief", {"wellbeing": "4"})
    with pytest.raises(Refused):
        evening.act("leah", session, "sign-off")
    stand_in(evening, "leah")
    assert evening.act("leah", session, "sign-off") == "signed off"


@pytest.mark.parametrize("who", ["ama", "milo"])
def test_an_acting_lead_never_signs_off_an_evening_of_their_own(evening: Evening, who: str) -> None:
    session = evening.closed()
    evening.act("ama", session, "debrief", {"wellbeing": "4"})
    stand_in(evening, who)
    assert evening.viewer(who).leads
    with pytest.raises(Refused, match="not for an evening of their own"):
        evening.act(who, session, "sign-off")
    viewer = evening.viewer(who)
    with evening.database.writing(viewer) as db:
        assert sign(db, viewer, [session]) == 0
    assert evening.act("nadia", session, "sign-off") == "signed off"
