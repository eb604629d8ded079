"""An evening's outreach in a real phone browser: start, count, a call for help, danger, finish; the lead reads it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from hub.access import Steward
from hub.accounts import cast
from hub.agencies import Staff
from hub.app import create_app
from hub.clock import shifted
from hub.db import Database
from hub.settings import Settings
from tests import databases
from tests.accounts.door import KEYS
from tests.browser.mentor import phone
from tests.browser.serving import served
from tests.browser.test_forms import browser
from tests.kinds.evening import BRIEFING, NOW, Evening, build, running, told

__all__ = ["browser"]
pytestmark = pytest.mark.browser
TAPS = "window.taps = 0; addEventListener('click', (event) => { taps += event.isTrusted }, true)"


class Street:
    """The evening, where it is served, and everybody's phone."""

    def __init__(self, evening: Evening, address: str, browser: Browser, phones: ExitStack) -> None:
        self.evening, self.address, self.browser, self.phones = evening, address, browser, phones

    def phone(self, name: str, path: str) -> Page:
        page = self.phones.enter_context(phone(self.browser, self.address, name))
        page.goto(f"{self.address}{path}")
        return page


@pytest.fixture
def street(sqlite_url: str, browser: Browser) -> Iterator[Street]:
    database = Database(sqlite_url, databases.KEY)
    build(database)
    with database.writing(Steward()) as db:
        cast.enrol(db, KEYS, NOW, [*db.scalars(select(Staff))])
    app = create_app(Settings(demo=True), KEYS, database, clock=shifted(NOW))
    with served(app) as address, ExitStack() as phones:
        yield Street(Evening(database), address, browser, phones)
    database.close()


def save(page: Page, name: str = "Save") -> None:
    """Seals, sends, and waits for the page it leads to."""
    before = page.url
    page.locator(".tray .button:not(.quiet)").filter(has_text=name).click()
    page.wait_for_url(lambda url: url != before)


def test_from_today_to_the_street_in_two_taps(street: Street) -> None:
    session = street.evening.plan()
    street.evening.act("ines", session, "safety-acceptance", {"accepted": "yes"})
    street.evening.act("ama", session, "briefing", BRIEFING)
    milo = street.phone("Milo", "/")
    milo.get_by_role("link", name="Start", exact=True).click()
    save(milo, "Start now")
    expect(milo.get_by_role("heading", name="Out now")).to_be_visible()
    assert running(street.evening, "welfare-ping", "ama")


def test_a_street_contact_is_five_taps(street: Street) -> None:
    session = street.evening.live()
    ama = street.phone("Ama", f"/outreach-session/{session}")
    ama.get_by_role("link", name="Count").click()
    ama.evaluate(TAPS)
    ama.get_by_role("button", name="13–15, female: 0. Add one").click()
    ama.get_by_label("Vapes", exact=True).check()
    ama.get_by_label("No", exact=True).check()
    assert ama.evaluate("taps") + 2 == 5, "Count, three answers and Save"
    save(ama)
    expect(ama.get_by_text("1 met on outreach: vapes")).to_be_visible()
    ama.get_by_role("link", name="Change this").click()
    expect(ama.get_by_role("heading", name="Change this")).to_be_visible()


def test_the_count_with_its_danger_question_fits_one_screen(street: Street) -> None:
    session = street.evening.live()
    ama = street.phone("Ama", f"/outreach-session/{session}/quick-count/new")
    tray = ama.locator(".tray").bounding_box()
    last = ama.get_by_role("button", name="18–25, not sure: 0. Add one").bounding_box()
    assert tray
    assert last
    assert last["y"] + last["height"] <= tray["y"]
    ama.get_by_label("Good news").scroll_into_view_if_needed()
    expect(ama.get_by_text("Is anyone in danger now?")).to_be_in_viewport()
    expect(ama.get_by_role("button", name="Save")).to_be_in_viewport()


