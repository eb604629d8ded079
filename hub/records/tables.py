"""The header every kind of record shares, its people, its states and its moves."""

import datetime as dt

from sqlalchemy import ColumnElement, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.access import Columns, Viewer, Walled, predicate
from hub.db import Base, table_of


class Record(Walled, Base):
    """`line` names nobody (grade 1); `summary` is shown from grade 3. `version` is the answers that hold now."""

    __tablename__ = "records"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("records.id"), index=True)
    author_id: Mapped[str]
    agency_id: Mapped[str]
    happened_at: Mapped[dt.datetime]
    written_at: Mapped[dt.datetime]
    grade: Mapped[int]
    compartment: Mapped[str | None]
    state: Mapped[str]
    version: Mapped[int]
    gaps: Mapped[int] = mapped_column(default=0)
    line: Mapped[str]
    summary: Mapped[str]
    __table_args__ = (
        Index(None, "hub_id", "kind", "happened_at", "id"),
        Index(None, "author_id", "gaps", "happened_at"),
    )

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        links = table_of(RecordPerson)
        return predicate(
            viewer,
            Columns(
                cls.hub_id,
                cls.grade,
                links.c.person_id,
                links,
                links.c.record_id == cls.id,
                cls.compartment,
                cls.author_id,
                cls.kind,
            ),
        )


class RecordPerson(Walled, Base):
    """The part a young person had in a record. Kind, time and contact are repeated here for timelines."""

    __tablename__ = "record_people"
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    part: Mapped[str]
    kind: Mapped[str]
    happened_at: Mapped[dt.datetime]
    contact: Mapped[bool]
    __table_args__ = (
        Index(None, "person_id", "happened_at", "record_id"),
        Index(None, "person_id", "contact", "happened_at"),
    )


class Transition(Walled, Base):
    """A state that a record came into: who and when. Its id is the submission that brought it."""

    __tablename__ = "transitions"
    id: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), index=True)
    state: Mapped[str]
    act: Mapped[str]
    by: Mapped[str]
    at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(default="")


class Move(Walled, Base):
    """What stays on a young person's timeline when a record turned out to be about somebody else: no content."""

    __tablename__ = "moves"
    id: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str]
    happened_at: Mapped[dt.datetime]
    by: Mapped[str]
    at: Mapped[dt.datetime]
    reason: Mapped[str]
