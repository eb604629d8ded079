"""What is kept of how a relation came about: shares, requests for a compartment, connections, matches."""

import datetime as dt

from sqlalchemy import ColumnElement, ForeignKey, false, literal
from sqlalchemy.orm import Mapped, mapped_column

from hub.access import Columns, Grade, Viewer, Walled, predicate
from hub.db import Base


class Share(Walled, Base):
    """A decision to share, or not to (InfoShare, domain section 1). `relation_id` is what it opened."""

    __tablename__ = "shares"
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    relation_id: Mapped[str | None] = mapped_column(index=True)
    staff_id: Mapped[str | None]
    agency_id: Mapped[str | None]
    decision: Mapped[str]
    purpose: Mapped[str]
    gateway: Mapped[str | None]
    cap: Mapped[int]
    parts: Mapped[list[str]]
    told: Mapped[bool]
    exemption: Mapped[str]
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[dt.datetime]
    until: Mapped[dt.datetime | None]
    paused_at: Mapped[dt.datetime | None]

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        return predicate(
            viewer, Columns(cls.hub_id, literal(int(Grade.SENSITIVE)), cls.person_id, author_id=cls.decided_by)
        )


class Request(Walled, Base):
    """Somebody asks to become a member of a compartment; somebody else decides."""

    __tablename__ = "grant_requests"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(index=True)
    compartment: Mapped[str]
    why: Mapped[str]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]
    asked_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[str | None]
    outcome: Mapped[str] = mapped_column(default="")


class Match(Walled, Base):
    """What somebody searched for and did not find; its id is that of the duty lead's action."""

    __tablename__ = "matches"
    id: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[dt.datetime]
    outcome: Mapped[str] = mapped_column(default="")
    person_id: Mapped[str | None] = mapped_column(index=True)
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[str | None]

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        return cls.hub_id == viewer.hub_id if viewer.leads else false()


class Connection(Walled, Base):
    """A personal connection told in words, to be matched by a lead: its teller never learns whether there is a file."""

    __tablename__ = "connections"
    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str]
    words: Mapped[str]
    told_at: Mapped[dt.datetime]
    person_id: Mapped[str | None] = mapped_column(index=True)
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[str | None]

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        return (cls.hub_id == viewer.hub_id) & (cls.staff_id != viewer.id) if viewer.leads else false()
