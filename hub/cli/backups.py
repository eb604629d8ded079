"""Backups: a consistent copy while people work, sealed under the hub's key, proved before it is trusted."""

import os
import shutil
import subprocess
from argparse import Namespace
from pathlib import Path
from typing import Any

from sqlalchemy import func, make_url, select

from hub import audit, clock, migrations
from hub.access import Steward
from hub.audit import AuditHead
from hub.cli.opening import Trouble, alone, file_of, hubs, open_keys, opened, present
from hub.cli.sealed import seal_stream, unseal_stream
from hub.crypto import Keys
from hub.db import Database
from hub.settings import Settings


def add_commands(commands: Any) -> None:
    found = commands.add_parser("backup", help="write a sealed, proved copy while the hub runs")
    found.add_argument("file", type=Path)
    found.set_defaults(run=backup)
    found = commands.add_parser("restore", help="put a backup in place; the hub must be stopped")
    found.add_argument("file", type=Path)
    found.add_argument("--replace", action="store_true", help="set the present embedded database aside first")
    found.set_defaults(run=restore)


def backup(given: Namespace) -> int:
    settings = Settings.read()
    keys, target = open_keys(settings), given.file.resolve()
    if target.exists():
        raise Trouble(f"{target} exists. A backup never overwrites another.")
    with opened(settings, keys) as database:
        if database.embedded:
            database.copy_to(target)
            target.chmod(0o600)
            events = _prove(settings, keys, target)
        else:
            events = _chains_hold(database)
            _dump(settings, keys, target)
    print(f"{target}: {target.stat().st_size:,} bytes, {events:,} audit events, proved.")
    print(f"It opens only with {settings.key_file}, which is not in it.")
    return 0


def restore(given: Namespace) -> int:
    settings = Settings.read()
    keys = open_keys(settings)
    if not given.file.is_file():
        raise Trouble(f"{given.file} does not exist.")
    with alone(settings):
        file = file_of(settings)
        events = _put_back(settings, keys, given) if file else _load(settings, keys, given.file)
    print(f"Restored, {events:,} audit events, proved. Now: hub migrate, then hub serve.")
    return 0


def _put_back(settings: Settings, keys: Keys, given: Namespace) -> int:
    file = file_of(settings)
    assert file is not None
    if file.exists() and not given.replace:
        raise Trouble(f"{file} exists. --replace sets it aside and puts the backup in its place.")
    fresh = file.with_suffix(".restoring")
    fresh.unlink(missing_ok=True)
    shutil.copyfile(given.file, fresh)
    fresh.chmod(0o600)
    try:
        events = _prove(settings, keys, fresh)
    except Trouble:
        fresh.unlink()
        raise
    for end in ("", "-wal", "-shm"):
        old = Path(f"{file}{end}")
        if old.exists():
            old.rename(f"{file}.before-{clock.now():%Y%m%dT%H%M%S}{end}")
    fresh.rename(file)
    return events


def _prove(settings: Settings, keys: Keys, copy: Path) -> int:
    """Read a copy through and through: every page, every reference, every chain. Raises Trouble."""
    database = Database(f"sqlite:///{copy}", keys.database, settings.cache_mb)
    try:
        present(database)
        if damage := database.damage():
            raise Trouble(f"{copy} is damaged: {damage[0]}")
        return _chains_hold(database)
    finally:
        database.close()


def _chains_hold(database: Database) -> int:
    """How many audit events there are, all in their chains. Raises Trouble."""
    with database.reading(Steward()) as db:
        for hub in hubs(db):
            if broken := next(audit.verify(db, hub.id), None):
                raise Trouble(f"The audit chain of {hub.name} is broken at {broken[0]}: {broken[1]}")
        return db.scalar(select(func.sum(AuditHead.seq))) or 0


def _dump(settings: Settings, keys: Keys, target: Path) -> None:
    command, environment = _postgres(settings, "pg_dump", "--format=custom", "--no-owner", "--no-privileges")
    fresh = target.with_name(f".{target.name}.part")
    fresh.touch(mode=0o600)
    try:
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as dumping, fresh.open("wb") as file:
            assert dumping.stdout is not None
            seal_stream(keys, dumping.stdout, file)
        if dumping.returncode:
            raise Trouble("pg_dump did not finish.")
        fresh.rename(target)
    finally:
        fresh.unlink(missing_ok=True)


def _load(settings: Settings, keys: Keys, source: Path) -> int:
    with opened(settings, keys, bare=True) as database:
        if migrations.present(database):
            raise Trouble("That PostgreSQL database holds a hub already. Restore into an empty one.")
        command, environment = _postgres(
            settings, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner"
        )
        with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as loading, source.open("rb") as file:
            assert loading.stdin is not None
            try:
                unseal_stream(keys, file, loading.stdin)
            except ValueError as wrong:
                loading.kill()
                raise Trouble(f"{source} is not a whole backup under this key.") from wrong
        if loading.returncode:
            raise Trouble("pg_restore did not finish; nothing was changed.")
        return _chains_hold(database)


def _postgres(settings: Settings, program: str, *options: str) -> tuple[list[str], dict[str, str]]:
    """The command, and its environment: the password is told there, where other users cannot list it."""
    path = shutil.which(program)
    if path is None:
        raise Trouble(f"{program} is missing: sudo apt-get install --no-install-recommends postgresql-client")
    url = make_url(settings.database_url)
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    return [path, *options, f"--dbname={plain}"], environment
