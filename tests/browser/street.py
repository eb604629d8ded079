"""An evening's hub in a process of its own, behind a mast, with phones that sign in and save."""

import contextlib
import datetime as dt
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, expect
from sqlalchemy import func, select

from hub import sessions
from hub.access import Steward
from hub.agencies import Staff
from hub.crypto import make_keys
from hub.db import Base, Database
from hub.outbox import Draft, Item
from hub.records import Record
from tests import cast
from tests.browser.radio import Mast, free_port
from tests.browser.server import settings

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE = {"width": 360, "height": 740}
STARTS_WITHIN = 60


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Street:
    """The Wharf as the phones reach it: `url` goes through the mast, the hub itself may be killed and started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = make_keys(folder / "hub.key", now().date())
        self.database = Database(settings(folder).database_url, self.keys.database)
        Base.metadata.create_all(self.database.writer)
        cast.build(self.database)
        self._hub_port = free_port()
        self.mast = Mast(self._hub_port)
        self.url = f"http://localhost:{self.mast.port}"
        self._hub: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "tests.browser.server",
            str(self.folder),
            str(self._hub_port),
            str(self.mast.port),
        ]
        self._hub = subprocess.Popen(command, cwd=ROOT)
        end = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            if self._hub.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the hub did not start")
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut: no goodbye."""
        if self._hub is not None:
            self._hub.kill()
            self._hub.wait()

    def ready(self) -> None:
        if self._hub is None or self._hub.poll() is not None:
            self.start()

    def close(self) -> None:
        self.kill()
        self.mast.close()
        self.database.close()

    def token(self, name: str) -> str:
        """A new session of one colleague."""
        with self.database.writing(Steward()) as db:
            staff = db.get(Staff, name)
            assert staff is not None
            return sessions.start(db, staff, now(), device_id=f"{name}-phone", device_name="Phone")

    def end_sessions(self, name: str) -> None:
        with self.database.writing(Steward()) as db:
            sessions.end_all(db, name, now(), "signed out")

    def sign_in(self, phone: BrowserContext, name: str) -> Page:
        """`name`'s first page on this phone, once the phone keeps what it needs without signal."""
        phone.add_cookies(
            [{"name": "hub", "value": self.token(name), "url": self.url, "httpOnly": True, "sameSite": "Lax"}]
        )
        page = phone.pages[0] if phone.pages else phone.new_page()
        page.goto(f"{self.url}/me")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        enrolled(page)
        return page

    def items(self, *where: Any) -> Sequence[Item]:
        with self.database.reading(Steward()) as db:
            return db.scalars(select(Item).where(*where).order_by(Item.received_at)).all()

    def records(self, kind: str = "") -> Sequence[Record]:
        with self.database.reading(Steward()) as db:
            return db.scalars(select(Record).where(Record.kind == kind if kind else True)).all()

    def count(self, table: type, *where: Any) -> int:
        with self.database.reading(Steward()) as db:
            return db.scalar(select(func.count()).select_from(table).where(*where)) or 0

    def drafts(self, author: str) -> list[str]:
        """What the half-typed forms of one author say in a few words."""
        with self.database.reading(Steward()) as db:
            found = db.scalars(select(Draft).where(Draft.author_id == author)).all()
        return [draft.content["typed"]["told"][0] for draft in found]

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._hub_port}/h/wharf/help", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def executable() -> str:
    found = shutil.which("chromium")
    assert found, "bin/setup --tests gives a chromium"
    return found


def enrolled(page: Page) -> None:
    """Waits until the hub knows this phone's signing key."""
    until(lambda: any(device["name"] for device in stored(page, "devices")))


def stored(page: Page, store: str = "items") -> list[dict[str, Any]]:
    """What lies in the phone's store, without the bytes."""
    found: list[dict[str, Any]] = page.evaluate(
        """store => new Promise((resolve, reject) => {
          const asked = indexedDB.open('outbox')
          asked.onerror = () => reject(asked.error)
          asked.onsuccess = () => {
            const all = asked.result.transaction(store).objectStore(store).getAll()
            all.onsuccess = () => {
              asked.result.close()
              resolve(all.result.map(({ blob, signature, key, point, ...rest }) => (blob ? { ...rest, size: blob.length } : rest)))
            }
          }
        })""",
        store,
    )
    return found


def ids(page: Page) -> list[str]:
    """The finished forms still on the phone."""
    return [item["id"] for item in stored(page) if not item["draft"]]


def until(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def blank(page: Page, street: Street, form: str = "mentoring-session") -> None:
    page.goto(f"{street.url}/h/wharf/capture/{form}")


def fill_session(page: Page, told: str = "", who: str = "YP-AMARI") -> None:
    page.get_by_label("Who was it?").fill(who)
    choose(page, "What happened?", "Came")
    choose(page, "Any worry?", "No worry")
    page.get_by_label("In a few words").fill(told)


def choose(page: Page, question: str, answer: str) -> None:
    group = page.get_by_role("group", name=question)
    group.get_by_label(answer, exact=True).check()


def crash(page: Page) -> None:
    """As when the battery dies: every process of the browser at once, with no goodbye."""
    with contextlib.suppress(Error):
        page.context.new_cdp_session(page).send("Browser.crash")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def told(page: Page, words: str) -> None:
    expect(page.locator("#messages")).to_contain_text(words, timeout=20_000)


def line(page: Page, words: str) -> None:
    expect(page.locator("#outbox")).to_contain_text(words, timeout=20_000)


def wake(page: Page) -> None:
    """What a phone says when signal returns."""
    page.evaluate("dispatchEvent(new Event('online'))")


def emptied(page: Page) -> None:
    """Waits until nothing is left on the phone."""
    until(lambda: not stored(page))
