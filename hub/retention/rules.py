"""The rules of `schedules/retention.toml`, and the night's work: what has come to its end goes, what is held stays."""

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hub.access import Steward
from hub.actions import Action
from hub.agencies import Hub
from hub.clock import day_start, today
from hub.db import table_of
from hub.outbox.tables import Draft, Item
from hub.people import Person
from hub.relations import Connection, Match
from hub.retention import holds
from hub.retention.erasing import erase
from hub.sessions import DeviceSession
from hub.settings import folder


@dataclass(frozen=True)
class Rule:
    """`period` counts in y (years) or cd (calendar days) from its trigger."""

    name: str
    says: str
    trigger: str
    period: str
    authority: str
    owner: str

    def before(self, day: dt.date, period: str) -> dt.date:
        """Whatever its trigger dates to this day or earlier has come to its end."""
        count, _, unit = period.partition(" ")
        if unit == "cd":
            return day - dt.timedelta(days=int(count))
        if unit == "y":
            return _years_before(day, int(count))
        raise ValueError(f"{self.name}: no such period: {period}")


@dataclass(frozen=True)
class Line:
    """One rule's part of the report: how many come to their end, and what keeps others. It names nobody."""

    rule: Rule
    period: str
    due: int
    held: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()


@cache
def rules() -> Mapping[str, Rule]:
    found = tomllib.loads((folder("schedules") / "retention.toml").read_text())
    return {name: Rule(name, **facts) for name, facts in found.items()}


def run(db: Session, hub_id: str, now: dt.datetime, *, dry_run: bool) -> list[Line]:
    """Of one hub, as the hub itself. When something was erased, `Database.scrub` follows the commit."""
    assert isinstance(db.info["viewer"], Steward)
    own = db.get_one(Hub, hub_id).settings.get("retention", {})
    lines = []
    for name, rule in rules().items():
        period = rule.period if rule.authority == "S" else own.get(name, rule.period)
        ended = DOES[name](db, hub_id, rule.before(today(now), period), dry_run)
        lines.append(Line(rule, period, *ended))
    return lines


Ended = tuple[int, tuple[str, ...], tuple[str, ...]]


def _cases(db: Session, hub_id: str, born_by: dt.date, dry_run: bool) -> Ended:
    """Closed files alone; one that is open, held or without a date of birth is named by reference in the report."""
    people = db.scalars(
        select(Person)
        .where(Person.hub_id == hub_id, (Person.dob <= born_by) | Person.dob.is_(None))
        .order_by(Person.ref)
    ).all()
    kept = {hold.person_id for hold in holds.live(db, hub_id)}
    held = tuple(person.ref for person in people if person.id in kept)
    free = [person for person in people if person.id not in kept]
    undated = [
        f"{person.ref}: the date of birth is missing" for person in free if person.dob is None and person.closed_at
    ]
    still_open = [f"{person.ref}: still open" for person in free if person.dob and not person.closed_at]
    waits = (*undated, *still_open)
    due = [person for person in free if person.dob and person.closed_at]
    if not dry_run:
        for person in due:
            erase(db, person)
    return len(due), held, waits


def _matches(db: Session, hub_id: str, until: dt.date, dry_run: bool) -> Ended:
    return _asked(db, Match, hub_id, until, dry_run)


def _connections(db: Session, hub_id: str, until: dt.date, dry_run: bool) -> Ended:
    return _asked(db, Connection, hub_id, until, dry_run)


def _asked(db: Session, model: type[Match] | type[Connection], hub_id: str, until: dt.date, dry_run: bool) -> Ended:
    """The words, and the step that repeats them."""
    ids = db.scalars(select(model.id).where(model.hub_id == hub_id, model.ended_at < _end(until))).all()
    if not dry_run:
        db.execute(delete(table_of(Action)).where(table_of(Action).c.id.in_(ids)))
        db.execute(delete(table_of(model)).where(table_of(model).c.id.in_(ids)))
    return len(ids), (), ()


def _drafts(db: Session, hub_id: str, until: dt.date, dry_run: bool) -> Ended:
    which = (Draft.hub_id == hub_id) & (Draft.at < _end(until))
    count = db.scalar(select(func.count()).select_from(Draft).where(which)) or 0
    if not dry_run:
        db.execute(delete(Draft).where(which))
    return count, (), ()


def _items(db: Session, hub_id: str, until: dt.date, dry_run: bool) -> Ended:
    """The row stays, so that a phone which sends it again is told that it is here; its words go."""
    which = (Item.hub_id == hub_id) & (Item.state == "sent") & (Item.received_at < _end(until))
    items = db.scalars(select(Item).where(which)).all()
    full = [item.id for item in items if item.content or item.sealed]
    if not dry_run:
        db.execute(update(table_of(Item)).where(table_of(Item).c.id.in_(full)).values(content={}, sealed=None))
    return len(full), (), ()


def _sign_ins(db: Session, hub_id: str, until: dt.date, dry_run: bool) -> Ended:
    which = (DeviceSession.hub_id == hub_id) & (DeviceSession.absolute_until < _end(until))
    count = db.scalar(select(func.count()).select_from(DeviceSession).where(which)) or 0
    if not dry_run:
        db.execute(delete(DeviceSession).where(which))
    return count, (), ()


DOES: Mapping[str, Callable[[Session, str, dt.date, bool], Ended]] = {
    "case": _cases,
    "matches": _matches,
    "connections": _connections,
    "drafts": _drafts,
    "items": _items,
    "sign-ins": _sign_ins,
}


def _end(day: dt.date) -> dt.datetime:
    return day_start(day + dt.timedelta(days=1))


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
