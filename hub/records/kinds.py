"""What a kind of record declares: its questions as columns, its states, its acts, what follows from them."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, exists, literal, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from hub.access import Grade, Viewer, Walled
from hub.db import Base, table_of
from hub.forms import Question, Typed, questions
from hub.records.tables import Record

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from hub.records.deeds import Deed


Offer = Sequence[tuple[str, str]]
Offers = Mapping[str, Offer | Callable[[], Offer]]


@dataclass(frozen=True)
class Act:
    """A step of a record's life, a resource of its own: `POST /<kind>/<id>/<slug>`.

    `by` are the roles that may take it besides the record's author; empty: every writer of the kind.
    `leads` maps the state it starts from to the state it brings. It asks the questions of step `slug`.
    """

    slug: str
    says: str
    leads: Mapping[str, str]
    by: frozenset[str] = frozenset()
    hint: str = ""
    offline: bool = False


@dataclass(frozen=True)
class Way:
    """One way of beginning a record: what it asks, which of it is enough to save, the state it brings."""

    says: str
    asks: Sequence[str] = ()
    enough: Sequence[str] = ()
    state: str = ""


class Kind(Walled, Base):
    """One version of a record's answers. A kind is a subclass: its questions, and the facts below.

    `about` says how many young people it is about; with "maybe", words that match nobody are kept as they stand.
    `photo` is what its one photo is asked for by. `offline` puts its blank form on phones, in the way `capture_way` where that is not the plain one.
    """

    __abstract__ = True

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    written_by: Mapped[str]
    written_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(default="")

    slug: ClassVar[str]
    title: ClassVar[str]
    plural: ClassVar[str]
    grade: ClassVar[int] = Grade.SENSITIVE
    compartment: ClassVar[str | None] = None
    writers: ClassVar[frozenset[str]] = frozenset()
    parent: ClassVar[str | None] = None
    about: ClassVar[Literal["none", "one", "maybe", "many"]] = "one"
    states: ClassVar[Sequence[str]] = ("kept",)
    acts: ClassVar[Sequence[Act]] = ()
    ways: ClassVar[Mapping[str, Way]] = {}
    offline: ClassVar[bool] = False
    capture_way: ClassVar[str] = ""
    photo: ClassVar[str] = ""
    finish: ClassVar[str] = "finish"
    retention: ClassVar[str] = "case"

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.slug.replace("-", "_") + "s"

    @declared_attr
    def record_id(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("records.id"))

    @declared_attr.directive
    def __table_args__(cls) -> Any:
        return (UniqueConstraint("record_id", "version"),)

    @classmethod
    def seen_by(cls, viewer: Viewer) -> ColumnElement[bool]:
        return exists(
            select(literal(1))
            .where(table_of(Record).c.id == cls.record_id, Record.seen_by(viewer))
            .correlate_except(table_of(Record))
        )

    # What follows may be said otherwise by each kind; these are the plain answers.

    @classmethod
    def line(cls, values: Mapping[str, Any]) -> str:
        """One line that names nobody and tells no content."""
        return cls.title

    @classmethod
    def summary(cls, values: Mapping[str, Any]) -> str:
        """One line for those who may see sensitive case data."""
        return cls.line(values)

    @classmethod
    def happened(cls, values: Mapping[str, Any], now: dt.datetime) -> dt.datetime:
        return now

    @classmethod
    def is_contact(cls, values: Mapping[str, Any]) -> bool:
        """Whether the young person was met face to face, as R-49 counts it."""
        return False

    @classmethod
    def check(cls, deed: "Deed") -> dict[str, str]:
        """What one answer says against another or against the record's past: field → words. Empty when all agree."""
        return {}

    @classmethod
    def follow(cls, deed: "Deed") -> None:
        """What follows from a deed in the same transaction: clocks, actions, alerts."""

    @classmethod
    def prefilled(cls, deed: "Deed") -> dict[str, Any]:
        """What a form of a new record, or of a step not yet taken, already says, by question name."""
        return {}

    @classmethod
    def options(cls, deed: "Deed") -> Offers:
        """Choices known only at the time of asking, by question name; what costs a look-up may be offered as a call."""
        return {}

    @classmethod
    def context(cls, db: "Session", viewer: Viewer, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the kind's own pages (`templates/kinds/<slug>/show.html` and one for each act) show beside the answers."""
        return {}

    @classmethod
    def offered(cls, db: "Session", viewer: Viewer, record: Record) -> list[Act]:
        """The steps a page offers this viewer, the likeliest first."""
        own = record.author_id == viewer.id
        return [
            act for act in cls.acts if record.state in act.leads and (own or (act.by or cls.writers) & viewer.roles)
        ]

    @classmethod
    def running(cls, db: "Session", viewer: Viewer) -> Record | None:
        """The record of this kind that the viewer was in the middle of at `viewer.now`: what came from a phone belongs to it."""
        return None

    @classmethod
    def alarm(cls, typed: Typed) -> bool:
        """Whether these words, unchecked, say that somebody may be in danger: the leads are told at once."""
        return False

    @classmethod
    def onward(cls, record: Record) -> str:
        """Where its author is taken after saving: the record itself, or the record that a child belongs to."""
        return f"/{cls.parent}/{record.parent_id}" if cls.parent else f"/{cls.slug}/{record.id}?saved"

    @classmethod
    def asked(cls, step: str = "", way: str = "") -> dict[str, Question]:
        """The questions of one step, or of one way of beginning."""
        if not way:
            return questions(cls, step)
        chosen = cls.ways[way]
        return {name: replace(questions(cls)[name], enough=name in chosen.enough) for name in chosen.asks}

    @classmethod
    def act_for(cls, slug: str) -> Act | None:
        return next((act for act in cls.acts if act.slug == slug), None)

    @classmethod
    def asked_so_far(cls, state: str, done: Sequence[str]) -> dict[str, Question]:
        """The questions of every step taken."""
        return {name: question for name, question in questions(cls).items() if question.step in ("", *done)}
