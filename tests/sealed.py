"""Phones that seal items, and a hub that receives them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub import outbox
from hub.access import Steward, Viewer
from hub.crypto import Keys, OutboxKey
from hub.db import Database
from hub.ids import uuid7
from hub.kinds import KINDS
from hub.outbox import Envelope, Receipt
from hub.outbox.sealing import SUITE
from tests import cast

KINDS_BY_SLUG = {kind.slug: kind for kind in KINDS}
SESSION = {"who": ["YP-AMARI"], "status": ["attended"], "worry": ["none"]}


@pytest.fixture
def keys() -> Keys:
    return Keys(bytes(32), [OutboxKey("k1", generate_private_key(SECP256R1()), cast.NOW.date())])


@pytest.fixture
def hub(database: Database) -> Database:
    cast.build(database)
    cast.relate(database, "marcus", "amari", "allocated")
    return database


@contextmanager
def working(database: Database, name: str) -> Iterator[tuple[Session, Viewer]]:
    viewer = cast.asking(database, name)
    with database.writing(viewer) as db:
        yield db, viewer


def sealed(
    keys: Keys, author: str, typed: dict[str, list[str]], form: str = "mentoring-session", **more: Any
) -> Envelope:
    """What a phone would post; `id` and `at` may be given."""
    id = more.pop("id", None) or uuid7()
    kid = more.pop("kid", "k1")
    body = {"author": author, "typed": typed, "at": cast.NOW.isoformat(), "zone": "Europe/London"} | more
    plain = json.dumps(body).encode()
    padded = len(plain).to_bytes(4, "big") + plain + bytes(-(len(plain) + 4) % 1024)
    blob = SUITE.encrypt(padded, keys.current.private.public_key(), info=f"outbox/v1|{kid}|{id}|{form}".encode())
    return Envelope(id, kid, form, blob)


def signed(envelope: Envelope, key: EllipticCurvePrivateKey, device_key: str) -> Envelope:
    message = f"outbox/v1|{envelope.id}|{envelope.form}|".encode() + envelope.digest
    r, s = decode_dss_signature(key.sign(message, ECDSA(hashes.SHA256())))
    return replace(envelope, signature=r.to_bytes(32, "big") + s.to_bytes(32, "big"), device_key=device_key)


def bring(hub: Database, keys: Keys, name: str | None, envelope: Envelope, **when: Any) -> Receipt:
    if name is None:
        with hub.writing(Steward()) as db:
            return outbox.accept(db, None, keys, KINDS_BY_SLUG, envelope, cast.NOW)
    with working(hub, name) as (db, viewer):
        return outbox.accept(db, viewer, keys, KINDS_BY_SLUG, envelope, when.get("now", cast.NOW), when.get("phone"))


def count(hub: Database, model: type, *where: Any) -> int:
    with hub.reading(Steward()) as db:
        return db.scalar(select(func.count()).select_from(model).where(*where)) or 0
