"""A crowd for measuring: thousands of invented young people, fifty to a worker, and years of records about them."""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hub import audit
from hub.access import Relation, Steward
from hub.actions import Action, Goal
from hub.agencies import Agency, Hub, Staff, Ward
from hub.clock import today
from hub.db import Base, Database, table_of
from hub.demo import crowd_records
from hub.demo.places import CHARITY, WHARF
from hub.ids import uuid7
from hub.people import COLOURS, STANDINGS, Person
from hub.reminders import Due

PER_WORKER = 50
YEARS = 3
BATCH = 10_000
FIRST = "Ada Ali Ana Bea Cal Dov Eli Eve Fay Gus Hal Ida Ivo Jan Jed Kit Lia Lou Max Mei Nia Noa Ora Pia Raf Ria Sam Tao Uma Zia".split()
LAST = "Amos Bray Cole Dunn Ekow Finn Gray Hale Ives Jude Kerr Lowe Moss Nash Odum Pell Quin Rowe Shaw Tate Udall Vane Wren Yates".split()
Rows = list[dict[str, Any]]
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Known:
    """One of the crowd, and the worker who leads."""

    id: str
    worker: str


def lay(database: Database, people: int, records: int, now: dt.datetime, told: Told) -> None:
    """Add the crowd to the Wharf. `told` hears (rows so far, rows in all) after each batch."""
    chance = random.Random(20261123)  # noqa: S311  the same crowd every time, and no secret
    with database.writing(Steward()) as db:
        hub = db.scalars(select(Hub).where(Hub.slug == WHARF.slug)).one()
        agency = db.scalars(select(Agency.id).where(Agency.hub_id == hub.id, Agency.name == CHARITY)).one()
        workers = _workers(db, hub.id, agency, -(-people // PER_WORKER))
        crowd = _people(db, hub.id, workers, people, now, chance)
        audit.note(db, "lay crowd", hub_id=hub.id, at=now)
    begins = now - dt.timedelta(days=365 * YEARS)
    laid = 0
    for batch in crowd_records.batches(hub.id, agency, crowd, records, begins, now, chance, BATCH):
        with database.writing(Steward()) as db:
            laid += put(db, batch)
        told(laid, records)
    database.learn()


def put(db: Session, batch: dict[type[Base], Rows]) -> int:
    """Insert table by table; how many records were among the rows."""
    for model, rows in batch.items():
        if rows:
            db.execute(insert(table_of(model)), rows)
    return len(next(iter(batch.values())))


def _workers(db: Session, hub_id: str, agency_id: str, count: int) -> list[str]:
    rows = [
        {
            "id": uuid7(),
            "hub_id": hub_id,
            "agency_id": agency_id,
            "name": f"{FIRST[number % len(FIRST)]} Crowd {number:04}",
            "email": f"worker{number:04}@example.net",
            "roles": ["MEN"],
            "work_phone": "",
            "preferences": {},
        }
        for number in range(1, count + 1)
    ]
    put(db, {Staff: rows})
    return [str(row["id"]) for row in rows]


def _people(
    db: Session, hub_id: str, workers: Sequence[str], count: int, now: dt.datetime, chance: random.Random
) -> list[Known]:
    wards = list(db.scalars(select(Ward.slug).where(Ward.hub_id == hub_id)))
    since, day = now - dt.timedelta(days=365 * YEARS), today(now)
    crowd = []
    for start in range(0, count, BATCH):
        rows: dict[type[Base], Rows] = {Person: [], Relation: [], Goal: [], Action: [], Due: []}
        for number in range(start, min(start + BATCH, count)):
            one = Known(uuid7(), workers[number // PER_WORKER])
            crowd.append(one)
            rows[Person].append(_person(one, hub_id, number, wards, since, day, chance))
            rows[Relation].append(_allocated(one, hub_id, since))
            for model, row in _running(one, hub_id, number, now, chance):
                rows[model].append(row)
        put(db, rows)
    return crowd


def _person(
    one: Known, hub_id: str, number: int, wards: Sequence[str], since: dt.datetime, day: dt.date, chance: random.Random
) -> dict[str, Any]:
    first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    ref = f"YP-C{number:06}"
    return {
        "id": one.id,
        "hub_id": hub_id,
        "ref": ref,
        "audit_ref": uuid7(),
        "since": since,
        "version": 1,
        "colour": chance.choice(list(COLOURS)),
        "colour_until": day + dt.timedelta(days=chance.randrange(-5, 60)),
        "found_by": f"{first} {first} {last} {ref}".casefold(),
        "preferred_name": first,
        "legal_name": f"{first} {last}",
        "standing": chance.choice(list(STANDINGS)),
        "dob": day - dt.timedelta(days=chance.randrange(11 * 366, 20 * 365)),
        "ward": chance.choice(wards),
        "languages": ["en"],
        "channel": "via_worker",
    }


def _allocated(one: Known, hub_id: str, since: dt.datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "hub_id": hub_id,
        "staff_id": one.worker,
        "person_id": one.id,
        "relation": "allocated",
        "lead": True,
        "cap": 5,
        "starts_at": since,
        "reason": "",
        "given_by": one.worker,
    }


def _running(
    one: Known, hub_id: str, number: int, now: dt.datetime, chance: random.Random
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """What runs for them now: a goal, a step, the next session, some of it late."""
    common = {"id": uuid7(), "hub_id": hub_id, "person_id": one.id}
    due = now + dt.timedelta(days=chance.randrange(-6, 14))
    made = {"made_by": one.worker, "made_at": now - dt.timedelta(days=30)}
    yield Goal, common | made | {"says": f"Goal number {number}", "domain": "learning"}
    step = {"says": "Bring the form", "owner_id": one.worker, "due_on": due.date(), "status": "not_started", "why": ""}
    yield Action, common | made | step
    clock = {"rule": "next-session", "owner_id": one.worker, "started_at": now - dt.timedelta(days=7)}
    yield Due, common | clock | {"due_at": due, "severity": "due"}
