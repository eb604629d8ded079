"""A photo arrives beside its form: redrawn, shown with its record to whoever may read it, and to nobody else."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from hub import outbox
from hub.crypto import Keys
from hub.db import Database
from hub.ids import uuid7
from hub.outbox import Item, Receipt
from hub.records import Record
from tests import cast
from tests.sealed import KINDS_BY_SLUG, bring, count, hub, keys, sealed, working

__all__ = ["hub", "keys"]
PLANTED = b"PLANTEDPLACE"


def picture(width: int = 640, kind: str = "JPEG") -> bytes:
    drawn = io.BytesIO()
    told: dict[str, Any] = {"comment": PLANTED} if kind == "JPEG" else {}
    Image.new("RGB", (width, 480), "teal").save(drawn, kind, **told)
    return drawn.getvalue()


def bring_photo(hub: Database, keys: Keys, name: str, found: bytes, parent: str, author: str = "") -> Receipt:
    typed = {"photo": [base64.b64encode(found).decode()]}
    return bring(hub, keys, name, sealed(keys, author or name, typed, "photo", parent=parent))


@pytest.fixture
def observation(hub: Database) -> Record:
    with working(hub, "milo") as (db, _):
        session = cast.keep(db, KINDS_BY_SLUG["outreach-session"], "milo", state="live")
        return cast.keep(db, KINDS_BY_SLUG["hotspot-observation"], "milo", parent_id=session.id)


def test_a_photo_is_shown_with_its_record_without_what_the_camera_wrote(
    hub: Database, keys: Keys, observation: Record
) -> None:
    assert PLANTED in picture()
    receipt = bring_photo(hub, keys, "milo", picture(), observation.id)
    assert (receipt.state, receipt.kept) == ("sent", True)
    with working(hub, "milo") as (db, _):
        shown = outbox.photo_of(db, observation)
    assert shown is not None
    assert Image.open(io.BytesIO(shown)).size == (640, 480)
    assert PLANTED not in shown


def test_a_photo_may_come_before_its_form(hub: Database, keys: Keys) -> None:
    assert bring_photo(hub, keys, "milo", picture(), uuid7()).state == "sent"


def test_somebody_elses_photo_is_not_shown_with_a_record(hub: Database, keys: Keys, observation: Record) -> None:
    bring_photo(hub, keys, "grace", picture(), observation.id)
    with working(hub, "milo") as (db, _):
        assert outbox.photo_of(db, observation) is None


@pytest.mark.parametrize(
    "found",
    [b"", b"GIF89a", picture()[:200], picture(kind="PNG"), picture(width=1700), b"\xff\xd8\xff" + bytes(900_000)],
    ids=["nothing", "not a picture", "half a picture", "another kind", "too wide", "noise"],
)
def test_what_is_no_photo_is_kept_and_asks_for_another_look(
    hub: Database, keys: Keys, observation: Record, found: bytes
) -> None:
    receipt = bring_photo(hub, keys, "milo", found, observation.id)
    assert (receipt.state, receipt.kept) == ("needs_attention", True)
    assert count(hub, Item, Item.sealed.is_not(None)) == 0
    with working(hub, "milo") as (db, _):
        assert outbox.photo_of(db, observation) is None
