"""Where the query, `decide` and the table read by hand do not say the same."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import literal, select

from hub.access import Columns, Steward, Viewer, viewer_for
from hub.db import Database, table_of
from hub.people import Person
from hub.records import Record, RecordPerson
from tests.cast import NOW
from tests.truth_table import ASKER, HERE, OURS, Asker, Case, World, should_see

LINKS = table_of(RecordPerson)
RECORDS = Columns(
    Record.hub_id,
    Record.grade,
    LINKS.c.person_id,
    LINKS,
    LINKS.c.record_id == Record.id,
    Record.compartment,
    Record.author_id,
    Record.kind,
)
PEOPLE = Columns(Person.hub_id, literal(2), Person.id)


@dataclass(frozen=True)
class Rule:
    """Who asks, and the functions that must agree with one another and with the table."""

    viewer: type[Viewer]
    viewer_for: Callable[..., Any]
    predicate: Callable[..., Any]
    decide: Callable[..., Any]


def disagreements(database: Database, world: World, asker: Asker, rule: Rule) -> list[str]:
    """Every case where the query, `decide` and the table do not say the same of this asker."""
    bare = rule.viewer(id=ASKER, hub_id=HERE, agency_id=OURS, roles=asker.roles, now=NOW)
    with database.reading(Steward()) as db:
        viewer = rule.viewer_for(db, bare)
        records = set(db.scalars(select(Record.id).where(rule.predicate(viewer, RECORDS))))
        young = set(db.scalars(select(Person.id).where(rule.predicate(viewer, PEOPLE))))
    return [
        case.id
        for cases, found in ((world.cases, records), (world.young, young))
        for case in cases
        if not (case.id in found) == (rule.decide(viewer, case, case.people) is not None) == should_see(asker, case)
    ]


def strays(database: Database, world: World, asker: Asker) -> list[str]:
    """Every case that the asker's own session tells otherwise than the table, with their exclusions and without.

    Without exclusions the rule is built once for all who are alike; with them, for this asker alone.
    """
    with database.reading(Steward()) as db:
        viewer = viewer_for(db, Viewer(id=ASKER, hub_id=HERE, agency_id=OURS, roles=asker.roles, now=NOW))
    free = replace(viewer, excluded=frozenset())
    found = []
    for who, cases in (
        (viewer, [*world.cases, *world.young]),
        (free, [*map(_spared, world.cases), *map(_spared, world.young)]),
    ):
        with database.reading(who) as db:
            seen = {*db.scalars(select(Record.id)), *db.scalars(select(Person.id))}
        found += [case.id for case in cases if (case.id in seen) != should_see(asker, case)]
    return found


def _spared(case: Case) -> Case:
    return replace(case, standing="here") if case.standing.startswith("excluded") else case
