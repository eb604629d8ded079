"""An evening at the Wharf: Ama leads, Milo goes out with her, Nadia leads the team and Ines keeps them safe."""

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import access, audit, people, records
from hub.access import Steward, Viewer
from hub.actions import Action
from hub.agencies import Agency, Hub, Staff, Ward
from hub.db import Database, table_of
from hub.forms import Typed, questions, read
from hub.ids import uuid7
from hub.kinds import KINDS
from hub.kinds.outreach_session import OutreachSession, story
from hub.kinds.outreach_session.ending import let_go
from hub.records import Kind, Record
from hub.reminders import Due

NOW = dt.datetime(2026, 11, 23, 18, 0, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
ROLES = {"ama": "YW", "milo": "YW", "leah": "GYW", "ines": "TC", "nadia": "TL", "will": "AN", "ben": "YW"}
OUTSIDERS = {"ben"}
BY_SLUG = {kind.slug: kind for kind in KINDS}
PLAN = {
    "ward": "fernside",
    "pin": "Canal loop",
    "route": "none",
    "purpose": "surge",
    "planned_start": "2026-11-23T18:30",
    "planned_end": "2026-11-23T21:30",
    "lead": "ama",
    "staff": "milo",
    "safety_contact": "ines",
}
BRIEFING = {"tension": "4", "kit": ["id", "phone", "first_aid", "bleed", "naloxone", "leaflets"], "read": "yes"}
CLOSE = {"all_safe": "yes", "danger": "none", "themes": "vapes", "weather": "dry", "depth.hello.people": "0"}


def build(database: Database) -> None:
    access.enforce(database)
    audit.install(database)
    with database.writing(Steward()) as db:
        for hub, name in (("wharf", "The Wharf"), ("mill", "The Mill")):
            db.add(Hub(id=hub, slug=hub, name=name, borough="Thornmere", duty_phone="020 7946 0000"))
            db.flush()
            db.add(Agency(id=f"{hub}-youth", hub_id=hub, name="Youth service", sector="council"))
            db.add(Ward(id=f"{hub}-fernside", hub_id=hub, slug="fernside", name="Fernside"))
            db.flush()
        db.add_all(_staff(name, role) for name, role in ROLES.items())
    with database.writing(asking("nadia")) as db:
        kai = people.add(db, asking("nadia"), {"preferred_name": "Kai", "standing": "harmed"}, id="kai", ref="YP-7F3K")
        people.allocate(db, asking("nadia"), kai, "ama", lead=True)


def hub_of(name: str) -> str:
    return "mill" if name in OUTSIDERS else "wharf"


def _staff(name: str, role: str) -> Staff:
    hub = hub_of(name)
    return Staff(
        id=name, hub_id=hub, agency_id=f"{hub}-youth", name=name.title(), email=f"{name}@example.org", roles=[role]
    )


def asking(name: str, now: dt.datetime = NOW) -> Viewer:
    hub = hub_of(name)
    roles = frozenset([ROLES[name]])
    return Viewer(id=name, hub_id=hub, agency_id=f"{hub}-youth", roles=roles, now=now, name=name.title())


class Evening:
    """Deeds of the cast, each in a transaction of its own, as their forms would send them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW

    def viewer(self, name: str) -> Viewer:
        with self.database.reading(Steward()) as db:
            return access.viewer_for(db, asking(name, self.now))

    def reading(self, name: str) -> Any:
        return self.database.reading(self.viewer(name))

    def write(
        self,
        who: str,
        slug: str,
        said: dict[str, Any],
        *,
        on: str = "",
        about: str = "",
        way: str = "",
        id: str = "",
    ) -> str:
        viewer, kind = self.viewer(who), BY_SLUG[slug]
        with self.database.writing(viewer) as db:
            parent = _record(db, on) if on else None
            found = list(people.match(db, about)) if about else []
            given = read(kind.asked("", way), Typed.of(said), self.now, _options(db, viewer, kind, None, parent))
            assert not given.errors, given.errors
            kept = records.write(
                db,
                viewer,
                kind,
                id or uuid7(),
                given,
                people=[(person, "subject") for person in found],
                parent=parent,
                way=way,
                unmatched="" if found else about,
            )
            return kept.id

    def act(self, who: str, session: str, step: str, said: dict[str, Any] | None = None) -> str:
        viewer, kind = self.viewer(who), BY_SLUG["outreach-session"]
        with self.database.writing(viewer) as db:
            record, act = _record(db, session), kind.act_for(step)
            assert act is not None
            options = _options(db, viewer, kind, record, None)
            given = read(questions(kind, step), Typed.of(said or {}), self.now, options)
            assert not given.errors, given.errors
            records.act(db, viewer, kind, record, act, given, id=uuid7())
            return record.state

    def plan(self, **said: Any) -> str:
        return self.write("ama", "outreach-session", PLAN | said)

    def live(self, **said: Any) -> str:
        session = self.plan(**said)
        self.act("ines", session, "safety-acceptance", {"accepted": "yes"})
        self.act("ama", session, "briefing", BRIEFING)
        self.act("ama", session, "start")
        return session

    def count(self, who: str, session: str, cells: dict[str, int], *, danger: str = "none", themes: Any = ()) -> str:
        counts = {f"counts.{cell}": str(count) for cell, count in cells.items()}
        return self.write(who, "quick-count", {**counts, "danger": danger, "themes": list(themes)}, on=session)

    def closed(self, **said: Any) -> str:
        session = self.live()
        self.count("ama", session, {"13_15.male": 3})
        self.act("ama", session, "close", CLOSE | said)
        return session


def _record(db: Session, id: str) -> Record:
    record = db.get(Record, id)
    assert record is not None
    return record


def _options(db: Session, viewer: Viewer, kind: type[Kind], record: Record | None, parent: Record | None) -> Any:
    found = records.options_for(db, viewer, kind, record, parent)
    return {**found} | {"ward": [("fernside", "Fernside")]}


def running(evening: Evening, rule: str, owner: str = "") -> list[Any]:
    """(owner_id, due_at) of the clocks of one rule that nothing has stopped."""
    due = table_of(Due).c
    with evening.reading("nadia") as db:
        rows = db.execute(select(due.owner_id, due.due_at).where(due.rule == rule, due.resolved_at.is_(None))).all()
    return [row for row in rows if not owner or row.owner_id == owner]


def promised(evening: Evening, owner: str) -> list[str]:
    with evening.reading(owner) as db:
        return list(db.scalars(select(Action.says).where(Action.owner_id == owner)))


def told(evening: Evening, who: str, session: str) -> dict[str, Any]:
    """What the session's page shows beside its answers."""
    viewer = evening.viewer(who)
    with evening.reading(who) as db:
        record, decision = records.find(db, viewer, session)
        seen = records.seen(records.answers(db, OutreachSession, record), OutreachSession, decision)
        return story.told(OutreachSession, db, viewer, record, seen)


def names(evening: Evening, who: str, session: str) -> list[str]:
    return [met.name for met in told(evening, who, session)["met"]]


def days_later(evening: Evening, days: int) -> None:
    """The schedule has run after so many days."""
    evening.now += days * DAY
    with evening.database.writing(evening.viewer("nadia")) as db:
        let_go(db, "wharf", evening.now)
