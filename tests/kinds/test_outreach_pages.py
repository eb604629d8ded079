"""The pages of an evening, as its crew, a lead, a colleague and an outsider ask for them."""

import datetime as dt

import pytest

from hub.ids import uuid7
from tests.desk import Desk
from tests.kinds.evening import CLOSE, PLAN, Evening, names, told


def desk(evening: Evening, who: str) -> Desk:
    return Desk(evening.database, who, evening.now)


def test_the_street_view_tells_a_number_and_no_name_until_asked(evening: Evening) -> None:
    session = evening.live()
    evening.count("milo", session, {"13_15.male": 2, "adult.female": 1})
    evening.write("ama", "named-contact", {"danger": "none", "said": "Asked about a CV"}, on=session, about="Kai")
    street = desk(evening, "ama").go(f"/outreach-session/{session}")
    assert "2 young people met" in street.words
    assert "I’m OK" in street.words
    assert "tel:999" in street.links
    assert "Kai" not in street.words
    assert "CV" not in street.words
    assert "Kai" in street.go(f"/outreach-session/{session}/story").words


def test_a_desk_sees_the_story_and_a_colleague_no_name_in_it(evening: Evening) -> None:
    session = evening.live()
    evening.write("ama", "named-contact", {"danger": "none", "said": "Asked about a CV"}, on=session, about="Kai")
    assert "Asked about a CV" in desk(evening, "nadia").go(f"/outreach-session/{session}").words
    seen_by_will = desk(evening, "will").go(f"/outreach-session/{session}").words
    assert "Kai" not in seen_by_will
    assert "Asked about a CV" not in seen_by_will
    assert desk(evening, "ben").go(f"/outreach-session/{session}").status == 404
    assert desk(evening, "ben").go(f"/outreach-session/{session}/story").status == 404


def test_danger_now_puts_the_sheet_in_front_until_something_is_written(evening: Evening) -> None:
    session = evening.live()
    milo = desk(evening, "milo").go(f"/outreach-session/{session}/quick-count/new")
    sent = milo.send(f"/outreach-session/{session}/quick-count", submission=uuid7(), danger="immediate")
    street = milo.go(sent.onward)
    assert "Danger now" in street.words
    assert "Saved." not in street.words
    assert f"/outreach-session/{session}/quick-count/new" not in street.links
    evening.now += dt.timedelta(minutes=1)
    milo = desk(evening, "milo")
    milo.send(f"/outreach-session/{session}/danger-call", submission=uuid7(), called="999")
    assert "Danger now" not in milo.go(f"/outreach-session/{session}").words


def test_a_call_for_help_is_never_said_to_be_saved_and_stands_before_the_lead(evening: Evening) -> None:
    session = evening.live()
    ama = desk(evening, "ama")
    sent = ama.send(f"/outreach-session/{session}/welfare-ping", submission=uuid7(), says="need_help")
    assert "Saved" not in ama.go(sent.onward).words
    assert "Ama asked for help at 18:00" in desk(evening, "nadia").go(f"/outreach-session/{session}").words


def test_a_plan_that_cannot_be_keeps_its_words(evening: Evening) -> None:
    late = PLAN | {"planned_end": "2026-11-24T18:00", "submission": uuid7()}
    ama = desk(evening, "ama").send("/outreach-session", **late)
    assert ama.status == 422
    assert "at most 5 hours on" in ama.words
    assert "Canal loop" in ama.page


def test_a_doubled_plan_is_one_session(evening: Evening) -> None:
    given = PLAN | {"submission": uuid7()}
    ama = desk(evening, "ama")
    first = ama.send("/outreach-session", **given).onward
    assert ama.send("/outreach-session", **given).onward == first


def test_each_is_offered_only_the_step_that_is_theirs(evening: Evening) -> None:
    session = evening.plan()
    here = f"/outreach-session/{session}"
    assert f"{here}/safety-acceptance" in desk(evening, "ines").go(here).links
    assert f"{here}/safety-acceptance" not in desk(evening, "ama").go(here).links
    assert f"{here}/briefing" in desk(evening, "ama").go(here).links
    assert f"{here}/start" not in desk(evening, "ama").go(here).links
    assert f"{here}/briefing" not in desk(evening, "leah").go(here).links


