"""What goes wrong between phone and hub: nothing is lost, nothing is sent twice, and nothing is called sent that is not."""

import re

from playwright.sync_api import Page, expect

from hub.outbox import Item
from hub.records import Record
from tests.browser.conftest import Phone
from tests.browser.street import (
    Street,
    blank,
    emptied,
    fill_session,
    ids,
    line,
    save,
    stored,
    told,
    until,
    wake,
)

BROKEN_STORE = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'UnknownError') }"

FULL_STORE = """() => {
  window.full = true
  const put = IDBObjectStore.prototype.put
  IDBObjectStore.prototype.put = function (...given) {
    const asked = put.apply(this, given)
    if (window.full) {
      Object.defineProperty(this.transaction, 'error', { value: new DOMException('', 'QuotaExceededError') })
      this.transaction.abort()
    }
    return asked
  }
}"""


def save_one(page: Page, street: Street, words: str = "") -> None:
    blank(page, street)
    fill_session(page, words)
    save(page)


def test_an_answer_lost_on_its_way_back_makes_no_second_record(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    blank(page, street)
    fill_session(page)
    street.mast.set("deaf")
    save(page)
    told(page, "Saved on this phone. It will be sent when you have signal.")
    [id] = ids(page)
    until(lambda: street.count(Record, Record.id == id) == 1)
    assert len(stored(page)) == 1
    street.mast.set("open")
    wake(page)
    line(page, "Everything is sent")
    assert stored(page) == []
    assert street.count(Item, Item.id == id) == street.count(Record, Record.id == id) == 1
    assert street.count(Item, Item.of_id == id) == 0


def test_a_cafes_own_page_is_not_taken_for_the_hub(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    blank(page, street)
    fill_session(page)
    before = street.count(Item)
    street.mast.set("portal")
    save(page)
    told(page, "Saved on this phone. It will be sent when you have signal.")
    line(page, "1 saved on this phone")
    expect(page.locator("#outbox")).not_to_contain_text("sent")
    assert len(stored(page)) == 1
    assert street.count(Item) == before
    street.mast.set("open")
    wake(page)
    emptied(page)
    assert street.count(Item) == before + 1


def test_a_busy_hub_is_left_alone_for_as_long_as_it_asks(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    blank(page, street)
    fill_session(page)
    street.mast.set("busy")
    save(page)
    told(page, "It will be sent when you have signal")
    asked = street.mast.posts
    for _ in range(5):
        wake(page)
    page.wait_for_timeout(300)
    assert street.mast.posts == asked
    street.mast.set("open")
    page.wait_for_timeout(6_000)
    wake(page)
    emptied(page)


def test_two_tabs_send_each_item_once(street: Street, phone: Phone) -> None:
    one = phone("marcus")
    other = one.context.new_page()
    street.mast.set("none")
    for page, words in ((one, "first tab"), (other, "second tab")):
        for _ in range(3):
            save_one(page, street, words)
            told(page, "Saved on this phone")
    held = ids(one)
    assert len(held) == 6
    line(one, "6 saved on this phone")
    line(other, "6 saved on this phone")
    street.mast.set("open")
    one.evaluate("dispatchEvent(new Event('online'))")
    other.evaluate("dispatchEvent(new Event('online'))")
    line(one, "Everything is sent")
    line(other, "Everything is sent")
    assert street.count(Item, Item.id.in_(held)) == street.count(Record, Record.id.in_(held)) == 6
    assert street.count(Item, Item.of_id.in_(held)) == 0


def test_with_the_session_ended_the_queue_is_kept_until_its_author_signs_in(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    save_one(page, street, "After hours")
    told(page, "Saved on this phone")
    [id] = ids(page)
    street.end_sessions("marcus")
    street.mast.set("open")
    wake(page)
    line(page, "1 saved on this phone. Sign in to send")
    expect(page.locator("#outbox").get_by_role("link")).to_have_attribute("href", "/sign-in")
    assert ids(page) == [id]
    assert street.count(Item, Item.id == id) == 0
    street.sign_in(page.context, "marcus")
    line(page, "Everything is sent")
    assert street.count(Record, Record.id == id, Record.author_id == "marcus") == 1


def test_a_form_whose_author_does_not_sign_in_again_leaves_the_phone_signed(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    save_one(page, street, "After hours")
    told(page, "Saved on this phone")
    [id] = ids(page)
    street.end_sessions("marcus")
    street.mast.set("open")
    wake(page)
    line(page, "Sign in to send")
    page.clock.install()
    page.clock.fast_forward("06:00")
    wake(page)
    emptied(page)
    [item] = street.items(Item.id == id)
    assert (item.state, item.author_id, item.carried_by) == ("parked", "marcus", None)
    assert street.count(Record, Record.id == id) == 0


def test_another_worker_carries_what_they_cannot_read(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    save_one(page, street, "Only Marcus wrote this")
    told(page, "Saved on this phone")
    [id] = ids(page)
    page.context.clear_cookies()
    street.mast.set("open")
    street.sign_in(page.context, "milo")
    emptied(page)
    [item] = street.items(Item.id == id)
    assert (item.state, item.author_id, item.carried_by) == ("parked", "marcus", "milo")
    for path in (f"/outbox/{id}", "/outbox"):
        page.goto(f"{street.url}{path}")
        expect(page.locator("body")).not_to_contain_text("Only Marcus wrote this")
    page.context.clear_cookies()
    street.sign_in(page.context, "marcus")
    page.goto(f"{street.url}/outbox/{id}")
    expect(page.get_by_label("In a few words")).to_have_value("Only Marcus wrote this")
    page.get_by_role("button", name="It is mine").click()
    page.wait_for_url(re.compile("/mentoring-session/"))
    assert street.count(Record, Record.id == id, Record.author_id == "marcus") == 1


def test_an_unsigned_form_of_another_worker_stays_for_its_author(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    forget_device(page)
    save_one(page, street, "Only Marcus wrote this")
    told(page, "Saved on this phone")
    [id] = ids(page)
    page.context.clear_cookies()
    street.mast.set("open")
    street.sign_in(page.context, "milo")
    line(page, "1 saved on this phone")
    save_one(page, street, "And this is Milo's")
    told(page, "Sent.")
    assert ids(page) == [id]
    assert street.count(Item, Item.id == id) == 0


def test_what_the_hub_cannot_open_stays_and_asks_for_attention(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    blank(page, street)
    page.evaluate(
        "document.querySelector('[name=outbox-key]').content = 'ffffffff' + document.querySelector('[name=outbox-key]').content.slice(8)"
    )
    fill_session(page, "Sealed to a key that is gone")
    save(page)
    told(page, "The hub could not open it. It stays on this phone")
    line(page, "1 needs attention")
    [id] = ids(page)
    page.goto(f"{street.url}/h/wharf/queue")
    expect(page.locator("#queue .row")).to_contain_text(f"Support code {id[-8:]}")
    [copy] = street.items(Item.of_id == id)
    assert copy.state == "unreadable"
    assert ids(page) == [id]


def test_a_full_phone_keeps_the_words_on_the_screen(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    street.mast.set("none")
    blank(page, street)
    page.evaluate(FULL_STORE)
    fill_session(page, "Long and dear " + "x" * 20_000)
    save(page)
    told(page, "This phone is full: this is not saved. Your words are still here")
    assert page.get_by_label("In a few words").input_value().startswith("Long and dear")
    assert stored(page) == []
    page.evaluate("full = false")
    save(page)
    told(page, "Saved on this phone. It will be sent when you have signal.")
    assert len(stored(page)) == 1


def test_a_phone_that_cannot_store_keeps_the_words_and_can_hand_them_over(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    page.add_init_script(BROKEN_STORE)
    page.goto(f"{street.url}/mentoring-session/new")
    fill_session(page, "No store on this phone")
    save(page)
    told(page, "Your words are still here")
    expect(page.get_by_label("In a few words")).to_have_value("No store on this phone")
    save(page)
    page.wait_for_url(re.compile(r"/mentoring-session/[0-9a-f-]{36}"))
    expect(page.locator("main")).to_contain_text("No store on this phone")


def test_a_half_typed_form_reaches_the_hub_sealed_and_goes_when_it_is_saved(street: Street, phone: Phone) -> None:
    page = phone("marcus")
    blank(page, street)
    page.get_by_label("In a few words").fill("Half a thou")
    until(lambda: street.drafts("marcus") == ["Half a thou"])
    expect(page.locator("#outbox")).to_be_hidden()
    fill_session(page, "Half a thought, now whole")
    until(lambda: street.drafts("marcus") == ["Half a thought, now whole"])
    save(page)
    told(page, "Sent.")
    assert street.drafts("marcus") == []
    assert stored(page) == []


def test_a_half_typed_form_without_signal_is_no_unsent_form(street: Street, phone: Phone) -> None:
    page = phone("milo")
    street.mast.set("none")
    blank(page, street)
    page.get_by_label("In a few words").fill("Half a thou")
    until(lambda: [item["draft"] for item in stored(page)] == [1])
    expect(page.locator("#outbox")).to_be_hidden()
    page.get_by_label("In a few words").fill("Half a thought")
    until(lambda: [item["draft"] for item in stored(page)] == [2])
    street.mast.set("open")
    wake(page)
    emptied(page)
    assert street.drafts("milo") == ["Half a thought"]


def forget_device(page: Page) -> None:
    """As a phone whose signing key was never known to the hub."""
    page.evaluate(
        """() => new Promise((done) => {
          const asked = indexedDB.open('outbox')
          asked.onsuccess = () => {
            const change = asked.result.transaction('devices', 'readwrite')
            change.objectStore('devices').clear()
            change.oncomplete = () => { asked.result.close(); done() }
          }
        })"""
    )
