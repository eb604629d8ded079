"""The quiet phone in a real browser: covered, opened by the PIN, and nothing typed is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from hub import access, audit
from hub.access import Steward
from hub.accounts import cast
from hub.agencies import Agency, Hub, Staff
from hub.app import create_app
from hub.clock import now
from hub.db import Database
from hub.sessions import DeviceSession
from hub.settings import Settings
from tests import databases
from tests.accounts.door import KEYS, code
from tests.browser.serving import served
from tests.browser.test_forms import PHONE, browser

__all__ = ["browser"]
pytestmark = pytest.mark.browser


@pytest.fixture
def hub(sqlite_url: str) -> Iterator[tuple[Database, str]]:
    database = Database(sqlite_url, databases.KEY)
    access.enforce(database)
    audit.install(database)
    with database.writing(Steward()) as db:
        db.add(Hub(id="wharf", slug="wharf", name="The Wharf", borough="Thornmere", duty_phone="020 7946 0000"))
        db.flush()
        db.add(Agency(id="a", hub_id="wharf", name="Youth service", sector="council"))
        db.flush()
        nadia = Staff(id="nadia", hub_id="wharf", agency_id="a", name="Nadia", email="nadia@example.org", roles=["TL"])
        db.add(nadia)
        db.flush()
        cast.enrol(db, KEYS, now(), [nadia])
    with served(create_app(Settings(demo=True), KEYS, database)) as address:
        yield database, address
    database.close()


@pytest.fixture
def page(hub: tuple[Database, str], browser: Browser) -> Iterator[Page]:
    """Nadia, who is typing the name of somebody new."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.set_default_timeout(10000)
    page.clock.install()
    page.goto(f"{hub[1]}/demo")
    page.get_by_role("button", name="Nadia").click()
    page.wait_for_url(f"{hub[1]}/")
    page.goto(f"{hub[1]}/staff/new")
    page.get_by_label("Name").fill("Ife Bright")
    yield page
    context.close()


def unlock(page: Page, pin: str) -> None:
    page.locator("#lock-pin").fill(pin)
    page.locator("dialog").get_by_role("button", name="Unlock").click()


def test_lock_now_covers_the_page_and_the_pin_brings_it_back_as_it_was(page: Page) -> None:
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    unlock(page, "000001")
    expect(page.get_by_role("alert")).to_contain_text("not right")
    assert page.evaluate("document.elementFromPoint(180, 700).closest('dialog') !== null")  # only the cover is reached
    unlock(page, cast.PIN)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_label("Name")).to_have_value("Ife Bright")


def test_a_quiet_page_locks_by_itself_for_every_window(page: Page) -> None:
    page.clock.fast_forward("14:00")
    page.mouse.click(180, 300)
    page.clock.fast_forward("14:00")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.clock.fast_forward("02:00")
    expect(page.get_by_role("dialog")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url.replace("/staff/new", "/me"))
    expect(other.get_by_role("heading", name="Locked")).to_be_visible()


def test_without_signal_a_quiet_page_stays_open_but_lock_now_covers_it(page: Page) -> None:
    page.context.set_offline(True)
    page.clock.fast_forward("20:00")
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Lock now").click()
    unlock(page, cast.PIN)
    expect(page.get_by_role("alert")).to_contain_text("needs signal")


def test_words_typed_before_the_session_ended_wait_through_the_sign_in(page: Page, hub: tuple[Database, str]) -> None:
    with hub[0].writing(Steward()) as db:
        db.execute(update(DeviceSession).values(absolute_until=now()))
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_text("What you typed is kept")).to_be_visible()
    assert "Ife Bright" not in page.content()
    page.get_by_label("Work e-mail").fill("nadia@example.org")
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Six digits").fill(code("nadia", now()))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Carry on").click()
    expect(page.get_by_label("Name")).to_have_value("Ife Bright")
