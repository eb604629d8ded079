"""An evening logged wholly without signal, by two phones, arriving in any order."""

import datetime as dt

from sqlalchemy import select

from hub.access import Steward
from hub.crypto import Keys
from hub.db import Database
from hub.outbox import Envelope, Item
from hub.records import Record
from tests import cast
from tests.sealed import bring, count, hub, keys, sealed

__all__ = ["hub", "keys"]


NO_ONE = {"danger": ["none"]}


def evening(keys: Keys) -> list[Envelope]:
    """An evening wholly without signal: an emergency start, two counts, a check-in, the end."""
    start = {"ward": ["North"], "staff": ["Grace"], "safety_phoned": ["yes"]}
    close = {"all_safe": ["yes"], "danger": ["none"], "depth.hello.people": ["2"], "themes": ["vapes"]}
    minutes = iter(range(0, 60, 10))

    def at() -> str:
        return (cast.NOW + dt.timedelta(minutes=next(minutes) - 120)).isoformat()

    return [
        sealed(keys, "milo", start, "outreach-session", way="emergency", at=at()),
        sealed(keys, "milo", NO_ONE | {"counts.13_15.female": ["2"]}, "quick-count", at=at()),
        sealed(keys, "milo", {"says": ["ok"]}, "welfare-ping", at=at()),
        sealed(keys, "milo", NO_ONE | {"counts.16_17.male": ["1"]}, "quick-count", at=at()),
        sealed(keys, "milo", close, "outreach-session/close", at=at()),
    ]


def test_a_whole_evening_without_signal_arrives_as_one_session(hub: Database, keys: Keys) -> None:
    receipts = [bring(hub, keys, "milo", envelope) for envelope in evening(keys)]
    assert [receipt.state for receipt in receipts] == ["sent"] * 5
    with hub.reading(Steward()) as db:
        session = db.scalar(select(Record).where(Record.kind == "outreach-session"))
        assert session is not None
        assert session.state == "closed"
        assert session.happened_at == cast.NOW - dt.timedelta(minutes=120)
        parents = set(db.scalars(select(Record.parent_id).where(Record.kind != "outreach-session")))
    assert parents == {session.id}


def test_counts_of_both_phones_stand_side_by_side_and_a_late_one_still_belongs(hub: Database, keys: Keys) -> None:
    start, first, ping, second, close = evening(keys)
    for envelope in (start, first, close):
        bring(hub, keys, "milo", envelope)
    other = sealed(
        keys,
        "grace",
        NO_ONE | {"counts.13_15.female": ["3"]},
        "quick-count",
        at=(cast.NOW - dt.timedelta(minutes=95)).isoformat(),
    )
    assert bring(hub, keys, "grace", other).state == "sent"
    assert bring(hub, keys, "milo", second).state == "sent"
    assert bring(hub, keys, "milo", ping).state == "sent"
    with hub.reading(Steward()) as db:
        authors = list(db.scalars(select(Record.author_id).where(Record.kind == "quick-count")))
    assert sorted(authors) == ["grace", "milo", "milo"]


def test_a_count_with_no_session_around_it_waits_with_its_words(hub: Database, keys: Keys) -> None:
    receipt = bring(hub, keys, "milo", sealed(keys, "milo", NO_ONE | {"counts.13_15.female": ["2"]}, "quick-count"))
    assert receipt.state == "needs_attention"
    assert count(hub, Item, Item.state == "needs_attention") == 1
