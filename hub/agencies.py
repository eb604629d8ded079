"""The hub, its wards and agencies, the staff who work in it, and the settings that an operator may change."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.access import ROLES, Relation, Walled
from hub.db import Base


class Hub(Base):
    __tablename__ = "hubs"
    id: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    borough: Mapped[str]
    duty_phone: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="Europe/London")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Ward(Walled, Base):
    __tablename__ = "wards"
    id: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    __table_args__ = (UniqueConstraint("hub_id", "slug"),)


class Agency(Walled, Base):
    __tablename__ = "agencies"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    sector: Mapped[str]


class Staff(Walled, Base):
    """A member of staff: one home agency, one or more roles; `ended_at` ends all access at once."""

    __tablename__ = "staff"
    id: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    roles: Mapped[list[str]]
    work_phone: Mapped[str] = mapped_column(default="")
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ended_at: Mapped[dt.datetime | None]

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2])


def wards(db: Session) -> Sequence[tuple[str, str]]:
    """(slug, name) of every ward of the viewer's hub, in the order a person looks for them."""
    return [(slug, name) for slug, name in db.execute(select(Ward.slug, Ward.name).order_by(Ward.name))]


def colleagues(db: Session, now: dt.datetime) -> Sequence[Staff]:
    """Everybody who works in the viewer's hub at this moment."""
    return db.scalars(
        select(Staff).where((Staff.ended_at.is_(None)) | (Staff.ended_at > now)).order_by(Staff.name)
    ).all()


def leads(db: Session, now: dt.datetime) -> Sequence[Staff]:
    """Whoever leads the viewer's hub or stands in for a lead, those on duty first: alerts and worries go to them."""
    standing_in, on_duty = acting(db, now), _holding(db, now, "rota")
    found = [staff for staff in colleagues(db, now) if _has(staff, "leads") or staff.id in standing_in]
    return sorted(found, key=lambda staff: staff.id not in on_duty)


def acting(db: Session, now: dt.datetime) -> set[str]:
    """The colleagues who stand in for a lead at this moment."""
    return _holding(db, now, "acting")


def _holding(db: Session, now: dt.datetime, relation: str) -> set[str]:
    live = (Relation.starts_at <= now) & (Relation.ends_at.is_(None) | (Relation.ends_at > now))
    found = db.scalars(
        select(Relation.staff_id).where(Relation.relation == relation, Relation.person_id.is_(None), live)
    )
    return {id for id in found if id}


def overseers(db: Session, now: dt.datetime) -> Sequence[Staff]:
    """Leads and the data protection officer: whoever reviews what was looked at."""
    standing_in = acting(db, now)
    return [
        staff
        for staff in colleagues(db, now)
        if _has(staff, "leads") or _has(staff, "oversees") or staff.id in standing_in
    ]


def _has(staff: Staff, trait: str) -> bool:
    return any(ROLES[role].get(trait) for role in staff.roles if role in ROLES)
