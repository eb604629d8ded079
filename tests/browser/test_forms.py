"""A form in a real phone browser: a thumb counts and undoes, nothing covers Save, and no rule of the CSP is broken."""

import mimetypes
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.look import ROOT, TYPES, field, render_form

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE = {"width": 360, "height": 740}
EVERY_TYPE = [field(control, control, f"A question: {control}?") for control in TYPES]
GRID = field("grid", "counts", "Who did you meet?", typed={"counts.13-15.male": ["5"]})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


def find(name: str) -> Path | None:
    found = (ROOT / "static" / place / name for place in ("built", "icons"))
    return next((path for path in found if path.is_file()), None)


def show(browser: Browser, html: str, **options: object) -> Page:
    """Opens the page under the hub's policy, with every complaint of the browser kept in `page.complaints`."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("https://hub.test")
        if path == "/form":
            route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": CSP})
        elif (file := find(path.removeprefix("/static/"))) is not None:
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(path)[0])
        else:
            route.fulfill(status=200, body="{}", content_type="application/json")

    page = browser.new_context(**{"viewport": PHONE, **options}).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(5000)
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.complaints.append(message.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.route("**/*", answer)
    page.goto("https://hub.test/form")
    return page


def test_a_tap_adds_one_and_undo_takes_back_the_last(browser: Browser) -> None:
    page = show(browser, render_form(GRID))
    assert not page.get_by_role("button", name="Undo").is_visible()
    page.get_by_role("button", name="13–15, male: 5. Add one").click()
    page.get_by_role("button", name="16–17, female: 0. Add one").click()
    assert page.get_by_role("button", name="Save · 7").is_visible()
    page.get_by_role("button", name="Undo last: 16–17, female").click()
    assert page.get_by_role("button", name="16–17, female: 0. Add one").is_visible()
    assert page.locator('[name="counts.13-15.male"]').input_value() == "6"
    page.get_by_role("button", name="Undo last: 13–15, male").click()
    assert not page.get_by_role("button", name="Undo").is_visible()
    assert page.get_by_role("button", name="Save · 5").is_visible()


def test_the_grid_takes_typed_numbers_without_scripts(browser: Browser) -> None:
    page = show(browser, render_form(GRID), java_script_enabled=False)
    page.get_by_label("13–15, female").fill("3")
    assert page.get_by_label("13–15, male").input_value() == "5"
    assert page.get_by_role("button", name="Add one").count() == 0


def test_a_conditional_question_waits_and_is_not_sent_while_hidden(browser: Browser) -> None:
    asked = field("text", "name", "What do we call them?", shown_if=("new", ["yes"]))
    page = show(browser, render_form(field("yes_no", "new", "Anyone new?"), asked))
    name = page.get_by_label("What do we call them?")
    assert not name.is_visible()
    page.get_by_label("Yes").check()
    name.fill("Sky")
    page.get_by_label("No").check()
    assert not name.is_visible()
    assert "name" not in page.evaluate("Object.fromEntries(new FormData(document.querySelector('form.fields')))")
    page.get_by_label("Yes").check()
    assert name.input_value() == "Sky"


def test_another_row_is_empty_and_numbered_on(browser: Browser) -> None:
    rows = field("rows", "tasks", "Next steps", typed={"tasks.4.task": ["Ring the college"]})
    page = show(browser, render_form(rows))
    page.get_by_role("button", name="Add another").click()
    assert [each.input_value() for each in page.get_by_label("What?").all()] == ["Ring the college", ""]
    assert page.get_by_label("What?").nth(1).get_attribute("name") == "tasks.5.task"
    assert page.get_by_label("By when?").nth(1).get_attribute("id") == "tasks.5.due"
    assert page.get_by_role("button", name="Tomorrow").count() == 2


def test_save_sends_once_however_often_it_is_tapped(browser: Browser) -> None:
    page = show(browser, render_form(field("text", "note", "Note")))
    page.evaluate("""window.sent = 0
        addEventListener('submit', (event) => { sent += !event.defaultPrevented; event.preventDefault() })""")
    page.get_by_role("button", name="Save").dblclick()
    assert page.evaluate("window.sent") == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_type_of_question_passes_axe(browser: Browser, scheme: str) -> None:
    page = show(browser, render_form(*EVERY_TYPE), color_scheme=scheme, bypass_csp=True)
    page.add_script_tag(path=ROOT / "node_modules/axe-core/axe.min.js")
    result = page.evaluate("axe.run()")
    assert [(found["id"], found["nodes"][0]["html"]) for found in result["violations"]] == []
    assert len(result["passes"]) > 25


def test_nothing_breaks_the_policy_and_nothing_complains(browser: Browser) -> None:
    assert show(browser, render_form(*EVERY_TYPE)).complaints == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("text", ["", "larger"])
def test_no_page_scrolls_sideways(browser: Browser, width: int, text: str) -> None:
    html = render_form(*EVERY_TYPE).replace("<html ", f'<html data-text="{text}" ')
    page = show(browser, html, viewport={"width": width, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_suit_a_gloved_thumb(browser: Browser) -> None:
    page = show(browser, render_form(*EVERY_TYPE))
    targets = page.locator(
        "button, nav a, .chip, .govuk-input, .govuk-select, .govuk-radios__item, .govuk-checkboxes__item"
    )
    heights = {each.inner_text() or each.get_attribute("name"): box["height"]
               for each in targets.all() if (box := each.bounding_box())}  # fmt: skip
    assert len(heights) > 30
    assert {name: height for name, height in heights.items() if height < 48} == {}


def test_focus_is_never_under_the_tray(browser: Browser) -> None:
    page = show(browser, render_form(*EVERY_TYPE))
    for each in page.locator(".govuk-input:visible, .govuk-textarea, .govuk-select").all():
        each.focus()
        box, tray = each.bounding_box(), page.locator(".tray").bounding_box()
        assert box is not None
        assert tray is not None
        assert box["y"] + min(box["height"], 48) <= tray["y"]


@pytest.mark.parametrize(("status", "kept"), [(204, "half a note"), (401, "")])
def test_back_shows_a_page_again_only_while_the_session_is_open(browser: Browser, status: int, kept: str) -> None:
    page = show(browser, render_form(field("text", "note", "Note")))
    page.route("**/alive", lambda route: route.fulfill(status=status))
    page.get_by_label("Note").fill("half a note")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert not page.get_by_label("Note").is_visible()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.get_by_label("Note").wait_for(state="visible")
    assert page.get_by_label("Note").input_value() == kept
