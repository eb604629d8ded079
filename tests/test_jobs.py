"""The hub wakes by itself, and what it then does can be done twice."""

import asyncio
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub import audit, jobs
from hub.access import Steward
from hub.clock import LONDON
from hub.db import Database
from hub.jobs import Work
from hub.outbox.tables import Draft
from hub.settings import Settings
from tests import cast
from tests.accounts import door


@pytest.fixture
def work(database: Database, tmp_path: Path) -> Work:
    cast.build(database)
    return Work(Settings(checkpoints=tmp_path / "checkpoints"), door.KEYS, database, lambda: cast.NOW)


def drafts(work: Work) -> int:
    with work.database.reading(Steward()) as db:
        return db.scalar(select(func.count()).select_from(Draft)) or 0


def test_every_time_names_a_job_and_every_job_has_its_time() -> None:
    assert jobs.times().keys() == jobs.JOBS.keys()


def test_the_night_lets_go_of_what_is_past_its_time_and_of_nothing_else(work: Work) -> None:
    with work.database.writing(Steward()) as db:
        for id, days in (("old", 29), ("new", 1)):
            at = cast.NOW - dt.timedelta(days=days)
            db.add(Draft(id=id, hub_id=cast.WHARF, author_id="milo", form="quick-count", content={}, number=1, at=at))
    for _ in range(2):
        asyncio.run(jobs.run("night", work))
        assert drafts(work) == 1


def test_a_kinds_own_ending_is_called_for_every_hub(work: Work) -> None:
    called: list[str] = []

    def ending(_: Session, hub_id: str, now: dt.datetime) -> None:
        assert now == cast.NOW
        called.append(hub_id)

    asyncio.run(jobs.run("night", replace(work, endings=(ending,))))
    assert sorted(called) == [cast.MILL, cast.WHARF]


def test_a_job_that_fails_stops_neither_the_hub_nor_the_next(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: Any) -> None:
        raise ValueError(cast.CANARY)

    asyncio.run(jobs.run("night", replace(work, endings=(broken,))))
    assert "job night: ValueError" in caplog.text
    assert cast.CANARY not in caplog.text
    asyncio.run(jobs.run("checkpoint", work))


def test_a_checkpoint_is_signed_for_every_chain_that_has_begun(work: Work) -> None:
    with work.database.writing(Steward()) as db:
        audit.note(db, "view", hub_id=cast.WHARF, at=cast.NOW)
    asyncio.run(jobs.run("checkpoint", work))
    assert len(work.settings.checkpoints.read_text().splitlines()) == 1


def test_the_scheduler_knows_london_and_forgets_everything_else(work: Work) -> None:
    async def look() -> list[dt.datetime]:
        async with jobs.waking(work) as scheduler:
            return [job.next_run_time for job in scheduler.get_jobs()]

    found = asyncio.run(look())
    assert len(found) == len(jobs.JOBS)
    assert all(moment.utcoffset() == moment.astimezone(LONDON).utcoffset() for moment in found)
