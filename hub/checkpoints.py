"""The end of each audit chain, signed and kept in a second place: a chain written anew no longer fits it."""

import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.audit import AuditEvent, AuditHead, canonical
from hub.crypto import Keys

_MARK = b"hub-audit-checkpoint-v1\0"


def sign(db: Session, keys: Keys, hub_id: str, now: dt.datetime) -> str:
    """One line: where the chain of a hub ends now, signed with Ed25519. Raises LookupError when it has not begun."""
    head = db.get(AuditHead, hub_id)
    if head is None:
        raise LookupError(hub_id)
    upto = (AuditEvent.hub_id == hub_id) & (AuditEvent.seq <= head.seq)
    count = db.scalar(select(func.count()).select_from(AuditEvent).where(upto))
    said = {"hub": hub_id, "seq": head.seq, "hash": head.hash.hex(), "count": count, "at": now.isoformat()}
    return canonical(said | {"signature": keys.signing.sign(_message(said)).hex()})


def write(db: Session, keys: Keys, now: dt.datetime, path: Path) -> list[str]:
    """Add a line for every hub whose chain has begun; the lines are on disk when this returns."""
    lines = [sign(db, keys, hub_id, now) for hub_id in db.scalars(select(AuditHead.hub_id).order_by(AuditHead.hub_id))]
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
    return lines


def compare(db: Session, keys: Keys, hub_id: str, lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Every checkpoint that one hub's chain does not fit: (seq, what is wrong). Nothing when it fits them all."""
    for number, line in enumerate(lines, 1):
        said = _read(line)
        if said is None or not _signed(keys, said):
            yield number, "this line of the checkpoints is not signed by this hub's key"
        elif said["hub"] == hub_id:
            kept = db.scalar(select(AuditEvent.hash).where(AuditEvent.hub_id == hub_id, AuditEvent.seq == said["seq"]))
            if kept is None:
                yield said["seq"], f"missing since the checkpoint of {said['at']}"
            elif kept.hex() != said["hash"]:
                yield said["seq"], f"written anew since the checkpoint of {said['at']}"


def _message(said: dict[str, Any]) -> bytes:
    return _MARK + canonical(said).encode()


def _read(line: str) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _signed(keys: Keys, said: dict[str, Any]) -> bool:
    body = {name: value for name, value in said.items() if name != "signature"}
    try:
        keys.signing.public_key().verify(bytes.fromhex(str(said.get("signature"))), _message(body))
    except (InvalidSignature, ValueError):
        return False
    return True
