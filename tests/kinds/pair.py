"""A pair at the Wharf: Curtis is the mentor of Dre; Nadia leads; an officer and a second mentor must not read them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import access, audit, people, records
from hub.access import Steward, Viewer, viewer_for
from hub.actions import Action
from hub.agencies import Agency, Hub, Staff
from hub.clock import from_wall
from hub.db import Database
from hub.forms import Typed, read
from hub.ids import uuid7
from hub.kinds.mentoring_session import MentoringSession
from hub.people import Person
from hub.records import Kind
from hub.reminders import Due


def london(time: str) -> dt.datetime:
    return from_wall(dt.datetime.fromisoformat(time))


THURSDAY = london("2026-11-19T18:05")
WEEK = dt.timedelta(days=7)
STAFF = {"Nadia": "TL", "Curtis": "MEN", "Ama": "YW", "Gita": "POL", "Petra": "MEN"}
CAME = {
    "status": "attended",
    "goals_worked": "relationship",
    "what_we_did": "appointment",
    "strengths_seen": "kept_calm",
    "worry": "none",
    "next_step": "meet",
    "carrying_on": "yes",
    "next_session_at": "2026-11-26T17:00",
    "planned_at": "2026-11-19T17:00",
    "place_kind": "walk",
    "method": "face",
    "minutes": "60",
}
MISSED = {"status": "dna", "worry": "none", "next_step": "meet", "carrying_on": "yes"}


@dataclass
class Pair:
    """What they type is kept, and what follows can be asked for."""

    database: Database
    dre: str = "dre"

    def viewer(self, name: str, now: dt.datetime = THURSDAY) -> Viewer:
        seen = Viewer(id=name, hub_id="wharf", agency_id="council", roles=frozenset({STAFF[name]}), now=now)
        with self.database.reading(seen) as db:
            return viewer_for(db, seen)

    @contextmanager
    def as_(self, name: str, now: dt.datetime = THURSDAY) -> Iterator[tuple[Session, Viewer]]:
        viewer = self.viewer(name, now)
        with self.database.writing(viewer) as db:
            yield db, viewer

    def keep(
        self,
        typed: dict[str, str],
        now: dt.datetime = THURSDAY,
        kind: type[Kind] = MentoringSession,
        name: str = "Curtis",
    ) -> str:
        """What `name` typed, kept as a new record about Dre; its id."""
        with self.as_(name, now) as (db, viewer):
            dre = db.scalars(select(Person)).one()
            options = records.options_for(db, viewer, kind, about=dre)
            given = read(kind.asked(), Typed.of(typed), now, options)
            assert given.errors == {}
            return records.write(db, viewer, kind, uuid7(), given, people=[(dre, "subject")]).id

    def clocks(self, name: str = "Curtis") -> list[str]:
        """The rules whose clocks run for somebody."""
        with self.as_(name) as (db, _):
            query = select(Due.rule).where(Due.resolved_at.is_(None), Due.owner_id == name).order_by(Due.rule)
            return [*db.scalars(query)]

    def promised(self, name: str) -> list[str]:
        with self.as_(name) as (db, _):
            return [*db.scalars(select(Action.says).where(Action.owner_id == name).order_by(Action.made_at))]


def build(database: Database) -> Pair:
    access.enforce(database)
    audit.install(database)
    with database.writing(Steward()) as db:
        db.add(
            Hub(
                id="wharf", slug="wharf", name="The Wharf", borough="Thornmere", duty_phone="020 7946 0000", settings={}
            )
        )
        db.flush()
        db.add(Agency(id="council", hub_id="wharf", name="Council", sector="council"))
        db.flush()
        for name, role in STAFF.items():
            db.add(
                Staff(
                    id=name, hub_id="wharf", agency_id="council", name=name, email=f"{name}@example.org", roles=[role]
                )
            )
    found = Pair(database)
    with found.as_("Nadia", THURSDAY - 8 * WEEK) as (db, nadia):
        dre = people.add(db, nadia, {"preferred_name": "Dre", "standing": "at_risk"}, id="dre", ref="YP-5T8B")
        people.allocate(db, nadia, dre, "Curtis", lead=False)
    return found
