"""Thornmere: everybody is there, everything was done as a worker would do it, and the wall between the hubs stands."""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub import access, audit, demo, migrations, sessions
from hub.access import Grant, Relation, Steward, Viewer, viewer_for
from hub.accounts.factors import Credential
from hub.actions import Goal
from hub.agencies import Hub, Staff
from hub.app import create_app
from hub.audit import AuditEvent, AuditHead
from hub.clock import from_wall, today
from hub.crypto import Keys, make_keys
from hub.db import Database
from hub.demo import crowd
from hub.demo.staff import CAST
from hub.demo.young_people import LAID
from hub.ids import person_ref
from hub.people import Person
from hub.records import Record, timeline
from hub.reminders import Due
from hub.settings import Settings
from tests.databases import KEY

NOW = from_wall(dt.datetime.fromisoformat("2026-11-23T14:00"))


@dataclass
class Thornmere:
    database: Database
    keys: Keys

    def as_(self, email: str, now: dt.datetime = NOW) -> tuple[Session, Viewer]:
        db = self.database.sessions(bind=self.database.readers, info={"viewer": Steward()})
        staff = db.scalars(select(Staff).where(Staff.email == f"{email}@example.org")).one()
        viewer = viewer_for(db, sessions.viewer_of(staff, now, ""))
        db.info["viewer"] = viewer
        return db, viewer

    def steward(self) -> Session:
        return self.database.sessions(bind=self.database.readers, info={"viewer": Steward()})

    def timeline(self, email: str, name: str) -> list[str]:
        db, viewer = self.as_(email)
        with db:
            person = db.scalar(select(Person).where(Person.preferred_name == name))
            return [f"{entry.kind}: {entry.says}" for entry in timeline(db, viewer, person)] if person else []


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def thornmere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Thornmere]:
    folder = tmp_path_factory.mktemp("thornmere")
    url = f"sqlite:///{folder / 'hub.db'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        url = server.url(server.make())
    database = Database(url, KEY)
    access.enforce(database)
    audit.install(database)
    migrations.migrate(database)
    keys = make_keys(folder / "key" / "demo.key", today(NOW))
    demo.load(database, keys, NOW)
    yield Thornmere(database, keys)
    database.close()


def test_the_whole_cast_is_there_and_can_sign_in(thornmere: Thornmere) -> None:
    with thornmere.steward() as db:
        names = {
            hub.slug: set(db.scalars(select(Staff.name).where(Staff.hub_id == hub.id)))
            for hub in db.scalars(select(Hub))
        }
        assert names == {slug: {part.name for part in parts} for slug, parts in CAST.items()}
        assert len(names["the-wharf"]) == 22
        enrolled = set(db.scalars(select(Credential.staff_id).where(Credential.enrolled_at.is_not(None))))
        assert enrolled == set(db.scalars(select(Staff.id)))
        assert all(role in access.ROLES for roles in db.scalars(select(Staff.roles)) for role in roles)


def test_every_young_person_has_a_standing_an_age_that_fits_and_a_safe_way(thornmere: Thornmere) -> None:
    laid = {each.ref: each for people in LAID.values() for each in people}
    with thornmere.steward() as db:
        found = list(db.scalars(select(Person)))
    assert {person.ref for person in found} == set(laid)
    for person in found:
        assert person.age(NOW) == laid[person.ref].age[0]
        assert person.standing == laid[person.ref].standing
        assert person.channel
        assert person.colour_until is not None
        assert person.colour_until > today(NOW)


def test_references_and_numbers_belong_to_nobody() -> None:
    alphabet = set("".join(person_ref()[3:] for _ in range(2000)))
    for people in LAID.values():
        for laid in people:
            assert set(laid.ref[3:]) <= alphabet
            assert (laid.more.get("phone") or "+44 7700 900000").startswith("+44 7700 900")
    for parts in CAST.values():
        assert all(part.email.endswith("@example.org") for part in parts)
        assert all(part.phone.startswith(("07700 900", "020 7946 0")) for part in parts if part.phone)


def test_what_happened_can_be_read_by_those_it_concerns(thornmere: Thornmere) -> None:
    dre = thornmere.timeline("curtis.bello", "Dre")
    assert [line.split(":")[0] for line in dre].count("mentoring-session") == 7
    assert [line.split(":")[0] for line in dre].count("distance-travelled") == 2
    assert any("walked him to the bus" in line for line in thornmere.timeline("milo.farrow", "Dre"))
    assert any("Asked about a CV" in line for line in thornmere.timeline("nadia.rahmani", "Ren"))


@pytest.mark.parametrize("email", ["gita.lal", "leah.tran", "will.sato", "neil.grant", "hana.cole", "maya.stone"])
def test_who_is_not_concerned_reads_nothing_of_dre(thornmere: Thornmere, email: str) -> None:
    assert thornmere.timeline(email, "Dre") == []


