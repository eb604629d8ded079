"""A mentor closes a session on the phone: seven taps, a miss in one, danger never without a number to ring."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from hub.access import Steward
from hub.db import Database
from hub.kinds.mentoring_session import MentoringSession
from hub.people import Person
from hub.records import Record
from tests import databases
from tests.browser.mentor import evening, give_back, phone
from tests.browser.test_forms import browser
from tests.kinds.pair import CAME, THURSDAY, WEEK, Pair

__all__ = ["browser"]
pytestmark = pytest.mark.browser
LAST_WEEK = CAME | {"planned_at": "2026-11-12T17:00", "next_session_at": "2026-11-19T17:00"}
SEVEN = ("Came", "Building the relationship", "Talk", "Kept calm", "No worry", "Just meet again")


@pytest.fixture
def hub(sqlite_url: str) -> Iterator[tuple[Pair, str]]:
    database = Database(sqlite_url, databases.KEY)
    with evening(database) as found:
        found[0].keep(LAST_WEEK, THURSDAY - WEEK)
        yield found
    database.close()


@pytest.fixture
def page(hub: tuple[Pair, str], browser: Browser) -> Iterator[Page]:
    """Dre's file is open on Curtis's phone, and from it the session."""
    with phone(browser, hub[1]) as page:
        page.goto(f"{hub[1]}/people/dre")
        page.get_by_role("link", name="Mentoring session", exact=True).first.click()
        expect(page.get_by_role("heading", name="Mentoring session")).to_be_visible()
        yield page


def choose(page: Page, *answers: str) -> None:
    for answer in answers:
        page.get_by_label(answer, exact=True).check()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**saved**")


def test_a_normal_session_is_seven_taps_and_leaves_nothing_to_finish(page: Page, hub: tuple[Pair, str]) -> None:
    page.evaluate("window.taps = 0; addEventListener('click', (event) => { taps += event.isTrusted }, true)")
    choose(page, *SEVEN)
    assert page.evaluate("taps") + 1 == 7, "six answers and Save"
    save(page)
    expect(page.get_by_text("Not finished yet")).to_have_count(0)
    with hub[0].as_("Curtis") as (db, _):
        kept = db.scalars(select(MentoringSession).order_by(MentoringSession.written_at.desc())).first()
        assert kept is not None
        assert (kept.place_kind, kept.method, kept.minutes) == ("walk", "face", 60)
        assert kept.next_session_at == db.get_one(Record, kept.record_id).happened_at + WEEK


def test_a_miss_is_one_tap_and_its_message_the_next(page: Page, hub: tuple[Pair, str]) -> None:
    with hub[0].database.writing(Steward()) as db:
        dre = db.get_one(Person, "dre")
        dre.channel, dre.phone, dre.device_shared = "sms", "07700 900123", True
    page.get_by_role("button", name="They did not come").click()
    message = page.get_by_role("link", name="Write it")
    expect(message).to_be_visible()
    href = message.get_attribute("href") or ""
    assert href.startswith("sms:07700%20900123?body=")
    assert not any(word in href for word in ("Hub", "mentor", "session", "Dre"))
    page.get_by_role("button", name="I sent a kind message").click()
    expect(message).to_have_count(0)
    assert "R-50" not in hub[0].clocks()


def test_somebody_without_a_safe_number_is_not_texted(page: Page) -> None:
    page.get_by_role("button", name="They did not come").click()
    expect(page.get_by_text("no number that is safe to text")).to_be_visible()
    assert page.locator("a[href^='sms:']").count() == 0


def test_danger_shows_whom_to_ring_before_saving_and_after(page: Page, hub: tuple[Pair, str]) -> None:
    ring = page.get_by_role("link", name="Call 999")
    expect(ring).to_be_hidden()
    choose(page, "Came", "Danger now")
    expect(ring).to_be_visible()
    page.get_by_label("What worries you?").fill("Someone waits outside")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile("saved|/help"))
    expect(ring).to_be_visible()
    for _ in range(100):
        if "danger" in hub[0].clocks("Nadia"):
            break
        page.wait_for_timeout(200)
    with hub[0].as_("Curtis") as (db, _):
        kept = db.scalars(select(MentoringSession.record_id).where(MentoringSession.worry == "immediate")).one()
    page.goto(f"{hub[1]}/mentoring-session/{kept}")
    expect(page.get_by_role("alert")).to_contain_text("not called anybody")
    expect(ring).to_be_visible()


def test_a_face_tapped_on_the_phone_fills_the_form(page: Page) -> None:
    page.get_by_role("button", name="Hand over: start face").click()
    page.get_by_role("button", name="Good", exact=True).click()
    page.get_by_role("link", name="take it back").click()
    give_back(page)
    choose(page, *SEVEN)
    save(page)
    expect(page.locator("dl.told")).to_contain_text("How they felt at the start")


def test_words_are_looked_at_after_saving_and_may_be_kept_with_a_reason(page: Page) -> None:
    choose(page, *SEVEN)
    page.get_by_label("In a few words").fill("Dre refuses to engage. Ring 07700 900123.")
    page.get_by_text("Their words, their faces").click()
    page.get_by_label("Their words", exact=True).fill("my boyfriend is a dealer")
    save(page)
    assert page.locator("mark").all_text_contents() == ["refuses to engage", "07700 900123"]
    page.get_by_text("Keep it, because").first.click()
    page.get_by_label("Why these words are right").first.fill("A school letter says it; we answer it")
    page.get_by_role("button", name="Keep it").first.click()
    expect(page.locator("mark")).to_have_text(["07700 900123"])


def test_the_lead_reads_it_and_is_not_asked_to_tidy(page: Page, hub: tuple[Pair, str], browser: Browser) -> None:
    choose(page, *SEVEN)
    page.get_by_label("In a few words").fill("He refuses to engage")
    save(page)
    with phone(browser, hub[1], "Nadia") as desk:
        desk.goto(page.url)
        expect(desk.locator("dl.told")).to_contain_text("He refuses to engage")
        assert desk.locator("mark").count() == 0
