"""The service worker keeps blank pages alone, changes only when no form is half typed, and can be called back."""

import json
import re
import urllib.request
from typing import Any

from playwright.sync_api import Page, expect

from hub.crypto import rotate_outbox_key
from tests import cast
from tests.browser.conftest import Phone
from tests.browser.street import Street, blank, fill_session, ids, line, now, save, told, until, wake

WORKERS = """navigator.serviceWorker.getRegistration().then((found) => found && {
  waiting: Boolean(found.waiting), active: Boolean(found.active), caching: Boolean(found.installing) })"""
SHELLS = "caches.keys()"
KEPT = """caches.keys().then(async ([name]) => {
  const cache = await caches.open(name)
  const kept = {}
  for (const asked of await cache.keys()) kept[new URL(asked.url).pathname] = await (await cache.match(asked)).text()
  return kept
})"""


def shell(street: Street) -> dict[str, Any]:
    with urllib.request.urlopen(f"{street.url}/service-worker.js?hub=wharf") as answer:
        found: dict[str, Any] = json.loads(answer.read().decode().split("\n")[0].split("= ", 1)[1].rstrip(";"))
    return found


def fetch(url: str, cookie: str = "") -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})) as answer:
        assert answer.status == 200
        assert answer.url == url
        body: bytes = answer.read()
    return body


def update(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => true)")


def test_kept_pages_are_the_same_bytes_with_and_without_a_session(street: Street) -> None:
    cookie = f"hub={street.token('nadia')}"
    pages = shell(street)["pages"]
    assert {"/h/wharf/queue", "/h/wharf/no-signal", "/h/wharf/help"} < set(pages)
    assert "/h/wharf/capture/mentoring-session" in pages
    for path in pages:
        blank_page = fetch(f"{street.url}{path}")
        assert blank_page == fetch(f"{street.url}{path}", cookie), path


def test_a_phone_keeps_no_name_no_route_and_no_page_that_was_signed_in_for(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    for path in ("/", "/caseload", "/me", "/mentoring-session/new"):
        page.goto(f"{street.url}{path}")
    kept = page.evaluate(KEPT)
    listed = shell(street)
    assert set(kept) == set(listed["pages"]) | set(listed["files"])
    names = [name.title() for name in (*cast.COLLEAGUES, *cast.OUTSIDERS, *cast.YOUNG_PEOPLE)]
    pages = {path: text for path, text in kept.items() if path.startswith("/h/")}
    assert len(pages) == len(listed["pages"])
    for path, text in pages.items():
        assert cast.CANARY not in text, path
        assert not re.search(rf"\b({'|'.join(names)})\b", text), path
        assert "data-viewer" not in text, path


def test_a_new_worker_waits_for_the_form_and_comes_when_it_is_clean(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    blank(page, street)
    page.get_by_label("In a few words").fill("Half typed")
    [before] = page.evaluate(SHELLS)
    other = page.context.new_page()
    rotate_outbox_key(street.folder / "hub.key", now().date())
    street.kill()
    street.start()
    other.goto(f"{street.url}/h/wharf/queue")
    update(other)
    until(lambda: page.evaluate(WORKERS)["waiting"])
    other.reload()
    page.wait_for_timeout(500)
    assert page.evaluate(WORKERS)["waiting"]
    assert before in page.evaluate(SHELLS)
    expect(page.get_by_label("In a few words")).to_have_value("Half typed")

    fill_session(page, "Typed to the end")
    save(page)
    told(page, "Sent.")
    blank(page, street)
    until(lambda: page.evaluate(SHELLS) != [before] and len(page.evaluate(SHELLS)) == 1)
    assert not page.evaluate(WORKERS)["waiting"]


def test_a_version_that_cannot_be_fetched_whole_is_not_kept_at_all(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    [before] = page.evaluate(SHELLS)
    rotate_outbox_key(street.folder / "hub.key", now().date())
    street.kill()
    street.start()
    street.mast.refuses = b"GET /h/wharf/help "
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update()).catch(() => {})")
    until(lambda: not page.evaluate(WORKERS)["caching"])
    assert page.evaluate(WORKERS) == {"waiting": False, "active": True, "caching": False}
    street.mast.set("none")
    page.goto(f"{street.url}/caseload")
    expect(page.get_by_role("heading", level=1)).to_have_text("You can still write")
    assert before in page.evaluate(SHELLS)


def test_a_worker_that_is_called_back_goes_and_leaves_the_queue(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    blank(page, street)
    fill_session(page, "Before the worker went")
    save(page)
    told(page, "Saved on this phone")
    held = ids(page)
    (street.folder / "worker-off").touch()
    try:
        street.mast.set("busy")
        page.goto(f"{street.url}/me")
        update(page)
        until(lambda: page.evaluate(WORKERS) is None)
        until(lambda: page.evaluate(SHELLS) == [])
        assert ids(page) == held
    finally:
        (street.folder / "worker-off").unlink()
    street.mast.set("open")
    page.goto(f"{street.url}/me")
    page.wait_for_timeout(6_000)  # the busy hub asked for this
    wake(page)
    line(page, "Everything is sent")


def test_the_worker_never_touches_what_is_posted(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    blank(page, street)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    street.mast.set("none")
    refused = page.evaluate("fetch('/outbox', { method: 'POST' }).then(() => 'answered', () => 'refused')")
    assert refused == "refused"
    partial = page.evaluate("fetch('/caseload').then(() => 'answered', () => 'refused')")
    assert partial == "refused"