def test_neither_hub_sees_the_other(thornmere: Thornmere) -> None:
    for email, others in (("nadia.rahmani", "Bo"), ("hana.cole", "Kai")):
        db, viewer = thornmere.as_(email)
        with db:
            seen = set(db.scalars(select(Person.preferred_name)))
            assert seen
            assert others not in seen
            for model in (Record, Staff, Goal, Due, Relation, Grant):
                assert set(db.scalars(select(model.hub_id))) <= {viewer.hub_id}


def test_tonight_waits_for_ama_and_an_evening_for_nadia(thornmere: Thornmere) -> None:
    with thornmere.steward() as db:
        states = dict(
            db.execute(
                select(Record.state, func.count()).where(Record.kind == "outreach-session").group_by(Record.state)
            ).all()
        )
        assert states == {"briefed": 1, "debriefed": 2, "signed off": 1}
        tonight = db.scalars(select(Record).where(Record.kind == "outreach-session", Record.state == "briefed")).one()
        assert tonight.happened_at > NOW
        assert today(tonight.happened_at) == today(NOW)
    ama, viewer = thornmere.as_("ama.osei")
    with ama:
        assert "outreach-start" in set(ama.scalars(select(Due.rule).where(Due.resolved_at.is_(None))))
    settings = Settings(demo=True, data=Path("/nowhere"))
    with TestClient(create_app(settings, thornmere.keys, thornmere.database, lambda: NOW)) as phone:
        phone.post(f"/demo/{viewer.id}", headers={"Sec-Fetch-Site": "same-origin"})
        home = phone.get("/").text
        evening = phone.get(f"/outreach-session/{tonight.id}").text
    assert f"/outreach-session/{tonight.id}" in home
    assert f"/outreach-session/{tonight.id}/start" in evening


def test_jaz_missed_twice_and_was_looked_for(thornmere: Thornmere) -> None:
    with thornmere.steward() as db:
        jaz = db.scalars(select(Person.id).where(Person.preferred_name == "Jaz")).one()
        clocks = dict(
            db.execute(select(Due.rule, Due.resolved_at).where(Due.person_id == jaz, Due.rule.like("R-50%"))).all()
        )
    assert set(clocks) == {"R-50", "R-50.welfare"}
    assert all(clocks.values())


def test_the_audit_tells_it_in_order_and_its_chains_hold(thornmere: Thornmere) -> None:
    with thornmere.steward() as db:
        for hub in list(db.scalars(select(Hub))):
            assert list(audit.verify(db, hub.id)) == []
            moments = list(
                db.scalars(select(AuditEvent.at).where(AuditEvent.hub_id == hub.id).order_by(AuditEvent.seq))
            )
            assert moments == sorted(moments)
            assert max(moments) <= NOW
        assert db.scalar(select(func.sum(AuditHead.seq))) > 100


def test_nothing_is_said_to_have_happened_later_than_now(thornmere: Thornmere) -> None:
    with thornmere.steward() as db:
        ahead = list(db.scalars(select(Record.kind).where(Record.written_at > NOW)))
        assert ahead == []


@pytest.mark.parametrize("hour", ["00:05", "07:30", "18:40", "22:30"])
def test_it_loads_at_any_hour(tmp_path_factory: pytest.TempPathFactory, hour: str) -> None:
    folder = tmp_path_factory.mktemp("hour")
    now = from_wall(dt.datetime.fromisoformat(f"2026-03-29T{hour}"))
    database = Database(f"sqlite:///{folder / 'hub.db'}", KEY)
    access.enforce(database)
    audit.install(database)
    migrations.migrate(database)
    began = time.process_time()
    demo.load(database, make_keys(folder / "key" / "demo.key", today(now)), now)
    assert time.process_time() - began < 6
    with database.reading(Steward()) as db:
        planned = db.scalars(select(Record.happened_at).where(Record.state == "briefed")).one()
        assert planned > now
        assert list(db.scalars(select(Record.id).where(Record.written_at > now))) == []
    database.close()


def test_a_crowd_is_as_large_as_asked_and_its_worker_reads_it(thornmere: Thornmere) -> None:
    heard = []
    crowd.lay(thornmere.database, 120, 2500, NOW, lambda *so_far: heard.append(so_far))
    assert heard == [(2500, 2500)]
    with thornmere.steward() as db:
        workers = list(db.scalars(select(Staff).where(Staff.email.like("%@example.net")).order_by(Staff.email)))
        led = [db.scalar(select(func.count()).where(Relation.staff_id == worker.id)) for worker in workers]
        assert led == [50, 50, 20]
        about = select(Record.id).where(Record.author_id.in_([worker.id for worker in workers]))
        assert db.scalar(select(func.count()).select_from(about.subquery())) == 2500
        assert len(set(db.scalars(select(Record.kind).where(Record.id.in_(about))))) == 5
        kept = db.scalars(select(Person).where(Person.ref == "YP-C000007")).one()
        name, worker = kept.preferred_name, workers[0]
        db.info["viewer"] = viewer = viewer_for(db, sessions.viewer_of(worker, NOW, ""))
        person = db.scalars(select(Person).where(Person.id == kept.id)).one()
        entries = timeline(db, viewer, person)
        assert (person.preferred_name, len(entries) > 5) == (name, True)
        assert db.scalar(select(func.count(Person.id))) == 50
