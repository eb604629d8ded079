"""The databases that tests run on are the real ones, and no test sees what another wrote."""

from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import inspect, text

from hub.db import Base, Database
from tests import cast, databases


def test_both_databases_hold_every_table(database: Database) -> None:
    assert set(inspect(database.writer).get_table_names()) == set(Base.metadata.tables) != set()


def test_the_server_is_postgresql_18(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.writer.connect() as connection:
        assert connection.execute(text("show server_version")).scalar_one().startswith("18.")
    database.close()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_no_test_sees_what_another_wrote(database: Database, turn: str) -> None:
    with database.writer.begin() as connection:
        connection.execute(text("create table left_behind (turn text)"))


def test_the_file_opens_with_its_key_alone(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    assert not path.read_bytes().startswith(b"SQLite format 3")
    for pragma in ("", f"pragma key=\"x'{bytes(32).hex()}'\""):
        connection = sqlcipher.connect(str(path))
        connection.execute(pragma)
        with pytest.raises(sqlcipher.DatabaseError, match="not a database"):
            connection.execute("select count(*) from sqlite_master")
        connection.close()
    connection = sqlcipher.connect(str(path))
    connection.execute(f"pragma key=\"x'{databases.KEY.hex()}'\"")
    assert connection.execute("select count(*) from sqlite_master").fetchone()[0] > 0
    connection.close()


def test_an_empty_database_is_empty(empty_url: str) -> None:
    database = Database(empty_url, databases.KEY)
    assert inspect(database.writer).get_table_names() == []
    database.close()


def test_the_embedded_planner_keeps_what_it_learned(sqlite_url: str) -> None:
    """Counted in a transaction that was rolled back, it went on taking the index that begins with the hub."""
    database = Database(sqlite_url, databases.KEY)
    cast.build(database)
    database.learn()
    with database.readers.connect() as connection:
        known = {table for (table,) in connection.exec_driver_sql("select tbl from sqlite_stat1")}
    assert {"people", "staff"} <= known
