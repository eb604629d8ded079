"""An evening of outreach logged wholly without signal on two phones, one of which dies on the way."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from hub.outbox import Item
from hub.records import Record
from tests import cast
from tests.browser.conftest import Phone
from tests.browser.street import FLAGS, PHONE, Street, blank, choose, crash, executable, ids, line, save, told, wake
from tests.browser.test_offline_photo import photo

COUNTS = 12


@pytest.fixture
def mortal(play: Playwright, tmp_path: Path) -> Iterator[list[BrowserContext]]:
    held: list[BrowserContext] = []
    yield held
    for context in held:
        context.close()


def start_phone(play: Playwright, held: list[BrowserContext], profile: Path) -> BrowserContext:
    context = play.chromium.launch_persistent_context(
        str(profile), executable_path=executable(), args=FLAGS, viewport=PHONE, locale="en-GB"
    )
    context.set_default_timeout(20_000)
    held.append(context)
    return context


def say(page: Page) -> None:
    save(page)
    told(page, "It will be sent when you have signal.")


def start(page: Page, street: Street) -> None:
    blank(page, street, "outreach-session")
    page.get_by_label("Ward").select_option(label="North")
    page.get_by_label("Who else goes out?").fill("Grace")
    choose(page, "Have you phoned your safety contact?", "Yes")
    say(page)


def count(page: Page, street: Street, taps: int) -> None:
    blank(page, street, "quick-count")
    for _ in range(taps):
        page.locator("[data-counts] .tally").nth(3).click()
    choose(page, "Is anyone in danger now?", "No")
    say(page)


def meet(page: Page, street: Street, who: str) -> None:
    blank(page, street, "named-contact")
    page.get_by_label("Who was it?").fill(who)
    choose(page, "Are they in danger now?", "No")
    say(page)


def observe(page: Page, street: Street) -> None:
    blank(page, street, "hotspot-observation")
    page.get_by_label("Which place?").fill("The stairs behind the shops")
    choose(page, "What did you see?", "Broken lock or light")
    lock = {"name": "lock.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    page.get_by_label("A photo of the place").set_input_files(lock)
    say(page)


def close(page: Page, street: Street) -> None:
    blank(page, street, "outreach-session/close")
    choose(page, "Is everybody safe?", "Yes")
    choose(page, "Was anyone in danger?", "No")
    say(page)


def test_an_evening_without_signal_arrives_once_with_both_counts_side_by_side(
    street: Street, phone: Phone, play: Playwright, mortal: list[BrowserContext], tmp_path: Path
) -> None:
    graces = phone("grace")
    context = start_phone(play, mortal, tmp_path / "profile")
    milos = street.sign_in(context, "milo")
    street.mast.set("none")

    start(milos, street)
    for turn in range(COUNTS):
        count(milos if turn % 2 else graces, street, 1 + turn % 3)
    for who in ("YP-AMARI", "Tall lad with the bike", "Her cousin"):
        meet(milos, street, who)
    observe(graces, street)
    close(milos, street)
    on_milos, on_graces = ids(milos), ids(graces)
    assert (len(on_milos), len(on_graces)) == (1 + COUNTS // 2 + 3 + 1, COUNTS // 2 + 1 + 1)

    crash(milos)
    context = start_phone(play, mortal, tmp_path / "profile")
    milos = context.pages[0]
    milos.goto(f"{street.url}/h/wharf/queue")
    assert sorted(ids(milos)) == sorted(on_milos)

    street.mast.set("open")
    street.sign_in(context, "milo")
    line(milos, "Everything is sent")
    wake(graces)
    line(graces, "Everything is sent")

    everything = [*on_milos, *on_graces]
    items = street.items(Item.id.in_(everything))
    assert sorted(item.id for item in items) == sorted(everything)
    assert {item.state for item in items} == {"sent"}, [(item.form, item.state, item.reason) for item in items]
    assert street.count(Item, Item.of_id.in_(everything)) == 0
    sessions = street.records("outreach-session")
    assert [record.state for record in sessions] == ["closed"]
    counts = street.records("quick-count")
    assert Counter(record.author_id for record in counts) == {"milo": COUNTS // 2, "grace": COUNTS // 2}
    assert {record.parent_id for record in counts} == {sessions[0].id}
    assert len(street.records("named-contact")) == 3
    [observation] = street.records("hotspot-observation")
    [picture] = street.items(Item.form == "photo")
    assert (picture.record_id, picture.author_id) == (observation.id, "grace")
    assert picture.sealed is not None
    assert street.count(Record, Record.hub_id != cast.WHARF) == 0
