"""The only source of the present moment: aware UTC inside, Europe/London wall time for people."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

Clock = Callable[[], dt.datetime]

LONDON = ZoneInfo("Europe/London")


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def shifted(start: dt.datetime) -> Clock:
    """A clock that reads `start` now and runs on from there (`hub demo --now`)."""
    offset = start - now()
    return lambda: now() + offset


def wall(moment: dt.datetime) -> dt.datetime:
    """The London wall time of an aware moment."""
    return moment.astimezone(LONDON)


def from_wall(moment: dt.datetime) -> dt.datetime:
    """The UTC moment of a naive London wall time; in the repeated October hour, the first."""
    return moment.replace(tzinfo=LONDON).astimezone(dt.UTC)


def today(moment: dt.datetime) -> dt.date:
    return wall(moment).date()


def day_start(day: dt.date) -> dt.datetime:
    """The UTC moment at which a London day begins."""
    return from_wall(dt.datetime.combine(day, dt.time()))
