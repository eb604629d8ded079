"""Relations given, ended, shared, granted and excluded in any order as time goes by: the rule holds after every step."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import delete, select, update

from hub import audit, caseload, sessions
from hub.access import COMPARTMENTS, PERSONAL, Exclusion, Grant, Relation, Steward, Viewer, decide
from hub.audit import AuditEvent, AuditHead
from hub.db import Database, table_of
from hub.kinds import KINDS
from hub.people import Person
from hub.records import Record, RecordPerson
from hub.relations import exclusions, giving, grants
from tests import cast, databases, phones

WORKERS = ["sana", "milo", "pete", "carmen"]
SEEN = frozenset[str]
staff, people = st.sampled_from(WORKERS), st.sampled_from(["amari", "jade"])
hours = st.sampled_from([-2, -1, 0, 1, 5])


class AccessOverTime(RuleBasedStateMachine):
    """Nadia leads and decides; four colleagues come and go. `tokens` are their phones."""

    hub: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.now = cast.NOW
        self.tokens: dict[str, str] = {}
        with self.hub.writing(Steward()) as db:
            for model in (Relation, Grant, Exclusion, AuditEvent, AuditHead, sessions.DeviceSession):
                db.execute(delete(table_of(model)))
            db.execute(update(Person).values(closed_at=None))
        self.before = self.seen()

    def asking(self, name: str) -> Viewer:
        return cast.asking(self.hub, name, self.now)

    def seen(self) -> dict[str, SEEN]:
        """What each colleague finds now, through the session that their pages use."""
        found = {}
        for name in WORKERS:
            with self.hub.reading(self.asking(name)) as db:
                found[name] = frozenset([*db.scalars(select(Record.id)), *db.scalars(select(Person.id))])
        return found

    def lead(self, act: Callable[[Any, Viewer], object]) -> None:
        nadia = self.asking("nadia")
        with self.hub.writing(nadia) as db:
            act(db, nadia)

    def closing(self, act: Callable[[Any, Viewer], object]) -> None:
        """An act that may take away and never gives (invariant 6)."""
        before = self.seen()
        self.lead(act)
        after = self.seen()
        assert all(after[name] <= before[name] for name in WORKERS)

    @rule(
        name=staff,
        person=people,
        relation=st.sampled_from([*PERSONAL, "rota"]),
        cap=st.integers(1, 5),
        starts=hours,
        ends=st.none() | hours,
    )
    def give(self, name: str, person: str, relation: str, cap: int, starts: int, ends: int | None) -> None:
        about = None if relation == "rota" else person
        span = {
            "starts_at": self.now + starts * cast.HOUR,
            "ends_at": None if ends is None else self.now + ends * cast.HOUR,
        }
        before = self.seen()
        cast.relate(self.hub, name, about, relation, cap=cap, **span)
        after = self.seen()
        assert all(before[other] == after[other] for other in WORKERS if other != name)

    @rule(person=people, cap=st.integers(1, 3), hub_agency=st.sampled_from(["wharf-youth", "wharf-law"]))
    def share_with_an_agency(self, person: str, cap: int, hub_agency: str) -> None:
        before = self.seen()
        cast.relate(self.hub, None, person, "share", agency_id=hub_agency, cap=cap, starts_at=self.now)
        after = self.seen()
        outside = [name for name in WORKERS if cast.agency_of(name) != hub_agency]
        assert all(before[name] == after[name] for name in outside)

    @rule(which=st.integers(0, 50))
    def end_a_relation(self, which: int) -> None:
        def act(db: Any, nadia: Viewer) -> None:
            rows = db.scalars(select(Relation).order_by(Relation.id)).all()
            if rows:
                giving.end(db, nadia, rows[which % len(rows)])

        self.closing(act)

    @rule(name=staff, compartment=st.sampled_from(list(COMPARTMENTS)), lasts=st.none() | st.sampled_from([1, 5]))
    def let_in(self, name: str, compartment: str, lasts: int | None) -> None:
        cast.grant(self.hub, name, compartment, None if lasts is None else self.now + lasts * cast.HOUR)

    @rule(which=st.integers(0, 50))
    def end_a_grant(self, which: int) -> None:
        def act(db: Any, nadia: Viewer) -> None:
            rows = db.scalars(select(Grant).order_by(Grant.id)).all()
            if rows:
                grants.end(db, nadia, rows[which % len(rows)])

        self.closing(act)

    @rule(name=staff, person=people)
    def declare_a_connection(self, name: str, person: str) -> None:
        self.closing(lambda db, nadia: exclusions.declare(db, nadia, db.get(Person, person), name, "cousin"))
        with self.hub.reading(Steward()) as db:
            about = {*db.scalars(select(RecordPerson.record_id).where(RecordPerson.person_id == person)), person}
        assert not self.seen()[name] & about

    @rule(which=st.integers(0, 50))
    def lift_a_connection(self, which: int) -> None:
        def act(db: Any, nadia: Viewer) -> None:
            if rows := db.scalars(select(Exclusion).order_by(Exclusion.id)).all():
                exclusions.lift(db, nadia, rows[which % len(rows)])

        self.lead(act)

    @rule(person=people)
    def close_a_file(self, person: str) -> None:
        with self.hub.writing(Steward()) as db:
            db.execute(update(Person).where(Person.id == person).values(closed_at=self.now))
        for name in WORKERS:
            viewer = self.asking(name)
            with self.hub.reading(viewer) as db:
                assert person not in {line.id for line in caseload.mine(db, viewer)}

    @rule(name=staff)
    def sign_in(self, name: str) -> None:
        self.tokens[name] = phones.token(self.hub, name, self.now)

    @precondition(lambda self: self.tokens)
    @rule(which=st.integers(0, 3))
    def sign_out(self, which: int) -> None:
        name = sorted(self.tokens)[which % len(self.tokens)]
        with self.hub.writing(Steward()) as db:
            sessions.end_all(db, name, self.now, "signed out")
            assert sessions.open_session(db, self.tokens.pop(name), self.now) is None

    @rule(minutes=st.sampled_from([1, 59, 60, 61, 300]))
    def wait(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    @invariant()
    def the_query_says_what_decide_says(self) -> None:
        """Invariants 2 and 15: at this very moment, from rows alone."""
        seen = self.seen()
        with self.hub.reading(Steward()) as db:
            records, young = db.scalars(select(Record)).all(), db.scalars(select(Person)).all()
            about: dict[str, list[str]] = {}
            for record_id, person_id in db.execute(select(RecordPerson.record_id, RecordPerson.person_id)):
                about.setdefault(record_id, []).append(person_id)
        for name in WORKERS:
            viewer = self.asking(name)
            items = [*((record, about.get(record.id, [])) for record in records), *((one, [one.id]) for one in young)]
            assert seen[name] == {item.id for item, whom in items if decide(viewer, item, whom)}, name

    @invariant()
    def the_chain_holds(self) -> None:
        with self.hub.reading(Steward()) as db:
            assert list(audit.verify(db, cast.WHARF)) == []


@pytest.fixture(scope="module")
def hub(embedded_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = shutil.copy(embedded_template, tmp_path_factory.mktemp("time") / "hub.db")
    database = cast.build(Database(f"sqlite:///{path}", databases.KEY))
    kind = KINDS[0]
    with database.writing(Steward()) as db:
        for grade, compartment in product(range(1, 6), (None, "CLIN", "INT", "DISC")):
            for whom in (["amari"], ["jade"], ["amari", "jade"], []):
                id = f"{grade}-{compartment}-{'-'.join(whom)}"
                author = "pete" if compartment == "INT" else "nadia"
                cast.keep(db, kind, author, whom, id=id, grade=grade, compartment=compartment)
    yield database
    database.close()


def test_access_follows_what_is_given_and_ended_at_once(hub: Database) -> None:
    AccessOverTime.hub = hub
    run_state_machine_as_test(
        AccessOverTime,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.soak
def test_access_follows_for_a_long_time(hub: Database) -> None:
    AccessOverTime.hub = hub
    run_state_machine_as_test(
        AccessOverTime,
        settings=settings(
            max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
