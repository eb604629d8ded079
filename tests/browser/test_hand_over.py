"""A young person holds the phone: they see their questions, and nothing leads out but the worker's PIN."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy import select

from hub.db import Database
from hub.hand_overs import HandOver
from hub.kinds.distance_travelled import DistanceTravelled
from tests import databases
from tests.browser.mentor import evening, give_back, phone
from tests.browser.test_forms import browser
from tests.kinds.pair import Pair

__all__ = ["browser"]
pytestmark = pytest.mark.browser


@pytest.fixture
def hub(sqlite_url: str) -> Iterator[tuple[Pair, str]]:
    database = Database(sqlite_url, databases.KEY)
    with evening(database) as found:
        yield found
    database.close()


@pytest.fixture
def page(hub: tuple[Pair, str], browser: Browser) -> Iterator[Page]:
    """The phone in Dre's hands, eight scales before him."""
    with phone(browser, hub[1]) as page:
        page.goto(f"{hub[1]}/people/dre")
        page.goto(f"{hub[1]}/distance-travelled/new?person=dre")
        page.get_by_role("button", name="Hand the phone over").click()
        expect(page.get_by_role("heading", name="Feeling safe")).to_be_visible()
        yield page


def test_the_page_names_nobody_and_leads_nowhere(page: Page) -> None:
    assert page.locator("nav, header").count() == 0
    leads = {link.get_attribute("href") for link in page.locator("a").all()} - {"#main"}
    assert leads == {"/hand-over/pin"}
    assert "Dre" not in page.content()


@pytest.mark.parametrize(
    "path", ["/", "/people/dre", "/caseload", "/search", "/me", "/demo", "/sign-in", "/nothing-here"]
)
def test_an_address_typed_by_hand_comes_back_to_the_question(page: Page, hub: tuple[Pair, str], path: str) -> None:
    page.goto(hub[1] + path)
    expect(page.get_by_role("heading", name="Feeling safe")).to_be_visible()
    assert "Dre" not in page.content()


@pytest.mark.parametrize("path", ["/h/wharf/help", "/h/wharf/queue", "/h/wharf/capture/mentoring-session"])
def test_nor_do_the_pages_that_the_phone_keeps(page: Page, hub: tuple[Pair, str], path: str) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(hub[1] + path)
    expect(page.get_by_role("heading", name="Feeling safe")).to_be_visible()
    page.context.set_offline(True)
    with pytest.raises(Error):
        page.goto(hub[1] + path)


def test_the_kept_pages_come_back_with_the_phone(page: Page, hub: tuple[Pair, str]) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{hub[1]}/hand-over/pin")
    give_back(page)
    page.wait_for_url("**/distance-travelled/new**")
    page.context.set_offline(True)
    page.goto(f"{hub[1]}/h/wharf/help")
    expect(page.get_by_role("link", name="Call 999")).to_be_visible()


def test_back_forward_and_reload_stay_on_the_question(page: Page) -> None:
    for _ in range(4):
        page.go_back()
        expect(page.get_by_role("heading", name="Feeling safe")).to_be_visible()
        assert "Dre" not in page.content()
    page.go_forward()
    page.reload()
    expect(page.get_by_role("heading", name="Feeling safe")).to_be_visible()


def test_it_holds_without_the_cookie_that_marks_it(page: Page, hub: tuple[Pair, str]) -> None:
    page.context.clear_cookies(name="hub-handed")
    page.goto(f"{hub[1]}/people/dre")
    expect(page.get_by_role("heading", name="Feeling safe")).to_be_visible()


def test_every_other_window_of_the_phone_goes_the_same_way(hub: tuple[Pair, str], browser: Browser) -> None:
    with phone(browser, hub[1]) as page:
        other = page.context.new_page()
        other.goto(f"{hub[1]}/people/dre")
        page.goto(f"{hub[1]}/distance-travelled/new?person=dre")
        page.get_by_role("button", name="Hand the phone over").click()
        expect(other.get_by_role("heading", name="Feeling safe")).to_be_visible()
        assert "Dre" not in other.content()


def test_a_script_gets_a_number_and_no_page(page: Page) -> None:
    assert page.evaluate("fetch('/people/dre').then((answer) => answer.status)") == 423


def test_a_wrong_pin_keeps_it_and_five_end_the_session(page: Page, hub: tuple[Pair, str]) -> None:
    page.goto(f"{hub[1]}/hand-over/pin")
    for _ in range(4):
        give_back(page, "000001")
        expect(page.get_by_text("That PIN is not right")).to_be_visible()
    give_back(page, "000001")
    page.goto(f"{hub[1]}/people/dre")
    page.wait_for_url("**/sign-in**")
    assert "Dre" not in page.content()


def test_eight_taps_fill_the_workers_page_and_one_save_keeps_both(page: Page, hub: tuple[Pair, str]) -> None:
    for number in range(8):
        page.locator("button.tap").nth(number % 5).click()
    page.get_by_role("link", name="take it back").click()
    give_back(page)
    page.wait_for_url("**/distance-travelled/new**")
    assert page.locator("section.pair input:checked").count() == 8
    page.locator("#safe_worker-4").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**saved**")
    with hub[0].as_("Curtis") as (db, _):
        kept = db.scalars(select(DistanceTravelled)).one()
        assert (kept.safe, kept.people, kept.safe_worker) == (1, 2, 4)
        assert db.scalars(select(HandOver)).all() == [], "what they tapped is kept in one place"


def test_they_may_skip_go_back_and_stop(page: Page) -> None:
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", name="People I trust")).to_be_visible()
    page.get_by_role("button", name="Trying, with help").click()
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.get_by_role("button", name="Trying, with help")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Give the phone back").click()
    page.get_by_role("link", name="Not finished").click()
    expect(page.get_by_role("heading", name="Home and family")).to_be_visible()
    page.get_by_role("link", name="Give the phone back").click()
    give_back(page)
    page.wait_for_url("**/distance-travelled/new**")
    assert page.locator("section.pair input:checked").evaluate_all("found => found.map((one) => one.id)") == [
        "people-3"
    ]
