"""Keeping a hub in order: its database steps, its keys, the proof that its audit chain holds."""

from argparse import Namespace
from itertools import chain
from pathlib import Path
from typing import Any

from hub import access, audit, checkpoints, clock, migrations
from hub.access import Steward
from hub.cli.opening import Trouble, alone, hubs, open_keys, opened, present
from hub.crypto import rotate_outbox_key
from hub.settings import Settings

KEY_AGE_DAYS = 90


def add_commands(commands: Any) -> None:
    found = commands.add_parser("migrate", help="bring the database to the shape this version needs")
    found.add_argument("--to", default=migrations.HEAD, metavar="STEP", help="a step, or base to take every step back")
    found.set_defaults(run=migrate)
    found = commands.add_parser("policy", help="who sees what, as text: hub policy > docs/access.md")
    found.set_defaults(run=show_policy)
    keys = commands.add_parser("keys", help="the keys that phones seal to").add_subparsers(
        required=True, metavar="WHAT"
    )
    keys.add_parser("status", help="which keys there are and how old they are").set_defaults(run=show_keys)
    keys.add_parser("rotate", help="add a new outbox key; old ones still open what late phones send").set_defaults(
        run=rotate_keys
    )
    looks = commands.add_parser("audit", help="the record of who looked").add_subparsers(required=True, metavar="WHAT")
    found = looks.add_parser("verify", help="recompute every hash; exit 1 and name the first broken event")
    found.add_argument("--hub", metavar="SLUG", help="one hub alone")
    found.add_argument("--checkpoint", metavar="FILE", type=Path, help="signed checkpoints that it must fit as well")
    found.set_defaults(run=verify)
    found = looks.add_parser("checkpoint", help="sign where every chain ends and add the lines to HUB_CHECKPOINTS")
    found.set_defaults(run=checkpoint)


def migrate(given: Namespace) -> int:
    settings = Settings.read()
    with alone(settings), opened(settings, open_keys(settings), bare=True) as database:
        before = present(database)
        try:
            migrations.migrate(database, given.to)
        except ValueError as wrong:
            raise Trouble(str(wrong)) from wrong
        print(f"The database was at {before or 'no step'} and is at {migrations.present(database) or 'no step'}.")
    return 0


def show_policy(given: Namespace) -> int:
    print(access.markdown(), end="")
    return 0


def show_keys(given: Namespace) -> int:
    settings = Settings.read()
    keys = open_keys(settings)
    print(f"Key file {settings.key_file}, readable by its owner alone.")
    today = clock.today(clock.now())
    for key in keys.outbox.values():
        age = (today - key.made_on).days
        now_used = "in use" if key is keys.current else "opens late items"
        print(f"outbox {key.kid}  made {key.made_on}  {age} days old  {now_used}")
    if (today - keys.current.made_on).days > KEY_AGE_DAYS:
        print(f"The key in use is older than {KEY_AGE_DAYS} days: hub keys rotate.")
    return 0


def rotate_keys(given: Namespace) -> int:
    settings = Settings.read()
    open_keys(settings)
    keys = rotate_outbox_key(settings.key_file, clock.today(clock.now()))
    print(f"Phones seal to {keys.current.kid} as soon as the hub is restarted. Keep a copy of {settings.key_file}.")
    return 0


def verify(given: Namespace) -> int:
    settings = Settings.read()
    keys = open_keys(settings)
    with opened(settings, keys) as database, database.reading(Steward()) as db:
        chosen = [hub for hub in hubs(db) if given.hub in (None, hub.slug)]
        if not chosen:
            raise Trouble(f"There is no hub called {given.hub}." if given.hub else "There is no hub yet.")
        lines = _lines(given.checkpoint) if given.checkpoint else []
        broken = 0
        for hub in chosen:
            first = next(chain(audit.verify(db, hub.id), checkpoints.compare(db, keys, hub.id, lines)), None)
            broken += first is not None
            print(f"{hub.name}: " + (f"broken at {first[0]}: {first[1]}" if first else "the chain holds"))
    return 1 if broken else 0


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as missing:
        raise Trouble(f"{file} cannot be read: {missing.strerror}.") from missing


def checkpoint(given: Namespace) -> int:
    settings = Settings.read()
    keys = open_keys(settings)
    with opened(settings, keys) as database, database.reading(Steward()) as db:
        lines = checkpoints.write(db, keys, clock.now(), settings.checkpoints)
    print(f"{len(lines)} signed in {settings.checkpoints}.")
    return 0
