"""Sealed items arrive: kept whatever they say, made records where they can be, never twice, never lost."""

import base64
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import func, select

from hub import outbox
from hub.access import Steward
from hub.agencies import Staff
from hub.crypto import Keys
from hub.db import Database
from hub.forms import Typed
from hub.ids import uuid7
from hub.outbox import Draft, Envelope, Item, Unreadable
from hub.records import Record
from hub.reminders import Due
from tests import cast
from tests.sealed import KINDS_BY_SLUG, SESSION, bring, count, hub, keys, sealed, signed, working

__all__ = ["hub", "keys"]


def test_an_item_becomes_its_authors_record_and_keeps_no_second_copy_of_the_words(hub: Database, keys: Keys) -> None:
    receipt = bring(hub, keys, "marcus", sealed(keys, "marcus", SESSION))
    assert (receipt.state, receipt.kept) == ("sent", True)
    with hub.reading(Steward()) as db:
        record = db.get(Record, receipt.id)
        item = db.get(Item, receipt.id)
    assert record is not None
    assert record.author_id == "marcus"
    assert item is not None
    assert (item.content, item.sealed) == ({}, None)


def test_a_replay_changes_nothing_and_is_answered_the_same(hub: Database, keys: Keys) -> None:
    envelope = sealed(keys, "marcus", SESSION)
    first = bring(hub, keys, "marcus", envelope)
    assert bring(hub, keys, "marcus", envelope) == first
    assert count(hub, Record) == 1
    assert count(hub, Item) == 1


def test_the_same_id_with_other_words_is_kept_beside_as_a_conflict(hub: Database, keys: Keys) -> None:
    envelope = sealed(keys, "marcus", SESSION)
    bring(hub, keys, "marcus", envelope)
    other = sealed(keys, "marcus", SESSION | {"worry": ["note"]}, id=envelope.id)
    receipt = bring(hub, keys, "marcus", other)
    assert (receipt.id, receipt.state, receipt.kept) == (envelope.id, "conflict", True)
    assert count(hub, Record) == 1
    assert count(hub, Item, Item.state == "conflict") == 1


def test_an_invalid_item_is_kept_and_waits_for_its_author_with_the_words(hub: Database, keys: Keys) -> None:
    receipt = bring(hub, keys, "marcus", sealed(keys, "marcus", SESSION | {"status": ["flown"]}))
    assert (receipt.state, receipt.kept) == ("needs_attention", True)
    with working(hub, "marcus") as (db, viewer):
        [item] = outbox.waiting_items(db, viewer)
        assert item.content["typed"]["status"] == ["flown"]
        assert outbox.errors_of(db, viewer, KINDS_BY_SLUG, item).keys() == {"status"}
        assert outbox.finish(db, viewer, KINDS_BY_SLUG, item, Typed(SESSION)) == {}
    assert count(hub, Record) == 1


def test_a_name_nobody_on_the_list_has_waits_to_be_matched_and_tells_nothing(hub: Database, keys: Keys) -> None:
    for unseen in ("YP-JADE", "YP-NOBODY"):
        receipt = bring(hub, keys, "marcus", sealed(keys, "marcus", SESSION | {"who": [unseen]}))
        assert receipt.state == "needs_attention"
    with working(hub, "marcus") as (db, viewer):
        said = [outbox.errors_of(db, viewer, KINDS_BY_SLUG, item) for item in outbox.waiting_items(db, viewer)]
    assert said[0] == said[1] == {"who": "Not on your list. Ask the duty lead to match"}


def test_danger_reaches_every_lead_on_arrival_even_from_an_invalid_unmatched_item(hub: Database, keys: Keys) -> None:
    words = SESSION | {"who": ["nobody we know"], "worry": ["immediate"], "minutes": ["banana"]}
    receipt = bring(hub, keys, "marcus", sealed(keys, "marcus", words))
    assert receipt.state == "needs_attention"
    assert count(hub, Due, Due.owner_id == "nadia", Due.severity == "critical", Due.record_id == receipt.id) == 1
    assert count(hub, Due, Due.owner_id == "ben") == 0


