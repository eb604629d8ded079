"""The key file and what is derived from it: sealing by column, keyed digests, the outbox keys."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12


class KeyFileError(Exception):
    """The key file is missing, malformed, or readable by others than its owner."""


class SealBroken(Exception):
    """Sealed bytes were changed, moved to another place, or belong to another key."""


@dataclass(frozen=True)
class OutboxKey:
    kid: str
    private: EllipticCurvePrivateKey
    made_on: dt.date

    @property
    def public(self) -> bytes:
        """The 65-byte uncompressed point that phones seal to."""
        point = serialization.PublicFormat.UncompressedPoint
        return self.private.public_key().public_bytes(serialization.Encoding.X962, point)


class Keys:
    """Everything secret that one installation owns, read once at start."""

    def __init__(self, root: bytes, outbox: list[OutboxKey]) -> None:
        self._root = root
        self.outbox = {key.kid: key for key in outbox}
        self.current = outbox[-1]
        self.database = self.derive("database")
        self._fields = AESGCM(self.derive("fields"))
        self._digests = self.derive("digests")

    def derive(self, label: str) -> bytes:
        """32 bytes for one purpose (HKDF-SHA256 over the root key)."""
        return HKDF(hashes.SHA256(), 32, salt=None, info=b"hub/" + label.encode()).derive(self._root)

    def seal(self, plain: str, place: str) -> bytes:
        """AES-256-GCM, bound to `place` (table, column and row): moved elsewhere it does not open."""
        nonce = os.urandom(NONCE)
        return nonce + self._fields.encrypt(nonce, plain.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raises SealBroken."""
        try:
            return self._fields.decrypt(sealed[:NONCE], sealed[NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError) as broken:
            raise SealBroken(place) from broken

    def digest(self, label: str, value: str) -> bytes:
        """A keyed SHA-256 for looking a secret up without storing it."""
        return hmac.digest(self._digests, f"{label}\0{value}".encode(), "sha256")

    @property
    def signing(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.derive("audit checkpoint"))


def token_hash(token: str) -> bytes:
    """How a 256-bit random token is kept."""
    return hashlib.sha256(token.encode()).digest()


def make_keys(path: Path, today: dt.date) -> Keys:
    """Write a new key file for its owner alone; an existing one is never replaced (FileExistsError)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"root": secrets.token_hex(32), "outbox": [_written(_new_outbox_key(today))]}, file)
    return read_keys(path)


def read_keys(path: Path) -> Keys:
    """Raises KeyFileError."""
    try:
        if path.stat().st_mode & 0o077 or path.stat().st_uid != os.getuid():
            raise KeyFileError(f"{path} can be read by others: chmod 600 it, owned by the user that runs the hub")
        found = json.loads(path.read_text())
        return Keys(bytes.fromhex(found["root"]), [_read(key) for key in found["outbox"]])
    except FileNotFoundError as missing:
        raise KeyFileError(f"{path} does not exist") from missing
    except (ValueError, KeyError, IndexError) as broken:
        raise KeyFileError(f"{path} is not a key file") from broken


def rotate_outbox_key(path: Path, today: dt.date) -> Keys:
    """Add a new outbox key, used from the next page on; the old ones still open what late phones send."""
    read_keys(path)
    found = json.loads(path.read_text())
    found["outbox"].append(_written(_new_outbox_key(today)))
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(found, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return read_keys(path)


def _new_outbox_key(today: dt.date) -> OutboxKey:
    return OutboxKey(secrets.token_hex(4), generate_private_key(SECP256R1()), today)


def _written(key: OutboxKey) -> dict[str, str]:
    raw = key.private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {"kid": key.kid, "private": base64.b64encode(raw).decode(), "made_on": key.made_on.isoformat()}


def _read(found: dict[str, str]) -> OutboxKey:
    private = serialization.load_der_private_key(base64.b64decode(found["private"]), password=None)
    if not isinstance(private, EllipticCurvePrivateKey):
        raise ValueError(found["kid"])
    return OutboxKey(found["kid"], private, dt.date.fromisoformat(found["made_on"]))
