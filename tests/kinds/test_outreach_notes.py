"""What is noted on an evening: counts, young people, places, promises and danger."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hub import people, records
from hub.kinds.outreach_session.named_contact import NamedContact, match
from hub.kinds.outreach_session.quick_count import add_up, total
from hub.kinds.outreach_session.street_contacts import StreetContact
from hub.kinds.outreach_session.words import BANDS, SEXES
from hub.records import Deed, Record, Wrong
from tests.kinds.evening import (
    CLOSE,
    DAY,
    MINUTE,
    Evening,
    days_later,
    names,
    promised,
    running,
    told,
)


def test_danger_now_alerts_the_lead_and_stands_in_front_until_answered(evening: Evening) -> None:
    session = evening.live()
    evening.count("milo", session, {}, danger="immediate")
    assert running(evening, "danger", "nadia")
    assert promised(evening, "nadia") == ["Danger now, told on outreach. Ring Milo."]
    assert told(evening, "milo", session)["danger_now"]
    with pytest.raises(Wrong, match="what was done about the danger"):
        evening.act("ama", session, "close", CLOSE)
    evening.now += MINUTE
    evening.write("milo", "danger-call", {"called": ["999", "mash"]}, on=session)
    assert not told(evening, "milo", session)["danger_now"]
    assert not running(evening, "danger")
    evening.act("ama", session, "close", CLOSE)


def test_two_phones_are_added_up_or_one_is_chosen(evening: Evening) -> None:
    session = evening.live()
    evening.count("ama", session, {"13_15.male": 4, "adult.female": 1})
    evening.count("milo", session, {"13_15.male": 3})
    counted = told(evening, "ama", session)["tally"]
    assert (counted.total, counted.young) == (8, 7)
    assert counted.by == {"ama": ("Ama", 5), "milo": ("Milo", 3)}
    evening.act("ama", session, "close", CLOSE | {"counted_by": "milo", "depth.chat.people": "3"})
    assert told(evening, "ama", session)["tally"].total == 3


def test_depth_and_new_faces_never_come_to_more_than_were_met(evening: Evening) -> None:
    session = evening.live()
    evening.count("ama", session, {"13_15.male": 4})
    with pytest.raises(Wrong, match="comes to 5, but you met 4"):
        evening.act("ama", session, "close", CLOSE | {"depth.hello.people": "3", "depth.help.people": "2"})
    with pytest.raises(Wrong, match="You met 4"):
        evening.act("ama", session, "close", CLOSE | {"new_faces": "5"})
    evening.act("ama", session, "close", CLOSE | {"depth.hello.people": "4", "new_faces": "4"})


def test_an_evening_without_anybody_met_can_be_closed(evening: Evening) -> None:
    session = evening.live()
    evening.count("ama", session, {})
    assert evening.act("ama", session, "close", CLOSE) == "closed"


def test_a_count_takes_three_themes_at_most(evening: Evening) -> None:
    session = evening.live()
    with pytest.raises(Wrong, match="up to 3"):
        evening.count("ama", session, {}, themes=["vapes", "school", "money", "debt"])


def test_a_known_young_person_has_the_meeting_on_their_timeline(evening: Evening) -> None:
    session = evening.live()
    said = {"said": "Asked about a CV", "told": "yes", "danger": "none", "follow_up": "College visit"}
    promise = {"follow_up_by": "ama", "follow_up_on": "2026-11-30"}
    evening.write("ama", "named-contact", said | promise, on=session, about="YP-7F3K")
    assert timeline(evening) == ["Met on outreach: Asked about a CV"]
    assert promised(evening, "ama") == ["College visit"]
    assert names(evening, "ama", session) == ["Kai"]


def timeline(evening: Evening) -> list[str]:
    with evening.reading("ama") as db:
        kai = people.find(db, "kai")
        assert kai is not None
        return [entry.says for entry in records.timeline(db, evening.viewer("ama"), kai)]


def test_the_crew_see_todays_contact_until_midnight_and_no_content(evening: Evening) -> None:
    def finds_kai() -> bool:
        with evening.reading("milo") as db:
            return people.find(db, "kai") is not None

    session = evening.live()
    assert not finds_kai()
    evening.write("ama", "named-contact", {"said": "Owes money", "danger": "none"}, on=session, about="Kai")
    assert finds_kai()
    assert names(evening, "milo", session) == []
    assert names(evening, "will", session) == []
    evening.now += DAY
    assert not finds_kai()


def test_a_promise_is_at_most_fourteen_days_off_and_has_an_owner(evening: Evening) -> None:
    session = evening.live()
    late = {"danger": "none", "follow_up": "College visit", "follow_up_on": "2026-12-08"}
    with pytest.raises(Wrong) as wrong:
        evening.write("ama", "named-contact", late, on=session, about="Kai")
    assert set(wrong.value.errors) == {"follow_up_by", "follow_up_on"}
    with pytest.raises(Wrong):
        evening.write("ama", "follow-up", {"what": "Leaflets", "by": "milo", "due_on": "2026-12-08"}, on=session)
    evening.write("ama", "follow-up", {"what": "Leaflets", "by": "milo", "due_on": "2026-12-07"}, on=session)
    assert promised(evening, "milo") == ["Leaflets"]


def test_a_nickname_is_kept_once_and_let_go_after_ninety_days(evening: Evening) -> None:
    session = evening.live()
    met = {"danger": "none", "age_guess": "13_15", "look_out": "Limping"}
    first = evening.write("ama", "named-contact", met, on=session, about="Skits")
    evening.write("ama", "named-contact", {"danger": "none"}, on=session, about=" skits ")
    assert names(evening, "ama", session) == ["“Skits”", "“Skits”"]
    with evening.reading("ama") as db:
        assert len(db.scalars(select(StreetContact)).all()) == 1
    with evening.reading("will") as db:
        assert db.scalars(select(StreetContact)).all() == []
    days_later(evening, 91)
    with evening.reading("nadia") as db:
        assert db.scalars(select(StreetContact)).all() == []
        record = db.get(Record, first)
        assert record is not None
        kept = records.answers(db, NamedContact, record)
    assert (kept["look_out"], kept["age_guess"]) == (None, None)


def test_a_street_contact_who_is_known_after_all_joins_the_timeline(evening: Evening) -> None:
    session = evening.live()
    evening.write("ama", "named-contact", {"danger": "none", "said": "Asked for food"}, on=session, about="Skits")
    assert timeline(evening) == []
    with evening.database.writing(evening.viewer("ama")) as db:
        kai, skits = people.find(db, "kai"), db.scalars(select(StreetContact)).one()
        assert kai is not None
        match(Deed(db, evening.viewer("ama"), NamedContact, None, {}), skits, kai)
    assert timeline(evening) == ["Met on outreach: Asked for food"]
    assert not running(evening, "street-contact")
    days_later(evening, 91)
    assert names(evening, "nadia", session) == ["Kai"]


def test_a_broken_lock_gets_an_owner_and_a_day(evening: Evening) -> None:
    session = evening.live()
    evening.write("milo", "hotspot-observation", {"place": "Car park gate", "saw": ["broken"]}, on=session)
    evening.write("milo", "hotspot-observation", {"place": "Library steps", "saw": ["calm", "guardian"]}, on=session)
    assert promised(evening, "milo") == ["Get it mended: Car park gate, broken lock or light"]


def test_a_doubled_count_is_one_count(evening: Evening) -> None:
    session = evening.live()
    id = evening.count("ama", session, {"13_15.male": 2})
    evening.write("ama", "quick-count", {"counts.13_15.male": "2", "danger": "none"}, on=session, id=id)
    assert told(evening, "ama", session)["tally"].total == 2


unhurried = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
cells = st.dictionaries(st.sampled_from([f"{band}.{sex}" for band in BANDS for sex in SEXES]), st.integers(1, 99))


@unhurried
@given(st.lists(cells))
def test_adding_up_loses_and_invents_nobody(counts: list[dict[str, int]]) -> None:
    summed = add_up(counts)
    assert total(summed) == sum(total(count) for count in counts)
    assert all(summed[cell] == sum(count.get(cell, 0) for count in counts) for cell in summed)


@unhurried
@given(st.lists(cells), st.randoms())
def test_the_order_in_which_phones_arrive_does_not_matter(counts: list[dict[str, int]], random: Any) -> None:
    shuffled = list(counts)
    random.shuffle(shuffled)
    assert add_up(counts) == add_up(shuffled)