def test_another_workers_unsigned_item_is_neither_kept_nor_owned(hub: Database, keys: Keys) -> None:
    receipt = bring(hub, keys, "milo", sealed(keys, "marcus", SESSION))
    assert (receipt.state, receipt.kept) == ("other_author", False)
    assert count(hub, Item) == 0
    assert bring(hub, keys, None, sealed(keys, "marcus", SESSION)).state == "sign_in"


def test_a_signed_item_is_carried_by_anybody_and_waits_for_its_author(hub: Database, keys: Keys) -> None:
    device = generate_private_key(SECP256R1())
    point = device.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    with working(hub, "marcus") as (db, viewer):
        device_key = outbox.register_device(db, viewer, point)
    for carrier in ("milo", None):
        envelope = signed(sealed(keys, "marcus", SESSION), device, device_key)
        receipt = bring(hub, keys, carrier, envelope)
        assert (receipt.state, receipt.kept) == ("parked", True)
    with working(hub, "milo") as (db, viewer):
        assert outbox.waiting_items(db, viewer) == []
        assert db.scalar(select(func.count()).select_from(Item)) == 0
    with working(hub, "marcus") as (db, viewer):
        for item in outbox.waiting_items(db, viewer):
            assert outbox.confirm(db, viewer, KINDS_BY_SLUG, item) == {}
    assert count(hub, Record) == 2


def test_a_signed_item_is_taken_when_nobody_at_all_is_signed_in(hub: Database, keys: Keys) -> None:
    device = generate_private_key(SECP256R1())
    point = device.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    with working(hub, "marcus") as (db, viewer):
        device_key = outbox.register_device(db, viewer, point)
    envelope = signed(sealed(keys, "marcus", SESSION), device, device_key)
    with hub.writing(None) as db:
        assert outbox.accept(db, None, keys, KINDS_BY_SLUG, envelope, cast.NOW).kept
    assert count(hub, Item, Item.state == "parked") == 1


def test_a_signature_of_another_device_or_item_carries_nothing(hub: Database, keys: Keys) -> None:
    mine, forged = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    with working(hub, "marcus") as (db, viewer):
        point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        device_key = outbox.register_device(db, viewer, point)
    wrong_key = signed(sealed(keys, "marcus", SESSION), forged, device_key)
    moved = replace(
        sealed(keys, "marcus", SESSION), signature=signed(sealed(keys, "marcus", SESSION), mine, device_key).signature
    )
    for envelope in (wrong_key, replace(moved, device_key=device_key)):
        assert not bring(hub, keys, None, envelope).kept
    assert count(hub, Item) == 0


@pytest.mark.parametrize("harm", ["flipped", "truncated", "unknown key", "another form", "another id", "not a form"])
def test_what_cannot_be_opened_is_kept_sealed_and_stays_on_the_phone(hub: Database, keys: Keys, harm: str) -> None:
    whole = sealed(keys, "marcus", SESSION)
    envelope = {
        "flipped": replace(whole, blob=whole.blob[:-1] + bytes([whole.blob[-1] ^ 1])),
        "truncated": replace(whole, blob=whole.blob[:40]),
        "unknown key": replace(whole, kid="lost"),
        "another form": replace(whole, form="distance-travelled"),
        "another id": replace(whole, id=uuid7()),
        "not a form": sealed(keys, "marcus", "no words"),  # type: ignore[arg-type]  # hostile on purpose
    }[harm]
    for _ in range(2):
        receipt = bring(hub, keys, "marcus", envelope)
        assert (receipt.state, receipt.kept) == ("unreadable", False)
    assert count(hub, Item, Item.state == "unreadable", Item.author_id == "marcus") == 1
    assert count(hub, Record) == 0


