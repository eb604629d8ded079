"""Opening what a phone sealed: HPKE P-256, HKDF-SHA256, AES-256-GCM (RFC 9180), bound to its item and form."""

import base64
import binascii
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from hub.crypto import Keys
from hub.forms import Typed
from hub.ids import is_id

SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
LARGEST = 1_500_000
PREFIX = 4


class Unreadable(Exception):
    """The item cannot be opened or makes no sense; its words say why without telling content."""


@dataclass(frozen=True)
class Envelope:
    """What a phone shows of an item: nothing but what is needed to keep and open it."""

    id: str
    kid: str
    form: str
    blob: bytes
    signature: bytes | None = None
    device_key: str = ""

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.blob).digest()

    @classmethod
    def read(cls, found: Any) -> "Envelope":
        """From one entry of a posted batch. Raises Unreadable."""
        if not isinstance(found, dict):
            raise Unreadable("not an item")
        named = {name: found.get(name, "") for name in ("id", "kid", "form", "blob", "signature", "device_key")}
        if not all(isinstance(value, str) for value in named.values()) or not is_id(named["id"]):
            raise Unreadable("not an item")
        if len(named["blob"]) > LARGEST * 4 // 3 or len(named["form"]) > 80 or len(named["kid"]) > 40:
            raise Unreadable("too large")
        try:
            blob = base64.b64decode(named["blob"], validate=True)
            signature = base64.b64decode(named["signature"], validate=True) or None
        except binascii.Error as broken:
            raise Unreadable("not base64") from broken
        return cls(named["id"], named["kid"], named["form"], blob, signature, named["device_key"][:40])


@dataclass(frozen=True)
class Opened:
    """What was sealed. `written_at` is the phone's clock: data, never authority. `drafted`: the draft it replaces."""

    author: str
    typed: Typed
    written_at: dt.datetime | None
    zone: str
    parent: str
    way: str
    draft: int
    drafted: str

    @property
    def content(self) -> dict[str, Any]:
        return {"typed": self.typed, "parent": self.parent, "way": self.way}


def unseal(keys: Keys, envelope: Envelope) -> Opened:
    """Raises Unreadable."""
    key = keys.outbox.get(envelope.kid)
    if key is None:
        raise Unreadable("sealed to a key this hub does not have")
    info = f"outbox/v1|{envelope.kid}|{envelope.id}|{envelope.form}".encode()
    try:
        padded = SUITE.decrypt(envelope.blob, key.private, info=info)
    except (InvalidTag, ValueError) as broken:
        raise Unreadable("changed on its way, or sealed for something else") from broken
    length = int.from_bytes(padded[:PREFIX], "big")
    try:
        return _read(json.loads(padded[PREFIX : PREFIX + length]))
    except (ValueError, TypeError, RecursionError) as broken:
        raise Unreadable("opened, but not a form") from broken


def signed(public: bytes, envelope: Envelope) -> bool:
    """Whether this device key signed the item: ECDSA P-256 over id, form and the blob's SHA-256."""
    if envelope.signature is None or len(envelope.signature) != 64:
        return False
    half = len(envelope.signature) // 2
    r, s = (int.from_bytes(part, "big") for part in (envelope.signature[:half], envelope.signature[half:]))
    message = f"outbox/v1|{envelope.id}|{envelope.form}|".encode() + envelope.digest
    try:
        point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public)
        point.verify(encode_dss_signature(r, s), message, ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(found: Mapping[str, Any]) -> Opened:
    if not isinstance(found, dict) or not isinstance(found.get("typed"), dict):
        raise ValueError("no form")
    text = {name: str(found.get(name) or "")[:80] for name in ("author", "zone", "parent", "way", "drafted")}
    draft = found.get("draft") or 0
    return Opened(
        text["author"],
        Typed.of(found["typed"]),
        _moment(found.get("at")),
        text["zone"],
        text["parent"],
        text["way"],
        draft if isinstance(draft, int) else 0,
        text["drafted"],
    )


def _moment(said: Any) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(said)
    except (ValueError, TypeError):
        return None
    return moment.astimezone(dt.UTC) if moment.tzinfo else None