def test_a_slip_is_undone_and_two_phones_add_up(street: Street) -> None:
    session = street.evening.live()
    for name, cell, taps in (("Ama", "13–15, male", 3), ("Milo", "16–17, male", 1)):
        page = street.phone(name, f"/outreach-session/{session}/quick-count/new")
        for _ in range(taps + 1):
            page.get_by_role("button", name=f"{cell}:").click()
        page.get_by_role("button", name="Undo last").click()
        page.get_by_label("No", exact=True).check()
        save(page)
    expect(page.get_by_text("Ama 3 · Milo 1")).to_be_visible()
    assert told(street.evening, "ama", session)["tally"].total == 4


def test_need_help_shows_the_numbers_and_tells_the_team_at_one_tap(street: Street) -> None:
    session = street.evening.live()
    ama = street.phone("Ama", f"/outreach-session/{session}")
    with ama.expect_response("**/welfare-ping"):
        ama.locator("summary", has_text="Need help").click()
    expect(ama.get_by_role("link", name="Call 999")).to_be_visible()
    expect(ama.get_by_text("Saved")).to_have_count(0)
    assert {row.owner_id for row in running(street.evening, "need-help")} == {"ines", "nadia"}
    nadia = street.phone("Nadia", f"/outreach-session/{session}")
    expect(nadia.get_by_text("Ama asked for help")).to_be_visible()


def test_need_help_still_shows_the_numbers_without_signal(street: Street) -> None:
    session = street.evening.live()
    ama = street.phone("Ama", f"/outreach-session/{session}")
    ama.context.set_offline(True)
    ama.locator("summary", has_text="Need help").click()
    expect(ama.get_by_role("link", name="Call 999")).to_be_visible()
    assert not running(street.evening, "need-help")


def test_danger_shows_whom_to_ring_and_cannot_be_skipped(street: Street) -> None:
    session = street.evening.live()
    milo = street.phone("Milo", f"/outreach-session/{session}/quick-count/new")
    milo.get_by_label("Yes, now").check()
    save(milo)
    expect(milo.get_by_role("heading", name="Danger now")).to_be_visible()
    expect(milo.get_by_role("link", name="Count")).to_have_count(0)
    milo.get_by_role("link", name="I have called").click()
    milo.get_by_label("Called 999").check()
    save(milo)
    expect(milo.get_by_role("link", name="Count")).to_be_visible()
    expect(milo.get_by_role("heading", name="Danger now")).to_have_count(0)


def test_danger_without_signal_shows_the_numbers_at_once(street: Street) -> None:
    session = street.evening.live()
    milo = street.phone("Milo", f"/outreach-session/{session}/quick-count/new")
    milo.evaluate("navigator.serviceWorker.ready.then(() => true)")
    milo.context.set_offline(True)
    milo.get_by_label("Yes, now").check()
    milo.get_by_role("button", name="Save").click()
    expect(milo.get_by_role("link", name="Call 999")).to_be_visible()
    expect(milo.get_by_text("This has reached nobody.")).to_be_visible()


def test_the_evening_is_finished_debriefed_and_read_by_the_lead(street: Street) -> None:
    session = street.evening.live()
    street.evening.count("ama", session, {"13_15.female": 3, "13_15.male": 5}, themes=["vapes"])
    ama = street.phone("Ama", f"/outreach-session/{session}/close")
    ama.locator("#all_safe-field").get_by_label("Yes").check()
    ama.get_by_role("button", name="Chat, people: 0. Add one").click()
    ama.locator("#danger-field").get_by_label("No", exact=True).check()
    save(ama, "Finish")
    ama.get_by_role("link", name="Debrief").click()
    ama.get_by_label("What worked well?").fill("Football by the lock")
    ama.locator("[name=wellbeing]").nth(3).check()
    save(ama, "Debrief")
    nadia = street.phone("Nadia", "/sign-offs")
    nadia.get_by_role("link", name="Read").click()
    expect(nadia.get_by_text("8 young people")).to_be_visible()
    expect(nadia.get_by_text("Football by the lock")).to_be_visible()
    nadia.goto(f"{street.address}/sign-offs")
    nadia.get_by_role("button", name="Sign off").click()
    expect(nadia.get_by_text("1 signed off.")).to_be_visible()