def test_an_author_who_may_not_write_any_more_loses_nothing(hub: Database, keys: Keys) -> None:
    with hub.writing(Steward()) as db:
        staff = db.get(Staff, "marcus")
        assert staff is not None
        staff.roles = ["AN"]
    viewer = cast.asking(hub, "marcus", roles=["AN"])
    with hub.writing(viewer) as db:
        receipt = outbox.accept(db, viewer, keys, KINDS_BY_SLUG, sealed(keys, "marcus", SESSION), cast.NOW)
    assert (receipt.state, receipt.kept) == ("quarantined", True)
    with working(hub, "nadia") as (db, lead):
        assert [item.author_id for item in outbox.quarantined(db, lead)] == ["marcus"]


def test_a_wrong_clock_is_noted_and_never_puts_a_record_in_the_future(hub: Database, keys: Keys) -> None:
    ahead = cast.NOW + dt.timedelta(days=400)
    receipt = bring(hub, keys, "marcus", sealed(keys, "marcus", SESSION, at=ahead.isoformat()), phone=ahead)
    with hub.reading(Steward()) as db:
        item, record = db.get(Item, receipt.id), db.get(Record, receipt.id)
    assert item is not None
    assert item.skew_seconds == -400 * 86400
    assert record is not None
    assert record.happened_at <= cast.NOW


def test_what_nobody_was_signed_in_for_waits_for_whoever_brings_it(hub: Database, keys: Keys) -> None:
    envelope = sealed(keys, "", SESSION)
    receipt = bring(hub, keys, None, envelope)
    assert (receipt.state, receipt.kept) == ("sign_in", False)
    receipt = bring(hub, keys, "marcus", envelope)
    assert (receipt.state, receipt.kept) == ("parked", True)
    assert count(hub, Item, Item.author_id == "marcus") == 1
    assert count(hub, Record) == 0


def test_a_draft_goes_when_the_form_that_came_of_it_arrives(hub: Database, keys: Keys) -> None:
    for name, id in (("marcus", one := uuid7()), ("marcus", other := uuid7()), ("milo", another := uuid7())):
        bring(hub, keys, name, sealed(keys, name, {"worry": ["note"]}, id=id, draft=1))
    bring(hub, keys, "marcus", sealed(keys, "marcus", SESSION, drafted=one))
    bring(hub, keys, "marcus", sealed(keys, "marcus", SESSION, drafted=another))
    with hub.reading(Steward()) as db:
        assert set(db.scalars(select(Draft.id))) == {other, another}


def test_the_newest_draft_wins_and_only_its_author_has_it(hub: Database, keys: Keys) -> None:
    id = uuid7()
    for number, worry in ((2, "note"), (1, "none")):
        bring(hub, keys, "marcus", sealed(keys, "marcus", {"worry": [worry]}, id=id, draft=number))
    with working(hub, "marcus") as (db, _):
        [draft] = outbox.drafts(db, "mentoring-session")
        assert draft.content["typed"] == {"worry": ["note"]}
    with working(hub, "milo") as (db, _):
        assert outbox.drafts(db, "mentoring-session") == []
    assert count(hub, Record) == 0


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        {"id": "1"},
        {"id": uuid7(), "blob": "***"},
        {"id": uuid7(), "blob": 3},
        {"id": uuid7(), "kid": "k" * 99},
    ],
)
def test_an_envelope_that_makes_no_sense_is_refused_in_words(found: Any) -> None:
    with pytest.raises(Unreadable):
        Envelope.read(found)


def test_an_envelope_reads_back_what_a_phone_posts(keys: Keys) -> None:
    envelope = sealed(keys, "marcus", SESSION)
    blob = base64.b64encode(envelope.blob).decode()
    assert Envelope.read({"id": envelope.id, "kid": "k1", "form": envelope.form, "blob": blob}) == envelope
