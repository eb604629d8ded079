"""The steps of the database lead to the tables that the models describe, and back, on both databases."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from hub import migrations
from hub.db import Base, Database
from hub.migrations import EMPTY, HEAD, migrate, newest, present, steps
from hub.migrations.__main__ import load_tables
from tests.databases import KEY


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    load_tables()
    found = Database(empty_url, KEY)
    yield found
    found.close()


def differences(database: Database) -> list[object]:
    with database.readers.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)


def tables(database: Database) -> set[str]:
    return set(inspect(database.readers).get_table_names())


def test_the_steps_lead_to_the_tables_that_the_models_describe(empty: Database) -> None:
    migrate(empty)
    assert present(empty) == newest()
    assert differences(empty) == []


def test_a_column_that_no_step_makes_is_noticed(empty: Database) -> None:
    migrate(empty)
    with empty.writer.begin() as connection:
        connection.exec_driver_sql("alter table wards drop column name")
    assert [found[0] for found in differences(empty)] == ["add_column"]


def test_every_step_can_be_taken_back_and_again(empty: Database) -> None:
    migrate(empty)
    for step in [*reversed(steps()[:-1]), EMPTY]:
        migrate(empty, step)
    assert tables(empty) <= {"alembic_version"}
    assert present(empty) is None
    migrate(empty, HEAD)
    assert differences(empty) == []


def test_migrating_twice_changes_nothing(empty: Database) -> None:
    migrate(empty)
    before = tables(empty)
    migrate(empty)
    assert tables(empty) == before


def test_a_step_that_does_not_exist_is_named(empty: Database) -> None:
    with pytest.raises(ValueError, match="there is no step 999"):
        migrate(empty, "999")
    assert tables(empty) == set()


def test_a_step_that_fails_leaves_nothing_behind(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    real = migrations.command.upgrade

    def fail_at_the_end(*how: object) -> None:
        real(*how)
        raise RuntimeError("half way")

    monkeypatch.setattr(migrations.command, "upgrade", fail_at_the_end)
    with pytest.raises(RuntimeError, match="half way"):
        migrate(empty)
    assert tables(empty) == set()
