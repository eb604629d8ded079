"""What phones have sent: items, drafts, the keys devices sign with, and what they last said was still unsent."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Index, or_
from sqlalchemy.orm import Mapped, mapped_column

from hub.access import Viewer, Walled
from hub.db import Base


class Item(Walled, Base):
    """One sealed item. `state`: sent, needs_attention, unreadable, conflict, quarantined, parked.

    The words stand in `content` until they are a record; `sealed` keeps what could not be opened, and a photo.
    """

    __tablename__ = "outbox_items"
    id: Mapped[str] = mapped_column(primary_key=True)
    of_id: Mapped[str | None]
    form: Mapped[str]
    kid: Mapped[str]
    digest: Mapped[bytes]
    author_id: Mapped[str]
    carried_by: Mapped[str | None]
    received_at: Mapped[dt.datetime]
    written_at: Mapped[dt.datetime]
    skew_seconds: Mapped[int]
    zone: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    content: Mapped[dict[str, Any]]
    sealed: Mapped[bytes | None]
    record_id: Mapped[str | None]
    __table_args__ = (Index(None, "author_id", "state"), Index(None, "hub_id", "state"))

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        """An author sees their own; a lead sees what waits because its author no longer may."""
        own = cls.author_id == viewer.id
        left = cls.state.in_(("quarantined", "parked"))
        return (cls.hub_id == viewer.hub_id) & (or_(own, left) if viewer.leads else own)


class Draft(Walled, Base):
    """A half-typed form, sealed on the phone, given back to its author alone after sign-in."""

    __tablename__ = "drafts"
    id: Mapped[str] = mapped_column(primary_key=True)
    author_id: Mapped[str] = mapped_column(index=True)
    form: Mapped[str]
    content: Mapped[dict[str, Any]]
    number: Mapped[int]
    at: Mapped[dt.datetime]

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        return (cls.hub_id == viewer.hub_id) & (cls.author_id == viewer.id)


class DeviceKey(Walled, Base):
    """A public key that a device signs one author's items with, so that anybody may carry them."""

    __tablename__ = "device_keys"
    id: Mapped[str] = mapped_column(primary_key=True)
    author_id: Mapped[str] = mapped_column(index=True)
    public: Mapped[bytes]
    made_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class UnsentReport(Walled, Base):
    """What a worker's device last said was still on it: shown to them after a phone is lost."""

    __tablename__ = "unsent_reports"
    author_id: Mapped[str] = mapped_column(primary_key=True)
    device_id: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    oldest_at: Mapped[dt.datetime | None]
    at: Mapped[dt.datetime]

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        return (cls.hub_id == viewer.hub_id) & (cls.author_id == viewer.id)
