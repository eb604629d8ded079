"""A browser at the hub's door, without a browser: cookies, forms, and a clock that can be set."""

import datetime as dt
import html
import re
from functools import cache
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from hub.app import create_app
from hub.audit import ReadWriter
from hub.db import Database
from hub.settings import Settings
from tests.accounts.door import KEYS, NOW

ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


@cache
def _app(settings: Settings) -> Litestar:
    """Putting the hub together takes a second: once for all, then each test lends it its database and clock."""
    return create_app(settings, KEYS, Database("sqlite://", KEYS.database))


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_by(self, **time: float) -> dt.datetime:
        self.now += dt.timedelta(**time)
        return self.now


class Browser:
    """`shows` is the text of the page it ended on; `typed` the hidden fields of its first form."""

    def __init__(self, database: Database, clock: Clock, **settings: Any) -> None:
        app = _app(Settings(**{"demo": False, "debug": True} | settings))
        app.state.update(database=database, clock=clock, read_writer=ReadWriter(database), hub_slugs={})
        base = "https://testserver.local" if settings.get("public_url") else "http://testserver.local"
        headers = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "User-Agent": ANDROID}
        self.client = TestClient(app, base_url=base)
        self.client.headers.update(headers)
        self.answer: Any = None

    def go(self, path: str) -> "Browser":
        self.answer = self.client.get(path)
        return self

    def post(self, path: str, **typed: Any) -> "Browser":
        self.answer = self.client.post(path, data=typed)
        return self

    def submit(self, path: str, **typed: Any) -> "Browser":
        """Send the form of the page that is shown: what it hides, and what is typed."""
        return self.post(path, **{**self.hidden, **typed})

    @property
    def shows(self) -> str:
        return html.unescape(re.sub(r"<[^>]+>", " ", self.answer.text))

    @property
    def path(self) -> str:
        return str(self.answer.url.path)

    @property
    def hidden(self) -> dict[str, str]:
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', self.answer.text)
        return {name: html.unescape(value) for name, value in found}
