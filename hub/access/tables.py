"""What is kept of access: relations, grants and exclusions, each from one moment to another."""

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.access.policy import Grade
from hub.db import Base

if TYPE_CHECKING:
    from hub.access.policy import Viewer


class Walled:
    """Mixed into every class whose rows belong to one hub."""

    hub_id: Mapped[str] = mapped_column(ForeignKey("hubs.id"))

    @classmethod
    def seen_by(cls, viewer: "Viewer") -> ColumnElement[bool]:
        return cls.hub_id == viewer.hub_id


class Relation(Walled, Base):
    """Why a member of staff may see a young person, from one moment to another; `rota` and `acting` name no person.

    `groups` are the groups of questions that a share opens at grade 3; None where the policy alone decides.
    """

    __tablename__ = "relations"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str | None]
    agency_id: Mapped[str | None]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    relation: Mapped[str]
    lead: Mapped[bool] = mapped_column(default=False)
    cap: Mapped[int] = mapped_column(default=int(Grade.SENSITIVE))
    groups: Mapped[list[str] | None]
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    given_by: Mapped[str | None]
    __table_args__ = (
        Index(None, "staff_id", "relation", "person_id"),
        Index(None, "person_id", "relation"),
    )


class Grant(Walled, Base):
    """Named membership of a compartment, from one moment to another, reviewed every 90 days (domain 0.2)."""

    __tablename__ = "grants"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(index=True)
    compartment: Mapped[str]
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime | None]
    review_by: Mapped[dt.date]
    approved_by: Mapped[str]


class Exclusion(Walled, Base):
    """A declared personal connection: beats everything else, break-glass included, until somebody else lifts it."""

    __tablename__ = "exclusions"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[dt.datetime]
    lifted_at: Mapped[dt.datetime | None]
    lifted_by: Mapped[str | None]
