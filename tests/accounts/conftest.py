"""Two hubs whose staff have accounts."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from hub import access, audit
from hub.access import Steward
from hub.accounts import cast, passwords
from hub.agencies import Agency, Hub, Staff
from hub.db import Database
from tests.accounts.door import KEYS, NOW


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    for hasher in ("_PASSWORDS", "_PINS"):
        monkeypatch.setattr(passwords, hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def hub(database: Database) -> Iterator[Database]:
    """The Wharf with Nadia who leads, Farah who leads too, Milo; The Mill with Ben: all have the demo's accounts."""
    access.enforce(database)
    audit.install(database)
    with database.writing(Steward()) as db:
        for slug, people in {
            "wharf": {"nadia": ["TL"], "farah": ["TL"], "milo": ["YW"], "owen": ["AUD"]},
            "mill": {"ben": ["YW"]},
        }.items():
            db.add(Hub(id=slug, slug=slug, name=slug, borough="Thornmere", duty_phone="020 7946 0000"))
            db.flush()
            db.add(Agency(id=f"{slug}-agency", hub_id=slug, name="Youth service", sector="council"))
            db.flush()
            staff = [
                Staff(id=n, hub_id=slug, agency_id=f"{slug}-agency", name=n.title(), email=f"{n}@example.org", roles=r)
                for n, r in people.items()
            ]
            db.add_all(staff)
            db.flush()
            cast.enrol(db, KEYS, NOW, staff)
    return database
