"""A photo taken without signal: redrawn on the phone, sealed by itself, sent after the words, shown with them."""

import io

from PIL import Image
from playwright.sync_api import expect

from hub.outbox import Item
from hub.records import Record
from tests.browser.conftest import Phone
from tests.browser.street import Street, blank, choose, ids, line, save, stored, told, wake

LOCK = "PLANTEDLENS"


def photo(width: int = 4000) -> bytes:
    drawn = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = LOCK
    Image.effect_noise((width, 3000), 40).convert("RGB").save(drawn, "JPEG", exif=exif)
    return drawn.getvalue()


def test_a_photo_of_a_broken_lock_follows_its_words(street: Street, phone: Phone) -> None:
    page = phone("milo")
    street.mast.set("none")
    blank(page, street, "outreach-session")
    page.get_by_label("Ward").select_option(label="North")
    page.get_by_label("Who else goes out?").fill("Grace")
    choose(page, "Have you phoned your safety contact?", "Yes")
    save(page)
    told(page, "It will be sent when you have signal.")
    blank(page, street, "hotspot-observation")
    page.get_by_label("Which place?").fill("The bin store")
    page.get_by_role("group", name="What did you see?").get_by_role("checkbox").first.check()
    page.get_by_label("A photo of the place").set_input_files(
        {"name": "lock.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    save(page)
    told(page, "It will be sent when you have signal.")
    held = {item["form"]: item for item in stored(page)}
    assert set(held) == {"outreach-session", "hotspot-observation", "photo"}
    assert held["photo"]["size"] < 1_400_000
    line(page, "3 saved on this phone")

    street.mast.set("open")
    wake(page)
    line(page, "Everything is sent")
    assert ids(page) == []
    observation = held["hotspot-observation"]["id"]
    [item] = street.items(Item.form == "photo")
    assert (item.state, item.record_id, item.content) == ("sent", observation, {})
    assert item.sealed is not None
    assert max(Image.open(io.BytesIO(item.sealed)).size) == 1600
    assert LOCK.encode() not in item.sealed
    assert street.count(Record, Record.id == observation) == 1

    page.goto(f"{street.url}/hotspot-observation/{observation}")
    shown = page.get_by_alt_text("Photo taken with this")
    expect(shown).to_be_visible()
    assert shown.evaluate("(image) => image.naturalWidth") == 1600


def test_what_is_no_picture_costs_none_of_the_words(street: Street, phone: Phone) -> None:
    page = phone("milo")
    street.mast.set("none")
    blank(page, street, "hotspot-observation")
    page.get_by_label("Which place?").fill("The bin store")
    page.get_by_role("group", name="What did you see?").get_by_role("checkbox").first.check()
    page.get_by_label("A photo of the place").set_input_files(
        {"name": "lock.jpg", "mimeType": "image/jpeg", "buffer": b"not a picture"}
    )
    save(page)
    told(page, "This phone could not read the photo.")
    assert [item["form"] for item in stored(page)] == ["hotspot-observation"]
