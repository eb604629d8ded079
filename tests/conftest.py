"""Fixtures that every test may ask for: the two databases, empty or with the hub's tables laid."""

import importlib
import pkgutil
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import hub
from hub.db import Base, Database
from tests import databases

TABLELESS = {"__main__", "app", "cli", "jobs", "migrations", "web"}
EMBEDDED, SERVER = "sqlcipher", "postgresql"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--approve", action="store_true", help="write tests/approved/ and docs/access.md anew")


@pytest.fixture(scope="session")
def approve(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--approve"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[databases.Postgres]:
    with databases.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def embedded_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encrypted file with every table in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "hub.db"
    lay_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: databases.Postgres) -> str:
    """A database with every table in it, to be cloned."""
    name = postgres.make()
    lay_tables(postgres.url(name))
    return name


@pytest.fixture
def sqlite_url(embedded_template: Path, tmp_path: Path) -> str:
    """An encrypted SQLite file with every table and no row; its key is `databases.KEY`."""
    shutil.copy(embedded_template, tmp_path / "hub.db")
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.fixture
def postgres_url(postgres: databases.Postgres, postgres_template: str) -> Iterator[str]:
    """A PostgreSQL database with every table and no row."""
    name = postgres.make(postgres_template)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=[EMBEDDED, SERVER])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table, on each of the two: for migrations."""
    if request.param == EMBEDDED:
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: databases.Postgres = request.getfixturevalue("postgres")
    name = server.make()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=[EMBEDDED, SERVER])
def database_url(request: pytest.FixtureRequest) -> str:
    """A test that asks for this, or for `database`, runs twice: on SQLCipher and on PostgreSQL."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == EMBEDDED else "postgres_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The hub's own Database with every table and no row, on each of the two."""
    found = Database(database_url, databases.KEY)
    yield found
    found.close()


def lay_tables(url: str) -> None:
    """Every table that a module declares; what stands on top of the engine declares none."""
    for module in pkgutil.walk_packages(hub.__path__, "hub."):
        if module.name.split(".")[1] not in TABLELESS:
            importlib.import_module(module.name)
    found = Database(url, databases.KEY)
    Base.metadata.create_all(found.writer)
    found.close()
