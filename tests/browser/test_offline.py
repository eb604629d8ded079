"""Saving with and without signal: sealed first, sent at once where that can be, and the worker always told where it is."""

import re
from collections.abc import Sequence

from playwright.sync_api import expect

from hub.outbox import Item
from tests.browser.conftest import Phone
from tests.browser.street import Street, blank, choose, emptied, fill_session, ids, line, save, stored, told, wake


def arrived(street: Street, ids: Sequence[str]) -> list[tuple[str, str]]:
    """(author, state) of these items at the hub."""
    return [(item.author_id, item.state) for item in street.items(Item.id.in_(ids))]


def test_what_is_saved_without_signal_waits_sealed_and_goes_when_there_is_some(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    blank(page, street)
    fill_session(page, "Walked by the canal")
    save(page)
    told(page, "Saved on this phone. It will be sent when you have signal.")
    expect(page.get_by_label("In a few words")).to_have_value("")
    line(page, "1 saved on this phone, oldest")
    page.reload()
    line(page, "1 saved on this phone, oldest")
    [id] = ids(page)
    assert arrived(street, [id]) == []

    street.mast.set("open")
    wake(page)
    line(page, "Everything is sent")
    assert stored(page) == []
    assert arrived(street, [id]) == [("marcus", "sent")]


def test_the_phone_holds_nothing_but_the_envelope(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    blank(page, street)
    fill_session(page, "Walked by the canal")
    save(page)
    told(page, "Saved on this phone")
    [item] = stored(page)
    assert set(item) == {"id", "kid", "form", "author", "at", "draft", "size"}
    assert (item["form"], item["author"], item["size"]) == ("mentoring-session", "marcus", 1024 + 81)
    assert stored(page, "devices") == [{"author": "marcus", "name": stored(page, "devices")[0]["name"]}]
    assert page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])") == "[{},{},null]"


def test_with_signal_a_signed_in_page_goes_on_to_the_record(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    page.goto(f"{street.url}/mentoring-session/new")
    fill_session(page, "Came early")
    save(page)
    page.wait_for_url(re.compile(r"/mentoring-session/[0-9a-f-]{36}"))
    expect(page.locator("main")).to_contain_text("Came early")
    assert stored(page) == []


def test_a_kept_page_with_signal_says_sent_and_stays_for_the_next(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    blank(page, street)
    fill_session(page)
    save(page)
    told(page, "Sent.")
    line(page, "Everything is sent")
    expect(page.get_by_label("Who was it?")).to_have_value("")
    assert page.url.endswith("/h/wharf/capture/mentoring-session")


def test_what_the_hub_must_ask_about_is_sent_and_asked_there(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    page.goto(f"{street.url}/mentoring-session/new")
    fill_session(page, "Nobody knows this name", who="Zebedee")
    save(page)
    page.wait_for_url(re.compile(r"/outbox/"))
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    expect(page.get_by_label("In a few words")).to_have_value("Nobody knows this name")
    assert stored(page) == []


def test_only_what_can_stop_save_is_asked_for_without_signal(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    blank(page, street)
    page.get_by_label("In a few words").fill("Half a story")
    save(page)
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    assert summary.get_by_role("link").all_inner_texts() == [
        "Say who it was",
        "Say what happened",
        "Say whether anything worries you",
    ]
    expect(page.get_by_label("In a few words")).to_have_value("Half a story")
    assert ids(page) == []
    summary.get_by_role("link", name="Say who it was").click()
    expect(page.get_by_label("Who was it?")).to_be_focused()
    fill_session(page, "A whole story")
    save(page)
    told(page, "Saved on this phone")
    expect(summary).to_have_count(0)
    expect(page.locator(".govuk-form-group--error")).to_have_count(0)


def test_a_page_that_cannot_be_reached_offers_what_can_be_written(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    for path in ("/", "/caseload", "/mentoring-session/new"):
        page.goto(f"{street.url}{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text("You can still write")
    page.get_by_role("link", name="Mentoring session").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mentoring session")


def test_need_help_is_never_queued_and_never_said_to_be_anywhere(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    blank(page, street)
    fill_session(page)
    save(page)
    told(page, "Saved on this phone")
    page.get_by_role("link", name="Need help").click()
    expect(page.get_by_text("This has reached nobody.")).to_be_visible()
    shown = page.locator("body").inner_text().lower()
    assert not re.search(r"\b(saved?|sent|sending|queued?|kept|received|waiting)\b", shown), shown
    links = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
    assert [link.split("?")[0] for link in links] == ["tel:999", "tel:02079460000", "sms:02079460000"]
    assert page.locator("form").count() == 0


def test_the_queue_shows_form_time_and_state_and_no_word_of_it(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    blank(page, street)
    fill_session(page, "Walked by the canal")
    save(page)
    told(page, "Saved on this phone")
    page.goto(f"{street.url}/h/wharf/queue")
    row = page.locator("#queue .row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Mentoring session")
    expect(row).to_contain_text("Saved on this phone")
    expect(row).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(page.locator("body")).not_to_contain_text("canal")
    expect(page.locator("body")).not_to_contain_text("AMARI")
    expect(page.locator("#storage")).to_contain_text(re.compile(r"\d MB used of \d"))
    expect(page.locator("#install")).to_be_hidden()
    street.mast.set("open")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#queue")).to_have_text("Everything is sent.")


def test_an_iphone_in_a_tab_is_told_to_install(street: Street, phone: Phone) -> None:
    agent = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1"
    )
    page = phone("marcus", user_agent=agent)
    page.goto(f"{street.url}/h/wharf/queue")
    expect(page.locator("#install")).to_be_visible()


def test_a_count_starts_again_at_nothing_after_save(street: Street, phone: Phone) -> None:
    page = phone("milo")
    street.mast.set("none")
    blank(page, street, "quick-count")
    first = page.locator("[data-counts] .tally").first
    first.click()
    first.click()
    expect(first).to_have_text("2")
    choose(page, "Is anyone in danger now?", "No")
    save(page)
    told(page, "Saved on this phone")
    expect(first).to_have_text("0")
    expect(page.get_by_role("button", name="Undo last")).to_be_hidden()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()
    street.mast.set("open")
    wake(page)
    emptied(page)


def test_leaving_names_what_is_unsent_and_keeps_it(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("busy")
    blank(page, street)
    fill_session(page)
    save(page)
    told(page, "Saved on this phone")
    page.goto(f"{street.url}/me")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("1 form is not sent yet")
    page.get_by_role("button", name="Sign out anyway").click()
    page.wait_for_url(re.compile("/sign-in"))
    assert len(ids(page)) == 1
    assert page.evaluate("caches.keys().then((names) => names.length)") == 1
    blank(page, street)
    fill_session(page, "After signing out")
    save(page)
    told(page, "Saved on this phone")
    assert [item["author"] for item in stored(page)] == ["marcus", ""]
