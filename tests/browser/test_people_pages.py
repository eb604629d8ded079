"""The pages around people in a real phone browser: they fit, they read aloud, and they work without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hub import actions, reminders, sessions
from hub.access import Steward
from hub.agencies import Staff
from hub.db import Database
from tests import cast, databases
from tests.browser.serving import served
from tests.browser.test_forms import PHONE, ROOT, browser
from tests.cast import DAY, HOUR, NOW
from tests.desk import app_for, met, say

__all__ = ["browser"]
pytestmark = pytest.mark.browser

LONG = "Abdulrahman-Christopher Oluwaseun Featherstonehaugh-Wetherby"
PLACES = [
    "/",
    "/caseload",
    "/record",
    "/search",
    "/glossary",
    "/people/new",
    "/people/amari",
    "/people/amari/timeline",
    "/people/amari/change?part=reach",
    "/people/amari/goals/new",
    "/people/amari/actions/new",
    "/actions/step",
]


@pytest.fixture(scope="module")
def hub(embedded_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Marcus mentors Amari, whose name is long, and Jade, whose name runs from right to left."""
    path = tmp_path_factory.mktemp("people") / "hub.db"
    path.write_bytes(embedded_template.read_bytes())
    database = cast.build(Database(f"sqlite:///{path}", databases.KEY))
    cast.relate(database, "marcus", "amari", "allocated")
    cast.relate(database, "marcus", "jade", "allocated")
    say(database, "amari", preferred_name=LONG, colour="red", colour_until=(NOW - DAY).date(), safety_notes="x" * 200)
    say(database, "amari", channel="call", phone="07700 900111", contact_hours="after school, before six")
    say(database, "jade", preferred_name="عبد الرحمن 🌟", standing="sibling_or_friend", colour="amber")
    for number in range(1, 41):
        met(database, "marcus", "amari", NOW - number * DAY, says=f"Walk number {number}")
    viewer = cast.asking(database, "marcus")
    with database.writing(viewer) as db:
        reminders.start(db, viewer, "R-50.welfare", person_id="amari", due_at=NOW - HOUR)
        actions.promise(db, viewer, "Book the test " * 9, "marcus", NOW.date(), person_id="amari", id="step")
        actions.set_goal(db, viewer, "amari", "I want my own money", "money")
    yield database
    database.close()


@pytest.fixture(scope="module")
def address(hub: Database) -> Iterator[str]:
    with served(app_for(hub, NOW)) as found:
        yield found


def open_as(browser: Browser, hub: Database, address: str, name: str = "marcus", **options: object) -> Page:
    with hub.writing(Steward()) as db:
        token = sessions.start(db, db.get_one(Staff, name), NOW, device_id="phone", device_name="Phone")
    context = browser.new_context(**{"viewport": PHONE, **options})
    context.add_cookies([{"name": sessions.cookie_name(False), "value": token, "url": address}])
    page = context.new_page()
    page.set_default_timeout(10000)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes_axe_and_fits_the_phone(browser: Browser, hub: Database, address: str, scheme: str) -> None:
    page = open_as(browser, hub, address, color_scheme=scheme, bypass_csp=True)
    for place in PLACES:
        page.goto(address + place)
        page.add_script_tag(path=ROOT / "node_modules/axe-core/axe.min.js")
        found = page.evaluate("axe.run()")["violations"]
        assert [(wrong["id"], wrong["nodes"][0]["html"]) for wrong in found] == [], place
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], place
    page.context.close()


def test_the_largest_text_still_fits(browser: Browser, hub: Database, address: str) -> None:
    with hub.writing(Steward()) as db:
        db.get_one(Staff, "marcus").preferences = {"text": "larger", "font": "plain"}
    page = open_as(browser, hub, address)
    for place in PLACES:
        page.goto(address + place)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], place
    page.context.close()
    with hub.writing(Steward()) as db:
        db.get_one(Staff, "marcus").preferences = {}


@pytest.mark.parametrize("scripts", [True, False])
def test_older_entries_come_with_a_tap(browser: Browser, hub: Database, address: str, scripts: bool) -> None:
    page = open_as(browser, hub, address, java_script_enabled=scripts)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{address}/people/amari")
    expect(page.get_by_text("Walk number 1", exact=True)).to_be_visible()
    expect(page.get_by_text("Walk number 26", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_text("Walk number 26", exact=True)).to_be_visible()
    expect(page.get_by_text("Walk number 1", exact=True)).to_have_count(0)
    assert page.url.endswith("/people/amari") is scripts
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert complaints == []
    page.context.close()


def test_a_name_is_found_opened_and_back_still_shows_what_was_found(
    browser: Browser, hub: Database, address: str
) -> None:
    page = open_as(browser, hub, address)
    page.goto(f"{address}/search")
    page.get_by_label("Name, nickname or reference").fill("yp-jade")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="YP-JADE").click()
    page.wait_for_url(f"{address}/people/jade")
    page.go_back()
    expect(page.get_by_role("link", name="YP-JADE")).to_be_visible()
    expect(page.get_by_label("Name, nickname or reference")).to_have_value("yp-jade")
    page.context.close()


def test_a_step_is_done_in_one_tap(browser: Browser, hub: Database, address: str) -> None:
    viewer = cast.asking(hub, "milo")
    with hub.writing(viewer) as db:
        actions.promise(db, viewer, "Ring the college", "milo", NOW.date())
    page = open_as(browser, hub, address, "milo")
    page.goto(address)
    page.get_by_role("button", name="Done: Ring the college").click()
    expect(page.get_by_text("Nothing needs you now")).to_be_visible()
    page.context.close()
