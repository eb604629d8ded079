"""What the hub does by itself, woken as `schedules/jobs.toml` says: each run may be repeated without harm."""

import datetime as dt
import logging
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from anyio.to_thread import run_sync
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import select

from hub import checkpoints, looked, retention
from hub.access import Steward
from hub.agencies import Hub
from hub.clock import LONDON, Clock
from hub.crypto import Keys
from hub.db import Database
from hub.settings import Settings, folder

LATE = dt.timedelta(minutes=50)
log = logging.getLogger("hub")
Ending = Callable[[Any, str, dt.datetime], None]


@dataclass(frozen=True)
class Work:
    """All that a job may need; `endings` are what kinds of record let go of by themselves."""

    settings: Settings
    keys: Keys
    database: Database
    clock: Clock
    endings: tuple[Ending, ...] = ()


def checkpoint(work: Work) -> None:
    with work.database.reading(Steward()) as db:
        checkpoints.write(db, work.keys, work.clock(), work.settings.checkpoints)


def night(work: Work) -> None:
    """Every hub by itself: one that fails keeps no other from its end."""
    with work.database.reading(Steward()) as db:
        hubs = list(db.scalars(select(Hub.id)))
    for hub_id in hubs:
        with work.database.writing(Steward(hub_id)) as db:
            for ending in work.endings:
                ending(db, hub_id, work.clock())
            gone = sum(line.due for line in retention.run(db, hub_id, work.clock(), dry_run=False))
            looked.draw(db, hub_id, work.clock() - looked.A_DAY, work.clock())
        if gone:
            work.database.scrub()


JOBS: Mapping[str, Callable[[Work], None]] = {"checkpoint": checkpoint, "night": night}


def times() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((folder("schedules") / "jobs.toml").read_text())


@asynccontextmanager
async def waking(work: Work) -> AsyncIterator[AsyncIOScheduler]:
    """A scheduler that lives as long as the server; its memory is its own and holds nothing but the times."""
    scheduler = AsyncIOScheduler(timezone=LONDON)
    for name, when in times().items():
        at = {unit: when[unit] for unit in ("hour", "minute") if unit in when}
        late = int(LATE.total_seconds())
        scheduler.add_job(partial(run, name, work), "cron", id=name, coalesce=True, misfire_grace_time=late, **at)
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=False)


async def run(name: str, work: Work) -> None:
    """One job, in a thread, in the one place of writing; what goes wrong is logged by type and tried again next time."""
    try:
        async with work.database.writing_places:
            await run_sync(JOBS[name], work)
    except Exception as wrong:
        log.error("job %s: %s", name, type(wrong).__name__)
