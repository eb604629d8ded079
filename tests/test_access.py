"""The exhaustive table of who sees what: the query, `decide` and the table read by hand give one answer everywhere."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import access
from hub.access import COMPARTMENTS, ROLES, queries
from hub.access.shapes import Shape
from hub.db import Database
from tests import databases
from tests.agreement import Rule, disagreements, strays
from tests.mutants import MUTANTS, Mutant
from tests.truth_table import World, build, hold

PAIRS = [("SW", "MED"), ("TL", "GYW"), ("TL", "MED"), ("YW", "MEN"), ("POL", "GYW"), ("POL", "SW"), ("AUD", "YW")]
ROLE_SETS = [*((role,) for role in ROLES), *PAIRS, ("WIZARD",), ("WIZARD", "YW"), ()]
SOME_ROLES = [("TL",), ("SW",), ("YW",), ("POL",), ("CAM",), ("POL", "GYW"), ("WIZARD",)]
HALF, REST = list(COMPARTMENTS)[::2], list(COMPARTMENTS)[1::2]
HELD = {
    "nothing": ("ended", "ended", {}),
    "half of the compartments, on the rota": (
        "live",
        "ended",
        dict.fromkeys(HALF, "open") | dict.fromkeys(REST, "ended"),
    ),
    "the other half, the rota to come": (
        "not begun",
        "not begun",
        dict.fromkeys(HALF, "not begun") | dict.fromkeys(REST, "live"),
    ),
    "half of the compartments, acting lead": ("ended", "live", dict.fromkeys(HALF, "live")),
}
REAL = Rule(access.Viewer, access.viewer_for, access.predicate, access.decide)


@pytest.fixture(scope="module")
def embedded(embedded_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, World]]:
    path = shutil.copy(embedded_template, tmp_path_factory.mktemp("truth") / "hub.db")
    yield from _world(f"sqlite:///{path}")


@pytest.fixture(scope="module")
def server(postgres: databases.Postgres, postgres_template: str) -> Iterator[tuple[Database, World]]:
    yield from _world(postgres.url(postgres.make(postgres_template)))


def _world(url: str) -> Iterator[tuple[Database, World]]:
    database = Database(url, databases.KEY)
    access.enforce(database)
    yield database, build(database)
    database.close()


@pytest.mark.parametrize("held", HELD)
def test_the_query_decide_and_the_table_agree_everywhere(embedded: tuple[Database, World], held: str) -> None:
    database, world = embedded
    asker = hold(database, *HELD[held])
    cells = 0
    for roles in ROLE_SETS:
        asker.roles = frozenset(roles)
        assert disagreements(database, world, asker, REAL) == [], roles
        assert roles not in SOME_ROLES or strays(database, world, asker) == [], roles
        cells += len(world.cases) + len(world.young)
    assert cells > 100_000


@pytest.mark.parametrize("held", HELD)
def test_they_agree_on_postgresql_too(server: tuple[Database, World], held: str) -> None:
    database, world = server
    asker = hold(database, *HELD[held])
    for roles in SOME_ROLES:
        asker.roles = frozenset(roles)
        assert disagreements(database, world, asker, REAL) == [], roles
        assert strays(database, world, asker) == [], roles


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.says)
def test_a_planted_fault_in_the_rule_is_found(embedded: tuple[Database, World], mutant: Mutant) -> None:
    database, world = embedded
    asker = hold(database, *HELD[mutant.held])
    asker.roles = frozenset(mutant.roles)
    assert disagreements(database, world, asker, mutant.rule()), "nobody would have noticed"


def test_a_rule_built_for_somebody_else_is_found(
    embedded: tuple[Database, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is built once for all who are alike must not reach those who are not."""
    database, world = embedded
    asker = hold(database, *HELD["nothing"])
    asker.roles = frozenset({"YW"})
    monkeypatch.setattr(queries, "shape_of", lambda viewer: Shape(frozenset({"TL"}), False, False, frozenset()))
    assert strays(database, world, asker), "nobody would have noticed"
