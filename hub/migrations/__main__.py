"""Writes the next step from what the models say and the steps so far do not: bin/migration "What it does"."""

import importlib
import pkgutil
import re
import secrets
import sys
import tempfile
from pathlib import Path

from alembic import command

import hub
from hub.db import Database
from hub.migrations import config, migrate, steps

WITHOUT_TABLES = ("__main__", "app", "cli", "migrations", "web")


def load_tables() -> None:
    """Import every module that may declare a table."""
    for module in pkgutil.iter_modules(hub.__path__):
        if module.name not in WITHOUT_TABLES:
            _load(f"hub.{module.name}")


def _load(name: str) -> None:
    for module in pkgutil.iter_modules(getattr(importlib.import_module(name), "__path__", [])):
        _load(f"{name}.{module.name}")


def write(message: str) -> Path:
    load_tables()
    words = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")
    number = f"{len(steps()) + 1:03d}"
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/hub.db")
        if steps():
            migrate(database)
        with database.writer.connect() as connection, connection.begin():
            told = config()
            told.set_main_option("file_template", f"{number}_{words}")
            name = f"{number}_{secrets.token_hex(3)}"
            told.attributes["connection"] = connection
            made = command.revision(told, message.rstrip("."), autogenerate=True, rev_id=name)
        database.close()
    assert made is not None
    assert not isinstance(made, list)
    return Path(made.path)


if __name__ == "__main__":
    sys.stdout.write(f"{write(sys.argv[1])}\n")