def test_todays_session_stands_on_the_phone_of_everybody_who_goes(evening: Evening) -> None:
    session = evening.plan()
    assert f"/outreach-session/{session}/briefing" in desk(evening, "milo").go("/").links
    evening.act("ines", session, "safety-acceptance", {"accepted": "yes"})
    assert session not in desk(evening, "leah").go("/").page


def test_the_debrief_says_that_few_read_what_is_on_somebodys_mind(evening: Evening) -> None:
    words = desk(evening, "ama").go(f"/outreach-session/{evening.closed()}/debrief").words
    assert (
        "Anything on your mind? Your leads and whoever is on shift will see this. Other colleagues will not." in words
    )


def test_evenings_are_signed_off_in_one_go(evening: Evening) -> None:
    session = evening.closed()
    evening.act("ama", session, "debrief", {"worked": "Football", "wellbeing": "4"})
    nadia = desk(evening, "nadia").go("/sign-offs")
    assert "Outreach: Canal loop" in nadia.words
    assert nadia.send("/sign-offs", session=session).onward == "/sign-offs?signed=1"
    assert "Nothing waits" in nadia.go("/sign-offs").words
    assert desk(evening, "ama").go("/sign-offs").status == 403
    assert desk(evening, "ama").send("/sign-offs", session=session).status == 403


def test_an_open_session_is_not_signed_off_by_a_crafted_form(evening: Evening) -> None:
    session = evening.live()
    nadia = desk(evening, "nadia")
    assert nadia.send("/sign-offs", session=session).onward == "/sign-offs?signed=0"
    assert nadia.send(f"/outreach-session/{session}/sign-off", submission=uuid7()).status == 409


def test_a_nickname_turns_out_to_be_somebody(evening: Evening) -> None:
    session = evening.live()
    evening.write("ama", "named-contact", {"danger": "none"}, on=session, about="Skits")
    ama = desk(evening, "ama").go("/street-contacts")
    [contact] = [link for link in ama.links if link.startswith("/street-contacts/")]
    assert "Not on your list" in ama.send(contact, who="Nobody").words
    assert ama.send(contact, who="YP-7F3K").onward == "/people/kai"
    assert names(evening, "ama", session) == ["Kai"]
    assert ama.go(contact).status == 404
    assert "Skits" not in desk(evening, "leah").go("/street-contacts").words
    assert desk(evening, "ben").go(contact).status == 404


@pytest.mark.parametrize("said", [{}, {"danger": "perhaps"}, {"danger": "none", "counts.13_15.male": "lots"}])
def test_a_count_that_cannot_be_read_is_asked_again(evening: Evening, said: dict[str, str]) -> None:
    session = evening.live()
    ama = desk(evening, "ama").send(f"/outreach-session/{session}/quick-count", submission=uuid7(), **said)
    assert ama.status == 422
    assert told(evening, "ama", session)["tally"].total == 0


def test_finishing_keeps_what_the_counts_said(evening: Evening) -> None:
    session = evening.live()
    evening.count("ama", session, {"13_15.male": 2}, themes=["vapes"])
    ama = desk(evening, "ama").go(f"/outreach-session/{session}/close")
    assert 'value="vapes" autocomplete="off" checked' in ama.page
    assert "Which holds?" not in ama.words
    assert ama.send(f"/outreach-session/{session}/close", submission=uuid7(), **CLOSE).status == 303


def test_a_briefing_begins_with_what_the_last_crew_found_here(evening: Evening) -> None:
    evening.closed()
    evening.now += dt.timedelta(days=2)
    again = PLAN | {"planned_start": "2026-11-25T18:30", "planned_end": "2026-11-25T21:30"}
    session = evening.write("ama", "outreach-session", again)
    ama = desk(evening, "ama").go(f"/outreach-session/{session}/briefing")
    assert "Tension last time here: 4, tense (Mon 23 Nov)" in ama.words
    assert 'value="4" autocomplete="off" checked' in ama.page
