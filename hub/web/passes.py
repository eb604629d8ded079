"""What a page hands to the next one, sealed so that only the hub can read or change it: a step taken, words typed."""

import base64
import binascii
import datetime as dt
import json
import zlib
from typing import Any

from hub.crypto import Keys, SealBroken

LONGEST = 60_000  # letters, below what a request may carry
NEVER_CARRIED = frozenset({"password", "pin", "code", "recovery", "pass", "carried"})


def seal(keys: Keys, purpose: str, value: Any, until: dt.datetime) -> str:
    text = base64.b85encode(zlib.compress(json.dumps([until.isoformat(), value]).encode())).decode()
    return base64.urlsafe_b64encode(keys.seal(text, f"pass|{purpose}")).decode()


def unseal(keys: Keys, purpose: str, sealed: str, now: dt.datetime) -> Any | None:
    """What was sealed for this purpose, unless it is too old, broken or somebody else's."""
    try:
        text = keys.open(base64.urlsafe_b64decode(sealed.encode()), f"pass|{purpose}")
    except (SealBroken, binascii.Error, UnicodeEncodeError):
        return None
    until, value = json.loads(zlib.decompress(base64.b85decode(text)))
    return value if dt.datetime.fromisoformat(until) > now else None


def carry(keys: Keys, staff_id: str, path: str, typed: dict[str, list[str]], now: dt.datetime) -> str:
    """Words on their way to `path`, kept for the person who typed them; empty when there are too many."""
    fields = [[name, value] for name, values in typed.items() if name not in NEVER_CARRIED for value in values]
    sealed = seal(keys, f"carried|{staff_id}", {"to": path, "fields": fields}, now + dt.timedelta(hours=12))
    return sealed if len(sealed) <= LONGEST else ""


def carried(keys: Keys, staff_id: str, sealed: str, now: dt.datetime) -> dict[str, Any] | None:
    found = unseal(keys, f"carried|{staff_id}", sealed, now) if sealed else None
    return found if isinstance(found, dict) else None
