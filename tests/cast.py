"""The named cast: the Wharf with one colleague for every role, and the Mill, whose people are outsiders here."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from sqlalchemy.orm import Session

from hub import access, audit
from hub.access import ROLES, Exclusion, Grade, Grant, Relation, Steward, Viewer
from hub.agencies import Agency, Hub, Staff, Ward
from hub.crypto import Keys, OutboxKey
from hub.db import Database
from hub.forms import Question, questions
from hub.ids import uuid7
from hub.people import Person
from hub.records import Kind, Record, RecordPerson, Transition

NOW = dt.datetime(2026, 11, 22, 18, 30, tzinfo=dt.UTC)
SECOND, HOUR, DAY = dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=1)
KEYS = Keys(bytes(32), [OutboxKey("k0", generate_private_key(SECP256R1()), NOW.date())])
WHARF, MILL = "wharf", "mill"
OUTSIDERS = {"ben": "TL", "bea": "SW"}
COLLEAGUES = {
    "nadia": "TL",
    "sana": "SW",
    "yusuf": "YJS",
    "milo": "YW",
    "marcus": "MEN",
    "meera": "MED",
    "tom": "TC",
    "ella": "ETE",
    "edie": "EDU",
    "hugo": "HOU",
    "grace": "GYW",
    "carmen": "CAM",
    "pete": "POL",
    "anil": "AN",
    "ada": "ADM",
    "owen": "AUD",
    "dina": "DPO",
    "clive": "CLR",
    "yara": "YSC",
    "hari": "HAD",
}
YOUNG_PEOPLE = {"amari": WHARF, "jade": WHARF, "omar": WHARF, "kofi": MILL}
CANARY = "QX7CANARY"
"""In every word that is written about somebody, so that a page which leaks is caught by one search."""

EXAMPLES: Mapping[str, Any] = {
    "text": CANARY,
    "note": CANARY,
    "scale": 3,
    "faces": 3,
    "yes_no": True,
    "date": NOW.date(),
    "moment": NOW,
    "time": NOW.time(),
    "ward": "north",
    "staff": "milo",
    "person": "amari",
}
"""An answer to each type of question that needs no more to be answered."""


def build(database: Database) -> Database:
    """Both hubs with their staff, agencies, wards and young people; access and audit enforced."""
    access.enforce(database)
    audit.install(database)
    with database.writing(Steward()) as db:
        for hub in (WHARF, MILL):
            db.add(Hub(id=hub, slug=hub, name=f"The {hub.title()}", borough="Thornmere", duty_phone="020 7946 0000"))
            db.flush()
            db.add_all(Agency(id=f"{hub}-{name}", hub_id=hub, name=name, sector="council") for name in ("youth", "law"))
            db.add(Ward(id=f"{hub}-north", hub_id=hub, slug="north", name="North"))
            db.flush()
        db.add_all(_staff(name, role) for name, role in {**COLLEAGUES, **OUTSIDERS}.items())
        db.add_all(young_person(name, hub) for name, hub in YOUNG_PEOPLE.items())
    return database


def hub_of(name: str) -> str:
    return MILL if name in OUTSIDERS else WHARF


def agency_of(name: str) -> str:
    return f"{hub_of(name)}-{'law' if COLLEAGUES.get(name) == 'POL' else 'youth'}"


def _staff(name: str, role: str) -> Staff:
    email = f"{name}@example.org"
    return Staff(id=name, hub_id=hub_of(name), agency_id=agency_of(name), name=name.title(), email=email, roles=[role])


def young_person(name: str, hub: str = WHARF, **answers: Any) -> Person:
    given = {"preferred_name": f"{name.title()} {CANARY}", "standing": "harmed"} | answers
    return Person(
        id=name,
        hub_id=hub,
        ref=f"YP-{name.upper()}",
        audit_ref=f"ref-of-{name}",
        since=NOW,
        found_by=f"{name} {CANARY.lower()} yp-{name}",
        **given,
    )


def viewer(name: str, now: dt.datetime = NOW, roles: Iterable[str] | None = None) -> Viewer:
    """Who asks, before anything that they hold is looked up."""
    own = {**COLLEAGUES, **OUTSIDERS}[name]
    return Viewer(
        id=name, hub_id=hub_of(name), agency_id=agency_of(name), roles=frozenset(roles or [own]), now=now, name=name
    )


def asking(database: Database, name: str, now: dt.datetime = NOW, roles: Iterable[str] | None = None) -> Viewer:
    """Who asks, with what they hold at that moment."""
    with database.reading(Steward()) as db:
        return access.viewer_for(db, viewer(name, now, roles))


def relate(database: Database, staff: str | None, person: str | None, relation: str, **facts: Any) -> str:
    """A relation from an hour ago on; `facts` say otherwise: agency_id, cap, starts_at, ends_at."""
    given = {"cap": int(Grade.SEALED), "starts_at": NOW - HOUR, "given_by": "nadia", "hub_id": WHARF} | facts
    with database.writing(Steward()) as db:
        db.add(Relation(id=(id := uuid7()), staff_id=staff, person_id=person, relation=relation, **given))
    return id


def grant(database: Database, staff: str, compartment: str, ends_at: dt.datetime | None = None) -> None:
    with database.writing(Steward()) as db:
        db.add(
            Grant(
                id=uuid7(),
                hub_id=hub_of(staff),
                staff_id=staff,
                compartment=compartment,
                starts_at=NOW - HOUR,
                ends_at=ends_at,
                review_by=(NOW + 90 * DAY).date(),
                approved_by="nadia",
            )
        )


def exclude(database: Database, staff: str, person: str) -> None:
    with database.writing(Steward()) as db:
        db.add(Exclusion(id=uuid7(), hub_id=hub_of(staff), staff_id=staff, person_id=person, declared_at=NOW))


def keep(db: Session, kind: type[Kind], author: str, people: Iterable[str] = (), **facts: Any) -> Record:
    """A record of any kind with every answer given, whoever may write it; `facts` are its header's.

    `values` are answers said otherwise; the header's `line` and `summary` too.
    """
    values = {name: example(question) for name, question in questions(kind).items()} | facts.pop("values", {})
    hub = hub_of(author)
    header = {"grade": int(kind.grade), "compartment": kind.compartment, "state": kind.states[0]} | facts
    record = Record(
        id=header.pop("id", None) or uuid7(),
        hub_id=hub,
        kind=kind.slug,
        author_id=author,
        agency_id=agency_of(author),
        happened_at=NOW - HOUR,
        written_at=NOW - HOUR,
        version=1,
        **{"line": f"{kind.title} {CANARY}", "summary": f"{kind.title} {CANARY}", **header},
    )
    db.add(record)
    db.flush()
    own = {"hub_id": hub, "record_id": record.id}
    db.add(kind(id=uuid7(), version=1, written_by=author, written_at=NOW, **own, **values))
    db.add(Transition(id=uuid7(), state=record.state, act="create", by=author, at=NOW, **own))
    db.add_all(
        RecordPerson(person_id=person, part="subject", kind=kind.slug, happened_at=NOW, contact=False, **own)
        for person in people
    )
    db.flush()
    return record


def example(question: Question) -> Any:
    """An answer that the question would take, with the canary in every free word."""
    offered = next(iter(question.choices), CANARY)
    match question.type:
        case "choice":
            return offered
        case "choices":
            return [offered]
        case "grid":
            return _example_grid(question)
        case "rows":
            return [{name: _plain(example(part)) for name, part in question.of}]
        case "whole":
            return question.least or 1
        case type:
            return EXAMPLES.get(type)


def _example_grid(question: Question) -> Mapping[str, int]:
    columns = [f".{column}" for column in question.choices] or [""]
    return {f"{row}{column}": 1 for row in question.rows for column in columns}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


assert set(COLLEAGUES.values()) == set(ROLES), "every role of the table has its colleague"
