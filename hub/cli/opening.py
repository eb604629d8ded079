"""Opening what a command works on: keys, database and the lock that one process holds; refusals in one line."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from hub import migrations
from hub.access import Steward
from hub.agencies import Hub
from hub.app import open_database
from hub.crypto import KeyFileError, Keys, read_keys
from hub.db import Database
from hub.settings import Settings


class Trouble(Exception):
    """Why a command stops, in words for the person who typed it."""


def open_keys(settings: Settings) -> Keys:
    try:
        return read_keys(settings.key_file)
    except KeyFileError as wrong:
        raise Trouble(f"{wrong}. HUB_KEY_FILE says where it is; hub init makes one.") from wrong


def file_of(settings: Settings) -> Path | None:
    """The embedded database's file; None on PostgreSQL."""
    url = make_url(settings.database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@contextmanager
def opened(settings: Settings, keys: Keys, *, bare: bool = False) -> Iterator[Database]:
    """The database, migrated (`bare`: as it is, even empty), with access and audit enforced."""
    file = file_of(settings)
    if file and not bare and not file.exists():
        raise Trouble(f"There is no hub in {file.parent}. hub init begins one.")
    database = open_database(settings, keys)
    try:
        at = present(database)
        if not bare and at != migrations.newest():
            raise Trouble(f"The database is at step {at or 'none'}, this hub needs {migrations.newest()}: hub migrate.")
        yield database
    finally:
        database.close()


def present(database: Database) -> str | None:
    """The step the database is at. Raises Trouble when it does not open."""
    try:
        return migrations.present(database)
    except DBAPIError as wrong:
        said = str(wrong.orig).strip().splitlines()
        raise Trouble(
            f"The database does not open with this key: {said[0] if said else type(wrong).__name__}"
        ) from wrong


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the embedded file for this process; PostgreSQL is shared."""
    file = file_of(settings)
    if file is None:
        yield
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise Trouble(f"Process {lock.read().strip() or '?'} has {file} open. Stop it first.") from held
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def hubs(db: Session) -> list[Hub]:
    return list(db.scalars(select(Hub).order_by(Hub.name)))


def is_demo(database: Database) -> bool:
    """Whether a database holds the invented borough, whose passwords anybody can read."""
    with database.reading(Steward()) as db:
        return any(hub.settings.get("demo") for hub in hubs(db))
