"""The demo's accounts: everybody's password, PIN and codes can be read on `/demo`, and nowhere else exist."""

import base64
import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from hub.access import unwalled
from hub.accounts import factors, passwords
from hub.accounts.factors import Credential
from hub.agencies import Staff
from hub.crypto import Keys

PASSWORD = "heron kettle marble tram"  # noqa: S105  shown to whoever opens the demo
PIN = "482915"


def secret_for(keys: Keys, staff_id: str) -> str:
    return base64.b32encode(keys.derive(f"demo|{staff_id}")[:20]).decode()


def code_for(keys: Keys, staff_id: str, now: dt.datetime) -> str:
    return factors.code_now(secret_for(keys, staff_id), now)


def enrol(db: Session, keys: Keys, now: dt.datetime, cast: Iterable[Staff]) -> None:
    """Give invented staff an account each, so that the real sign-in can be tried."""
    kept = passwords.keep(PASSWORD)
    with unwalled(db):
        db.add_all(
            Credential(
                staff_id=staff.id,
                hub_id=staff.hub_id,
                password_hash=kept,
                totp_secret=keys.seal(secret_for(keys, staff.id), factors.secret_place(staff.id)),
                pin_hash=passwords.keep_pin(keys, staff.id, PIN),
                enrolled_at=now,
            )
            for staff in cast
        )
