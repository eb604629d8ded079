"""Curtis with his phone at the end of a session, in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from hub.access import Steward
from hub.accounts import cast
from hub.agencies import Staff
from hub.app import create_app
from hub.clock import shifted
from hub.db import Database
from hub.settings import Settings
from tests.accounts.door import KEYS
from tests.browser.serving import served
from tests.browser.test_forms import PHONE
from tests.kinds.pair import THURSDAY, Pair, build

PATIENCE = 15_000


@contextmanager
def evening(database: Database) -> Iterator[tuple[Pair, str]]:
    """The pair's hub at five past six on their Thursday, and where it is served."""
    pair = build(database)
    with database.writing(Steward()) as db:
        cast.enrol(db, KEYS, THURSDAY, [*db.scalars(select(Staff))])
    with served(create_app(Settings(demo=True), KEYS, database, clock=shifted(THURSDAY))) as address:
        yield pair, address


@contextmanager
def phone(browser: Browser, address: str, name: str = "Curtis") -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/demo")
    page.get_by_role("button", name=name).click()
    page.wait_for_url(f"{address}/")
    yield page
    context.close()


def give_back(page: Page, pin: str = cast.PIN) -> None:
    page.get_by_label("Your six-digit PIN").fill(pin)
    page.get_by_role("button", name="Take it back").click()
