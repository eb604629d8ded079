"""The large invented hub that is measured, and a plain copy of it for the peers that cannot open an encrypted file."""

import datetime as dt
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import select

from hub import clock, demo, migrations, sessions
from hub.access import Relation, Steward
from hub.agencies import Staff
from hub.app import open_database
from hub.crypto import Keys, make_keys, read_keys
from hub.demo import crowd
from hub.people import Person
from hub.settings import Settings


@dataclass(frozen=True)
class Borough:
    """One measured hub: where it lies, and one worker of it who is signed in."""

    folder: Path
    settings: Settings
    keys: Keys
    worker: str
    token: str
    people: tuple[str, ...]

    @property
    def plain(self) -> Path:
        return self.folder / "plain.db"


def lay(folder: Path, people: int, records: int) -> Borough:
    """Make the hub, or take the one that a former run left in `folder`."""
    key_file = folder / "hub.key"
    settings = Settings(data=folder, key_file=key_file, demo=True)
    fresh = not key_file.exists()
    if fresh:
        folder.mkdir(parents=True, exist_ok=True)
        make_keys(key_file, dt.date.today())  # noqa: DTZ011  a file name's day
    keys = read_keys(key_file)
    database = open_database(settings, keys)
    try:
        if fresh:
            migrations.migrate(database)
            demo.load(database, keys, clock.now())
            if people:
                crowd.lay(database, people, records, clock.now(), _told)
        with database.writing(Steward()) as db:
            worker = db.scalars(
                select(Relation.staff_id)
                .where(Relation.relation == "allocated")
                .group_by(Relation.staff_id)
                .order_by(Relation.staff_id.desc())
            ).first()
            staff = db.get(Staff, worker)
            assert staff is not None
            token = sessions.start(db, staff, clock.now(), device_id="bench", device_name="bench")
            ids = tuple(
                db.scalars(
                    select(Person.id).join(Relation, Relation.person_id == Person.id).where(Relation.staff_id == worker)
                )
            )
    finally:
        database.close()
    found = Borough(folder, settings, keys, staff.id, token, ids)
    copy_plain(found)
    return found


def copy_plain(borough: Borough) -> None:
    """The same rows without encryption, for a hand-written page and for Django: an advantage that they keep."""
    borough.plain.unlink(missing_ok=True)
    source = sqlcipher.connect(str(borough.settings.data / "hub.db"), isolation_level=None)
    source.execute(f"pragma key=\"x'{borough.keys.database.hex()}'\"")
    source.execute(f"attach database '{borough.plain}' as plain key ''")
    source.execute("select sqlcipher_export('plain')")
    source.close()
    with sqlite3.connect(borough.plain) as plain:
        plain.execute("pragma journal_mode=wal")


def _told(laid: int, whole: int) -> None:
    print(f"\r  laying the borough: {laid:,} of {whole:,} records", end="\n" if laid == whole else "", flush=True)
