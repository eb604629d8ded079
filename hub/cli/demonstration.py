"""Setting the demo up: where it is kept, whether it is loaded, who can sign in."""

import datetime as dt
import multiprocessing
import os
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from hub import clock, demo, migrations
from hub.access import ROLES, Steward
from hub.accounts import cast
from hub.agencies import Staff
from hub.cli import certificates
from hub.cli.opening import Trouble, file_of, hubs, is_demo, open_keys, opened, present
from hub.clock import Clock
from hub.crypto import Keys, make_keys
from hub.db import Database
from hub.demo import crowd
from hub.settings import Settings

LOOPBACK = "127.0.0.1"
BAR = 40


@dataclass(frozen=True)
class Place:
    """Where and how one demo runs."""

    settings: Settings
    host: str
    clock: Clock
    people: int = 0
    records: int = 0
    authority: Path | None = None
    tls: dict[str, str] = field(default_factory=dict)


def place(given: Namespace) -> Place:
    """What the flags ask for. The environment's own database is never touched: `--data` and `--database` alone say."""
    data = (given.data or _own("XDG_DATA_HOME", ".local/share") / "demo").resolve()
    address = certificates.own_address() if given.https else "localhost"
    settings = Settings(
        data=data,
        key_file=_own("XDG_CONFIG_HOME", ".config") / "demo.key",
        database=given.database,
        public_url=f"{'https' if given.https else 'http'}://{address}:{given.port}",
        demo=True,
    )
    authority, tls = None, {}
    if given.https:
        authority, own, key = certificates.certificate(data, address, clock.now())
        tls = {"ssl_certfile": str(own), "ssl_keyfile": str(key)}
    host = given.host or ("0.0.0.0" if given.https else LOOPBACK)  # noqa: S104  a phone must reach it: --https asks so
    return Place(settings, host, _clock(given.now), given.people, given.records, authority, tls)


def keys_of(settings: Settings) -> Keys:
    if not settings.key_file.exists():
        make_keys(settings.key_file, clock.today(clock.now()))
    return open_keys(settings)


def apart(work: Callable[[], None]) -> None:
    """Do it in a process of its own: what loading leaves in memory, serving would carry for its whole life."""
    fork = multiprocessing.get_context("fork")
    words = fork.SimpleQueue()

    def child() -> None:
        try:
            work()
        except Trouble as trouble:
            words.put(str(trouble))

    loading = fork.Process(target=child)
    loading.start()
    loading.join()
    if not words.empty():
        raise Trouble(words.get())
    if loading.exitcode:
        raise Trouble("The borough could not be loaded.")


def load(where: Place, keys: Keys, *, fresh: bool = False) -> None:
    if fresh:
        start_afresh(where.settings, keys)
    with opened(where.settings, keys, bare=True) as database:
        prepare(where, keys, database)


def start_afresh(settings: Settings, keys: Keys) -> None:
    """Remove the demo's database, and nothing that is not the demo's."""
    file = file_of(settings)
    if file and not file.exists():
        return
    with opened(settings, keys, bare=True) as database:
        _keep_away_from_real_hubs(database)
        if file is None:
            migrations.migrate(database, migrations.EMPTY)
    if file:
        for end in ("", "-wal", "-shm"):
            Path(f"{file}{end}").unlink(missing_ok=True)


def prepare(where: Place, keys: Keys, database: Database) -> None:
    """Bring the database to shape and load the borough, unless it is there."""
    at = present(database)
    if at is not None and at not in migrations.steps():
        raise Trouble("This demo was made by another version of the hub: --fresh loads it anew.")
    _keep_away_from_real_hubs(database)
    migrations.migrate(database)
    if not is_demo(database):
        print("Loading the borough …", flush=True)
        demo.load(database, keys, where.clock())
        if where.people:
            crowd.lay(database, where.people, where.records, where.clock(), _bar)
    elif where.people:
        raise Trouble("The borough is loaded already: --fresh loads it anew, with a crowd.")


def _keep_away_from_real_hubs(database: Database) -> None:
    if present(database) is not None and not is_demo(database):
        with database.reading(Steward()) as db:
            if hubs(db):
                raise Trouble("That database holds a real hub: the demo keeps away from it.")


def _bar(laid: int, whole: int) -> None:
    done = BAR * laid // whole
    print(f"\r[{'#' * done}{'.' * (BAR - done)}] {laid:,} of {whole:,} records", end="", flush=True)
    if laid == whole:
        print()


def welcome(where: Place, database: Database) -> None:
    """Who can sign in, and where."""
    with database.reading(Steward()) as db:
        for hub in hubs(db):
            print(f"\n{hub.name}, {hub.borough}")
            for staff in db.scalars(select(Staff).where(Staff.hub_id == hub.id, Staff.email.like("%@example.org"))):
                print(f"  {staff.name:<16} {ROLES[staff.roles[0]]['name']:<46} {staff.email}")
            loaded = dt.date.fromisoformat(hub.settings["loaded_on"])
        if loaded < clock.today(where.clock()):
            print(f"\nLoaded on {loaded}, so its evenings lie behind us: --fresh loads the borough anew.")
    print(f"\nPassword “{cast.PASSWORD}”, PIN {cast.PIN}; one tap and today’s codes: {where.settings.public_url}/demo")
    if where.authority:
        print(f"On the phone, first install {where.authority}")
        print(f"  SHA-256 {certificates.fingerprint(where.authority)}")
    print(f"\n{where.settings.public_url}   (Ctrl-C stops it)", flush=True)


def _own(variable: str, fallback: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / fallback) / "hub"


def _clock(given: str | None) -> Clock:
    if given is None:
        return clock.now
    try:
        start = dt.datetime.fromisoformat(given)
    except ValueError as wrong:
        raise Trouble(f"--now {given} is not a moment such as 2026-11-23T18:00.") from wrong
    return clock.shifted(start if start.tzinfo else clock.from_wall(start))
