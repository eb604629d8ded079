"""A phone that is killed, opened again, and taken apart: nothing is lost on it and nothing is readable on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from hub.outbox import Item
from hub.records import Record
from tests import cast
from tests.browser.street import (
    FLAGS,
    PHONE,
    Street,
    blank,
    crash,
    executable,
    fill_session,
    ids,
    line,
    save,
    stored,
    told,
    until,
)

WORDS = "PLANTEDHERON walked off towards the PLANTEDWEIR"
HALF = "PLANTEDOTTER half typed"
WHO = "PLANTEDNICK"
PLANTED = ("PLANTEDHERON", "PLANTEDWEIR", "PLANTEDOTTER", "PLANTEDNICK", cast.CANARY)

Opened = Callable[[], BrowserContext]


@pytest.fixture
def profile(play: Playwright, street: Street, tmp_path: Path) -> Iterator[Opened]:
    """`profile()` starts the browser of one phone, whose profile outlives it."""
    open_now: list[BrowserContext] = []

    def start() -> BrowserContext:
        context = play.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=executable(), args=FLAGS, viewport=PHONE, locale="en-GB"
        )
        context.set_default_timeout(20_000)
        open_now.append(context)
        return context

    yield start
    for context in open_now:
        context.close()


def found_in(folder: Path, words: str) -> list[str]:
    """Files that hold the words, in one byte or two bytes a letter."""
    wanted = [words.encode(), words.lower().encode(), words.encode("utf-16-le")]
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(files) > 50, "a profile has many files"
    return [str(path) for path in files if any(each in path.read_bytes() for each in wanted)]


def test_a_seized_phone_shows_no_word_of_what_was_written_on_it(
    street: Street, profile: Opened, tmp_path: Path
) -> None:
    context = profile()
    page = street.sign_in(context, "marcus")
    page.goto(f"{street.url}/mentoring-session/new")
    fill_session(page, WORDS)
    save(page)
    page.wait_for_url("**/mentoring-session/*")
    expect(page.locator("main")).to_contain_text("PLANTEDHERON")
    page.goto(f"{street.url}/caseload")
    street.mast.set("none")
    for _ in range(2):
        blank(page, street)
        fill_session(page, WORDS, who=WHO)
        save(page)
        told(page, "Saved on this phone")
    page.get_by_label("In a few words").fill(HALF)
    until(lambda: any(item["draft"] for item in stored(page)))
    page.goto(f"{street.url}/h/wharf/queue")
    page.evaluate("localStorage.setItem('check', 'PLANTEDCHECK')")
    page.wait_for_timeout(1_000)
    context.close()
    assert found_in(tmp_path / "profile", "PLANTEDCHECK"), "what is written in clear is found"
    for words in PLANTED:
        assert found_in(tmp_path / "profile", words) == [], words


def test_what_was_saved_outlives_a_browser_that_dies(street: Street, profile: Opened) -> None:
    context = profile()
    page = street.sign_in(context, "marcus")
    street.mast.set("none")
    for _ in range(3):
        blank(page, street)
        fill_session(page, "Before the battery died")
        save(page)
        told(page, "Saved on this phone")
    held = sorted(ids(page))
    assert len(held) == 3
    crash(page)
    context = profile()
    page = context.pages[0]
    blank(page, street)
    assert sorted(ids(page)) == held
    line(page, "3 saved on this phone, oldest")
    street.mast.set("open")
    page = street.sign_in(context, "marcus")
    line(page, "Everything is sent")
    assert street.count(Item, Item.id.in_(held)) == 3
    assert street.count(Record, Record.id.in_(held), Record.author_id == "marcus") == 3
