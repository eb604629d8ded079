"""Clocks: what starts one, when it is due, and what resolved it. Limits lie in `schedules/clocks.toml`."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import holidays
from sqlalchemy import ColumnElement, Index, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.access import ROLES, Viewer, Walled
from hub.agencies import Staff, acting
from hub.clock import from_wall, wall
from hub.db import Base, table_of
from hub.ids import uuid7
from hub.settings import folder

END_OF_DAY = dt.time(23, 59)


@dataclass(frozen=True)
class Rule:
    """`unit` is min or h (elapsed), cd (calendar days), wd (working days).

    `page`: where it is answered, before the id of what it is about, when that is no record.
    """

    code: str
    says: str
    amount: int
    unit: str
    authority: str
    severity: str = "due"
    page: str = ""

    def due(self, started: dt.datetime) -> dt.datetime:
        """The moment by which it is due; day counts end with the London day."""
        match self.unit:
            case "min":
                return started + dt.timedelta(minutes=self.amount)
            case "h":
                return started + dt.timedelta(hours=self.amount)
            case "cd":
                return _end_of(wall(started).date() + dt.timedelta(days=self.amount))
            case "wd":
                return _end_of(add_working_days(wall(started).date(), self.amount))
        raise ValueError(f"{self.code}: no such unit: {self.unit}")


class Due(Walled, Base):
    """One running clock: a rule, what it is about, whose it is. `resolved_at` is set by the later record alone."""

    __tablename__ = "due"
    id: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str]
    record_id: Mapped[str | None]
    person_id: Mapped[str | None]
    owner_id: Mapped[str]
    started_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    severity: Mapped[str]
    resolved_at: Mapped[dt.datetime | None]
    resolved_by: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("rule", "record_id", "person_id", "owner_id", "due_at"),
        Index(None, "owner_id", "resolved_at", "due_at"),
        Index(None, "person_id", "resolved_at", "due_at"),
    )

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        """A clock is shown to its owner and to a lead, never about somebody they are excluded from."""
        everyone = cls.hub_id == viewer.hub_id
        if viewer.excluded:
            everyone &= cls.person_id.is_(None) | cls.person_id.not_in(viewer.excluded)
        return everyone if viewer.leads else everyone & (cls.owner_id == viewer.id)


@cache
def rules() -> Mapping[str, Rule]:
    """Every clock by code; a dotted part is a case of its rule (`R-08.red`)."""
    found = tomllib.loads((folder("schedules") / "clocks.toml").read_text())
    flat: dict[str, Mapping[str, Any]] = {}
    for code, table in found.items():
        cases = {f"{code}.{name}": case for name, case in table.items() if isinstance(case, dict)}
        flat |= cases | ({code: table} if "limit" in table else {})
    return {code: _rule(code, table) for code, table in flat.items()}


def start(
    db: Session,
    viewer: Viewer,
    code: str,
    *,
    record_id: str | None = None,
    person_id: str | None = None,
    owner_id: str | None = None,
    due_at: dt.datetime | None = None,
) -> None:
    """Start a clock now; `due_at` where the record itself names the moment. One that had stopped there runs again."""
    rule = rules()[code]
    same = {
        "hub_id": viewer.hub_id,
        "rule": code,
        "record_id": record_id,
        "person_id": person_id,
        "owner_id": owner_id or viewer.id,
        "due_at": due_at or rule.due(viewer.now),
    }
    due = table_of(Due)
    matches = [due.c[name].is_not_distinct_from(value) for name, value in same.items()]
    again = update(due).where(*matches).values(resolved_at=None, resolved_by=None).returning(due.c.id)
    db.flush()
    if db.execute(again).first() is None:
        db.add(Due(id=uuid7(), started_at=viewer.now, severity=rule.severity, **same))


def ring(db: Session, hub_id: str, about: str, moment: dt.datetime) -> None:
    """Every lead of the hub is told now: somebody may be in danger."""
    rule = rules()["danger"]
    standing_in = acting(db, moment)
    for staff in db.scalars(select(Staff).where(Staff.hub_id == hub_id, Staff.ended_at.is_(None))):
        if staff.id in standing_in or any(ROLES[role].get("leads") for role in staff.roles):
            db.add(
                Due(
                    id=uuid7(),
                    hub_id=hub_id,
                    rule=rule.code,
                    record_id=about,
                    owner_id=staff.id,
                    started_at=moment,
                    due_at=moment,
                    severity=rule.severity,
                )
            )
    db.flush()


def resolve(
    db: Session, viewer: Viewer, *codes: str, by: str, record_id: str | None = None, person_id: str | None = None
) -> None:
    """Stop every open clock of these rules about this record or person: the record `by` has answered them."""
    due = table_of(Due).c
    about = [
        column == value
        for column, value in ((due.record_id, record_id), (due.person_id, person_id))
        if value is not None
    ]
    if not about:
        raise ValueError(f"{codes}: resolved about what?")
    db.execute(
        update(table_of(Due))
        .where(due.hub_id == viewer.hub_id, due.rule.in_(codes), due.resolved_at.is_(None), *about)
        .values(resolved_at=viewer.now, resolved_by=by)
    )


def move(db: Session, record_id: str, wrong: str, right: str) -> None:
    """The clocks of a record that was about somebody else run for the right person."""
    due = table_of(Due)
    db.execute(update(due).where(due.c.record_id == record_id, due.c.person_id == wrong).values(person_id=right))


def mine(viewer: Viewer) -> Any:
    """The open clocks of one viewer, soonest first, as columns."""
    return (
        select(Due.id, Due.rule, Due.record_id, Due.person_id, Due.due_at, Due.severity)
        .where(Due.owner_id == viewer.id, Due.resolved_at.is_(None))
        .order_by(Due.due_at, Due.id)
    )


def add_working_days(day: dt.date, count: int) -> dt.date:
    """Monday to Friday less England's bank holidays; a count of 0 from a day off is the next working day."""
    while count > 0 or not is_working(day):
        day += dt.timedelta(days=1)
        count -= is_working(day)
    return day


def is_working(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG", years=year)


def _end_of(day: dt.date) -> dt.datetime:
    return from_wall(dt.datetime.combine(day, END_OF_DAY))


def _rule(code: str, table: Mapping[str, Any]) -> Rule:
    amount, _, unit = table["limit"].partition(" ")
    also = {name: table[name] for name in ("severity", "page") if name in table}
    return Rule(code, table["says"], int(amount), unit, table["authority"], **also)
