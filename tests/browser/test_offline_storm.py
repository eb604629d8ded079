"""Hundreds of forms at once, and a hub that dies again and again while it takes them: each is there exactly once."""

import random
import time
from collections import Counter
from collections.abc import Sequence

import pytest

from hub.outbox import Item
from hub.records import Record
from tests.browser.conftest import Phone
from tests.browser.street import Street, blank, ids, stored, until, wake
from tests.browser.workbench import keep_many, put_in


@pytest.mark.parametrize("count", [40, pytest.param(500, marks=pytest.mark.soak)])
def test_a_full_queue_of_which_half_is_invalid_arrives_whole(street: Street, phone: Phone, count: int) -> None:
    page = phone("marcus")
    blank(page, street)
    street.mast.set("none")
    put_in(page)
    kept = keep_many(page, count)
    assert len(stored(page)) == count
    street.mast.set("open")
    wake(page)
    until(lambda: not ids(page), seconds=240)
    assert states(street, kept) == {"sent": count // 2, "needs_attention": count // 2}
    assert records(street, kept) == count // 2


@pytest.mark.parametrize("deaths", [3, pytest.param(50, marks=pytest.mark.soak)])
def test_a_hub_killed_while_it_takes_a_batch_keeps_each_item_once(street: Street, phone: Phone, deaths: int) -> None:
    page = phone("marcus")
    blank(page, street)
    put_in(page)
    chance = random.Random(deaths)
    kept: list[str] = []
    for _ in range(deaths):
        kept += keep_many(page, 24)
        before = street.mast.posts
        wake(page)
        until(lambda before=before: street.mast.posts > before)
        time.sleep(chance.uniform(0, 0.6))
        street.kill()
        street.start()
    assert set(ids(page)) <= set(kept)
    until(lambda: (wake(page), time.sleep(0.5), not ids(page))[-1], seconds=240)
    assert states(street, kept) == {"sent": len(kept) // 2, "needs_attention": len(kept) // 2}
    assert records(street, kept) == len(kept) // 2
    assert sum(street.count(Item, Item.of_id.in_(part)) for part in parts(kept)) == 0


def states(street: Street, kept: Sequence[str]) -> Counter[str]:
    return Counter(item.state for part in parts(kept) for item in street.items(Item.id.in_(part)))


def records(street: Street, kept: Sequence[str]) -> int:
    return sum(street.count(Record, Record.id.in_(part)) for part in parts(kept))


def parts(kept: Sequence[str]) -> list[Sequence[str]]:
    return [kept[start : start + 500] for start in range(0, len(kept), 500)]
