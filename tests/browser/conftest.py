"""One Chromium and one hub a module, with phones that start with nothing on them.

No longer than a module: while Playwright runs, nothing else in the process may run an event loop.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests import cast
from tests.browser.street import FLAGS, PHONE, Street, executable, now

Phone = Callable[..., Page]


@pytest.fixture(scope="module")
def play() -> Iterator[Playwright]:
    with sync_playwright() as playing:
        yield playing


@pytest.fixture(scope="module")
def chromium(play: Playwright) -> Iterator[Browser]:
    found = play.chromium.launch(executable_path=executable(), args=FLAGS)
    yield found
    found.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    found = Street(tmp_path_factory.mktemp("street"))
    for name in ("marcus", "milo"):
        cast.relate(found.database, name, "amari", "allocated", starts_at=now() - cast.DAY)
    yield found
    found.close()


@pytest.fixture
def street(town: Street) -> Street:
    """The hub with its mast up, whatever the test before left behind."""
    town.mast.set("open")
    town.ready()
    return town


@pytest.fixture
def phone(chromium: Browser, street: Street) -> Iterator[Phone]:
    """`phone("marcus")`: a new phone on which Marcus has signed in, on his own page."""
    held: list[BrowserContext] = []

    def make(name: str = "marcus", **options: object) -> Page:
        context = chromium.new_context(viewport=PHONE, locale="en-GB", timezone_id="Europe/London", **options)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        held.append(context)
        return street.sign_in(context, name)

    yield make
    for context in held:
        context.close()
