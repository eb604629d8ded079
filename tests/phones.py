"""A phone in the hands of one of the cast: signed in, without a browser."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from hub import sessions
from hub.access import Steward
from hub.agencies import Staff
from hub.app import create_app
from hub.db import Database
from hub.settings import Settings
from tests import cast

SETTINGS = Settings(demo=False, debug=False, public_url="http://testserver.local")
FROM_OUR_PAGES: Mapping[str, str] = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}


def app_of(database: Database, clock: Callable[[], dt.datetime] = lambda: cast.NOW) -> Litestar:
    return create_app(SETTINGS, cast.KEYS, database, clock)


def phone(app: Litestar, name: str | None = None, **how: Any) -> TestClient[Litestar]:
    """A client without redirects; with a name, signed in as that colleague."""
    client = TestClient(app, base_url=SETTINGS.public_url, **how)
    client.follow_redirects = False
    client.headers.update(FROM_OUR_PAGES)
    if name:
        client.cookies.set(sessions.cookie_name(SETTINGS.secure), token(app.state.database, name, app.state.clock()))
    return client


def token(database: Database, name: str, now: dt.datetime) -> str:
    with database.writing(Steward()) as db:
        staff = db.get(Staff, name)
        return sessions.start(db, staff, now, device_id=f"{name}s-phone", device_name="Android phone")
