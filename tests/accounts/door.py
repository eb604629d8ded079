"""The cast at the door: what each of them types, and what they are told."""

import datetime as dt

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from hub import access, accounts, sessions
from hub.access import Steward
from hub.accounts import Denied, Device, cast
from hub.crypto import Keys, OutboxKey
from hub.db import Database

NOW = dt.datetime(2026, 11, 22, 18, 30, tzinfo=dt.UTC)
PHONE = Device("192.0.2.7", "milos-phone", "Android phone")
STRANGER = Device("203.0.113.9", "", "Computer")
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
PASSWORD = "tandem gravel orchid ninth"
KEYS = Keys(bytes(32), [OutboxKey("0", generate_private_key(SECP256R1()), NOW.date())])


def code(who: str, now: dt.datetime = NOW) -> str:
    return cast.code_for(KEYS, who, now)


def sign_in(hub: Database, who: str = "milo", now: dt.datetime = NOW, device: Device = PHONE) -> str:
    with hub.writing(Steward()) as db:
        return accounts.sign_in(db, now, who, device)


def opened(hub: Database, token: str, now: dt.datetime) -> access.Viewer | None:
    with hub.reading(Steward()) as db:
        found = sessions.open_session(db, token, now)
        return found[1] if found and not found[0].locked(now) else None


def session_of(hub: Database, token: str, now: dt.datetime = NOW) -> sessions.DeviceSession:
    with hub.reading(Steward()) as db:
        return sessions.open_session(db, token, now)[0]


def password_says(hub: Database, email: str, password: str, device: Device = PHONE, now: dt.datetime = NOW) -> str:
    with hub.writing(Steward()) as db:
        try:
            return accounts.check_password(db, KEYS, now, email, password, device).id
        except Denied as why:
            return str(why)


def code_says(hub: Database, who: str, typed: str, device: Device = PHONE, now: dt.datetime = NOW) -> str:
    with hub.writing(Steward()) as db:
        try:
            return "recovered" if accounts.check_code(db, KEYS, now, who, typed, device) else "in"
        except Denied as why:
            return str(why)


def pin_says(hub: Database, token: str, pin: str, now: dt.datetime) -> str:
    with hub.writing(Steward()) as db:
        found = sessions.open_session(db, token, now)
        if found is None:
            return "signed out"
        try:
            accounts.unlock(db, KEYS, now, found[0], pin)
        except Denied as why:
            return str(why)
        return "unlocked"
