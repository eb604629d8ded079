"""Whatever shape a query has, it finds nothing of another hub and nothing that its viewer may not see."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from hub.access import Refused, Relation, Steward, Walled
from hub.agencies import Agency, Staff, Ward
from hub.audit import AuditHead
from hub.db import Base, Database
from hub.kinds import KINDS
from hub.people import Person
from hub.records import Record, RecordPerson, Transition
from tests import cast, databases
from tests.conftest import EMBEDDED, SERVER
from tests.query_shapes import COUNTS, READS, WHETHER, WRITES, key, round_the_wall
from tests.shape.lints import LINTS

WALLED: list[Any] = [Person, Record, *KINDS, RecordPerson, Transition, Relation, Staff, Agency, Ward]


@pytest.fixture(scope="module", params=[EMBEDDED, SERVER])
def hub(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Milo works with Amari. Jade is not his to see, Amari's mediation neither, and Kofi is of another hub."""
    database = Database(_url(request, tmp_path_factory), databases.KEY)
    cast.build(database)
    cast.relate(database, "milo", "amari", "allocated")
    cast.relate(database, "ben", "kofi", "allocated", hub_id=cast.MILL)
    with database.writing(Steward()) as db:
        for kind in KINDS:
            cast.keep(db, kind, "nadia", ["amari"], id=f"{kind.slug}-seen", grade=3, compartment=None)
            cast.keep(db, kind, "nadia", ["amari"], id=f"{kind.slug}-mediation", grade=4, compartment="MED")
            cast.keep(db, kind, "nadia", ["jade"], id=f"{kind.slug}-jade", grade=3, compartment=None)
            cast.keep(db, kind, "ben", ["kofi"], id=f"{kind.slug}-kofi", grade=1, compartment=None)
    yield database
    database.close()


def _url(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> str:
    if request.param == SERVER:
        server: databases.Postgres = request.getfixturevalue("postgres")
        return server.url(server.make(request.getfixturevalue("postgres_template")))
    return f"sqlite:///{shutil.copy(request.getfixturevalue('embedded_template'), folders.mktemp('shapes') / 'hub.db')}"


def both(hub: Database, model: Any) -> tuple[set[str], set[str]]:
    """The keys of what Milo may see of a class, said once by hand, and of what he may not."""
    with hub.reading(Steward()) as db:
        everything = {getattr(row, key(model)): row for row in db.scalars(select(model))}
    seen = {name for name, row in everything.items() if _milo_sees(row)}
    assert seen, f"nothing of {model.__name__} to be seen"
    assert set(everything) - seen, f"nothing of {model.__name__} to be hidden"
    return seen, set(everything) - seen


def _milo_sees(row: Any) -> bool:
    match row:
        case Person():
            return row.id == "amari"
        case Record():
            return row.id.endswith("-seen")
        case RecordPerson() | Transition() | Relation() | Staff() | Agency() | Ward():
            return row.hub_id == cast.WHARF
        case _:
            return row.record_id.endswith("-seen")


@pytest.mark.parametrize("shape", READS)
def test_a_query_finds_what_milo_sees_and_nothing_else(hub: Database, shape: str) -> None:
    for model in WALLED:
        seen, hidden = both(hub, model)
        with hub.reading(cast.asking(hub, "milo")) as db:
            found = set(READS[shape](db, model))
        assert found <= seen, (model, found & hidden)
        assert found == seen or len(found) == 1, model


@pytest.mark.parametrize("shape", COUNTS)
def test_a_count_counts_nothing_hidden(hub: Database, shape: str) -> None:
    for model in WALLED:
        with hub.reading(Steward()) as db:
            expected = sum(_milo_sees(row) for row in db.scalars(select(model)))
        with hub.reading(cast.asking(hub, "milo")) as db:
            assert COUNTS[shape](db, model) == expected, model


@pytest.mark.parametrize("shape", WHETHER)
def test_nothing_says_whether_a_hidden_row_is_there(hub: Database, shape: str) -> None:
    for model in WALLED:
        seen, hidden = both(hub, model)
        for id in seen:
            with hub.reading(cast.asking(hub, "milo")) as db:
                assert WHETHER[shape](db, model, id), (model, id)
        for id in hidden:
            with hub.reading(cast.asking(hub, "milo")) as db:
                assert not WHETHER[shape](db, model, id), (model, id)


@pytest.mark.parametrize("shape", WRITES)
def test_a_writing_statement_reaches_no_hidden_row(hub: Database, shape: str) -> None:
    for model in WALLED:
        _, hidden = both(hub, model)
        for id in hidden:
            with hub.reading(cast.asking(hub, "milo")) as db:
                assert db.scalars(WRITES[shape](model, id)).all() == [], (model, id)
                db.rollback()


def test_what_would_write_round_the_wall_is_refused(hub: Database) -> None:
    milo = cast.asking(hub, "milo")
    with hub.sessions(bind=hub.writer, info={"viewer": milo}) as db:
        acts = list(round_the_wall(db))
    for act in acts:
        with hub.sessions(bind=hub.writer, info={"viewer": milo}) as db, pytest.raises((Refused, TypeError)):
            round_the_wall(db)[act]()


def test_what_the_database_kept_is_as_it_was(hub: Database) -> None:
    """Last in this module: nothing of the refused writing was written."""
    with hub.reading(Steward()) as db:
        assert db.get(Person, "kofi").preferred_name == f"Kofi {cast.CANARY}"
        assert set(db.scalars(select(Ward.id))) == {"wharf-north", "mill-north"}


def test_a_row_that_is_asked_for_again_keeps_what_was_changed(hub: Database) -> None:
    with hub.sessions(bind=hub.writer, info={"viewer": cast.asking(hub, "milo")}) as db:
        amari = db.get(Person, "amari")
        amari.preferred_name = "Mari"
        assert db.get(Person, "amari").preferred_name == "Mari"
        db.refresh(amari)
        assert amari.preferred_name == "Mari"


ROUND = {
    "text": "db.execute(text('select name from people'))",
    "a table": "db.execute(select(Person.__table__))",
    "a table by its name": "db.execute(select(table_of(Person)))",
    "a column of a table": "db.execute(select(table_of(Person).c.id))",
    "a bare connection": "db.connection().execute(select(Person))",
    "rows saved in bulk": "db.bulk_update_mappings(Person, rows)",
    "objects saved in bulk": "db.bulk_save_objects(rows)",
}


@pytest.mark.parametrize("shape", ROUND)
def test_what_no_criteria_reach_is_caught_by_the_lint(shape: str) -> None:
    assert list(LINTS["round the wall"].find(ROUND[shape]))


def test_nothing_is_loaded_behind_a_query() -> None:
    """No relationship, so no lazy or joined loading, and every class of a hub's rows is walled or said here."""
    for mapper in Base.registry.mappers:
        assert not mapper.relationships, mapper
        has_hub = "hub_id" in mapper.columns
        assert not has_hub or issubclass(mapper.class_, Walled) or mapper.class_ is AuditHead, mapper
