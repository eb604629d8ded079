"""The database's steps from one shape to the next, forward and back, each in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from hub.db import Database

HEAD, EMPTY = "head", "base"
_HERE = Path(__file__).parent
_LOCK = 7_238_461


def config() -> Config:
    found = Config()
    found.set_main_option("script_location", str(_HERE))
    return found


def newest() -> str | None:
    return ScriptDirectory.from_config(config()).get_current_head()


def present(database: Database) -> str | None:
    """The step that a database is at; None when it has no tables yet."""
    with database.readers.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def steps() -> list[str]:
    """Every step, oldest first."""
    return [step.revision for step in reversed(list(ScriptDirectory.from_config(config()).walk_revisions()))]


def migrate(database: Database, to: str = HEAD) -> None:
    """Walk up or down to a step. Raises ValueError for one that does not exist."""
    known = steps()
    if to not in (HEAD, EMPTY, *known):
        raise ValueError(f"there is no step {to}; the steps are {', '.join(known)}")
    with _alone(database) as connection:
        at = MigrationContext.configure(connection).get_current_revision()
        goal = known[-1] if to == HEAD else to
        down = at is not None and (goal == EMPTY or known.index(goal) < known.index(at))
        told = config()
        told.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(told, goal)


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """One transaction that nobody else migrates in; SQLite rebuilds tables, so its references are checked at the end."""
    with database.writer.connect() as connection:
        if not database.embedded:
            with connection.begin():
                connection.exec_driver_sql(f"select pg_advisory_xact_lock({_LOCK})")
                yield connection
            return
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("pragma foreign_keys=off")
        try:
            with connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("pragma foreign_key_check").fetchall():
                    raise ValueError(f"references would break: {broken[:5]}")
        finally:
            raw.execute("pragma foreign_keys=on")
