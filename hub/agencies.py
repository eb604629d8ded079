"""The hub, its wards and agencies, the staff who work in it, and the settings that an operator may change."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.access import ROLES, Walled
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
    """Whoever leads the viewer's hub: alerts and what worries a worker go to them."""
    return [staff for staff in colleagues(db, now) if any(ROLES[role].get("leads") for role in staff.roles)]
