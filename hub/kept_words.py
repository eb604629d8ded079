"""Words that their author keeps although the tidy-up asked about them, each with the reason."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, exists, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub import audit, people, records
from hub.access import Viewer, Walled
from hub.agencies import colleagues, wards
from hub.db import Base, table_of
from hub.forms import questions
from hub.ids import uuid7
from hub.records import Kind, Record
from hub.wording import Suggestion, tidy_answers


class KeptWords(Walled, Base):
    __tablename__ = "kept_words"
    id: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), index=True)
    words: Mapped[str]
    because: Mapped[str]
    by: Mapped[str]
    at: Mapped[dt.datetime]

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        header = table_of(Record)
        return exists(
            select(literal(1)).where(header.c.id == cls.record_id, Record.seen_by(viewer)).correlate_except(header)
        )


def keep(db: Session, viewer: Viewer, record: Record, words: str, because: str) -> None:
    """Raises Refused for anybody but the author or a lead."""
    records.may_change(viewer, record)
    kept = KeptWords(
        id=uuid7(),
        hub_id=record.hub_id,
        record_id=record.id,
        words=words.casefold(),
        because=because,
        by=viewer.id,
        at=viewer.now,
    )
    db.add(kept)
    audit.note(db, "keep words", object=record.id, grade=record.grade)


def to_tidy(
    db: Session, viewer: Viewer, kind: type[Kind], record: Record, values: Mapping[str, Any]
) -> Sequence[tuple[str, Suggestion]]:
    """(label, suggestion) for the author of a record, less what they have kept."""
    if record.author_id != viewer.id:
        return []
    asked = questions(kind)
    found = tidy_answers(asked, values, _may_stand(db, viewer, record))
    kept = {*db.scalars(select(KeptWords.words).where(KeptWords.record_id == record.id))} if found else set()
    return [
        (asked[name].label, suggestion)
        for name, suggestions in found.items()
        for suggestion in suggestions
        if suggestion.words.casefold() not in kept
    ]


def _may_stand(db: Session, viewer: Viewer, record: Record) -> list[str]:
    """The young people it is about by the names they are called, the staff, the wards."""
    about = [person for id in records.people_of(db, record) if (person := people.find(db, id)) is not None]
    called = [name for person in about for name in (person.preferred_name, person.nicknames or "")]
    return [*called, *(staff.name for staff in colleagues(db, viewer.now)), *(name for _, name in wards(db))]
