"""A colleague of the cast at the hub's pages, signed in."""

import datetime as dt
from weakref import WeakKeyDictionary

from litestar import Litestar
from litestar.testing import TestClient

from hub import accounts
from hub.access import Steward
from hub.accounts import Device
from hub.agencies import Staff
from hub.app import create_app
from hub.db import Database
from hub.ids import uuid7
from hub.settings import Settings
from tests.accounts.door import KEYS
from tests.accounts.web import Browser, Clock
from tests.cast import NOW

_APPS: WeakKeyDictionary[Database, tuple[Litestar, Clock]] = WeakKeyDictionary()


class Visitor(Browser):
    """Several of them share one hub and its clock."""

    def __init__(self, app: Litestar, token: str) -> None:
        self.client = TestClient(app, base_url="http://testserver.local", cookies={"hub": token})
        self.client.headers.update({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"})


def visit(database: Database, who: str) -> Visitor:
    app, clock = _hub(database)
    with database.writing(Steward()) as db:
        token = accounts.sign_in(db, clock.now, who, Device("192.0.2.7", f"{who}-phone", "Android phone"))
    return Visitor(app, token)


def clock_of(database: Database) -> Clock:
    return _hub(database)[1]


def _hub(database: Database) -> tuple[Litestar, Clock]:
    if database not in _APPS:
        clock = Clock()
        _APPS[database] = create_app(Settings(debug=True), KEYS, database, clock), clock
    return _APPS[database]


def with_second_lead(database: Database) -> Database:
    """Farah leads the Wharf beside Nadia: what nobody decides about themselves needs two."""
    with database.writing(Steward()) as db:
        farah = {"id": "farah", "name": "Farah", "email": "farah@example.org", "roles": ["TL"]}
        db.add(Staff(hub_id="wharf", agency_id="wharf-youth", **farah))
    return database


def day(days: int) -> str:
    """A day from today, as a date field sends it."""
    return (NOW.date() + dt.timedelta(days=days)).isoformat()


def number() -> str:
    """What a page gives its form, so that sending it twice is sending it once."""
    return uuid7()
