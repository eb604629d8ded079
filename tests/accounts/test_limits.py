"""How often something may be tried."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from hub.access import Steward
from hub.accounts import limits
from hub.db import Database
from tests.accounts.door import NOW


def test_the_wait_doubles_up_to_fifteen_minutes(hub: Database) -> None:
    now, waits = NOW, []
    with hub.writing(Steward()) as db:
        assert [limits.take(db, "x", NOW, 3) for _ in range(3)] == [0, 0, 0]
        for _ in range(7):
            waits.append(limits.take(db, "x", now, 3))
            now += dt.timedelta(seconds=waits[-1])
            assert limits.take(db, "x", now, 3) == 0
        assert waits == [30, 60, 120, 240, 480, 900, 900]
        assert limits.take(db, "other", NOW, 3) == 0
        limits.forget_quiet(db, now + dt.timedelta(days=2))
        assert limits.take(db, "x", now, 3) == 0


def test_two_processes_share_one_limit(hub: Database) -> None:
    def take(_: int) -> bool:
        with hub.writing(Steward()) as db:
            return limits.take(db, "shared", NOW, 5) == 0

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(take, range(32))) == 5


def test_waiting_is_said_in_words() -> None:
    assert [limits.in_words(s) for s in (1, 30, 60, 61, 900)] == [
        "1 second",
        "30 seconds",
        "1 minute",
        "2 minutes",
        "15 minutes",
    ]
