"""A colleague at their desk: signed in, asking for pages and sending forms, without a browser."""

import datetime as dt
import html
import re
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select

from hub import sessions
from hub.access import Steward
from hub.agencies import Staff
from hub.app import create_app
from hub.audit import ReadWriter
from hub.crypto import Keys, OutboxKey
from hub.db import Database
from hub.ids import uuid7
from hub.people import Person
from hub.records import Record, RecordPerson
from hub.settings import Settings
from tests import cast
from tests.cast import NOW

OWN = {"Sec-Fetch-Site": "same-origin"}
KEYS = Keys(bytes(32), [OutboxKey("0", generate_private_key(SECP256R1()), NOW.date())])
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
_APPS: list[Litestar] = []


def app_for(hub: Database, now: dt.datetime) -> Litestar:
    """The one app of a test run, over another database and at another time: building it takes a second."""
    app = _APPS[0] if _APPS else create_app(Settings(demo=False), KEYS, hub, lambda: now)
    _APPS[:] = [app]
    app.state.update(database=hub, read_writer=ReadWriter(hub), clock=lambda: now)
    return app


class Desk:
    """`words` is the text of the last answer, `page` its bytes as text."""

    def __init__(self, hub: Database, name: str, now: dt.datetime = NOW) -> None:
        self.hub, self.now = hub, now
        with hub.writing(Steward()) as db:
            staff = db.get(Staff, name)
            assert staff is not None
            token = sessions.start(db, staff, now, device_id="desk", device_name="Computer")
        self.client = TestClient(app_for(hub, now), base_url="http://localhost")
        self.client.headers.update(OWN)
        self.client.follow_redirects = False
        self.client.cookies.set(sessions.cookie_name(False), token)
        self.answer: Any = None

    def go(self, path: str, **headers: str) -> "Desk":
        app_for(self.hub, self.now)
        self.answer = self.client.get(path, headers=headers)
        return self

    def send(self, path: str, **typed: Any) -> "Desk":
        app_for(self.hub, self.now)
        self.answer = self.client.post(path, data=typed)
        return self

    @property
    def status(self) -> int:
        return int(self.answer.status_code)

    @property
    def onward(self) -> str:
        """Where a form that was taken sends its reader."""
        assert self.status == 303, self.words
        return str(self.answer.headers["Location"])

    @property
    def page(self) -> str:
        return str(self.answer.text)

    @property
    def words(self) -> str:
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.page)).split())

    @property
    def links(self) -> list[str]:
        return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', self.page)]

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found is not None, f"no hidden {name}"
        return html.unescape(found[1])


def say(hub: Database, person: str, **answers: Any) -> None:
    """What a file says, without anybody's form."""
    with hub.writing(Steward()) as db:
        found = db.get(Person, person)
        for name, value in answers.items():
            setattr(found, name, value)


def met(
    hub: Database,
    author: str,
    person: str,
    when: dt.datetime,
    *,
    kind: str = "mentoring-session",
    compartment: str | None = None,
    says: str = "Met",
) -> str:
    """A record of a meeting, its header alone."""
    with hub.writing(Steward()) as db:
        record = Record(
            id=uuid7(),
            hub_id=cast.WHARF,
            kind=kind,
            author_id=author,
            agency_id="wharf-youth",
            happened_at=when,
            written_at=when,
            grade=4 if compartment else 3,
            compartment=compartment,
            state="kept",
            version=1,
            line="Met",
            summary=says,
        )
        db.add(record)
        db.flush()
        part = {"part": "subject", "kind": kind, "happened_at": when, "contact": True}
        db.add(RecordPerson(record_id=record.id, person_id=person, hub_id=cast.WHARF, **part))
        return record.id


def kept(hub: Database, model: type, id: str) -> Any:
    with hub.reading(Steward()) as db:
        return db.get(model, id)


def count(hub: Database, model: Any) -> int:
    with hub.reading(Steward()) as db:
        return db.scalar(select(func.count()).select_from(model)) or 0
