"""What the pages of every kind have in common: the record behind an address, its answers in words, whom it names."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from hub import people, records
from hub.access import Decision, Viewer
from hub.forms import Options, Question, Shown, Typed, gaps, questions, shown, words
from hub.ids import is_id, uuid7
from hub.people import Person
from hub.records import Kind, Record
from hub.web.pages import templates


def opened(kind: type[Kind], db: Session, viewer: Viewer, id: str) -> tuple[Record, Decision]:
    record, decision = records.find(db, viewer, id, kind)
    if record.kind != kind.slug:
        raise LookupError(id)
    return record, decision


def template_for(kind: type[Kind], name: str, fallback: str = "") -> str:
    """A kind's own page where it has one, else the page of all kinds."""
    own = f"kinds/{kind.slug}/{name}.html"
    return own if own in _templates() else f"records/{fallback or name}.html"


@cache
def _templates() -> frozenset[str]:
    return frozenset(templates().list_templates())


def submission(typed: Typed) -> str:
    """The id a page gave its form, so that a doubled submission is one record; a new one where there is none."""
    return said if is_id(said := typed.first("submission")) else uuid7()


def who_field(db: Session, kind: type[Kind], typed: Typed, errors: Mapping[str, str], about: Person | None) -> Any:
    if kind.about == "none":
        return None
    many = " Give one on each line." if kind.about == "many" else ""
    question = Question("Who was it?", "person", hint=f"Reference, name or nickname.{many}", enough=True)
    field = shown({records.WHO: question}, Typed({records.WHO: [about.ref]}) if about else typed, errors, {})[0]
    field.suggestions = choices(people.match(db, typed.first(records.WHO))) if records.WHO in errors else ()
    return field


def photo_fields(kind: type[Kind]) -> list[Shown]:
    """The one photo of a kind that takes one; it travels beside its form, sealed by itself."""
    if not kind.photo:
        return []
    hint = "Things, not faces. Where and on what it was taken is removed."
    return shown({"photo": Question(kind.photo, "photo", hint=hint)}, Typed(), {}, {})


def choices(found: Sequence[Person]) -> list[tuple[str, str]]:
    return [(person.ref, f"{person.preferred_name}, {person.ref}") for person in found]


def named(db: Session, record: Record) -> list[Person]:
    """The young people of a record whom its viewer may see."""
    return [person for id in records.people_of(db, record) if (person := people.find(db, id)) is not None]


def told(kind: type[Kind], values: Mapping[str, Any], options: Options) -> list[tuple[str, str, str]]:
    """(name, label, words) of every answer given."""
    asked = questions(kind)
    told = (
        (name, asked[name].label, words(asked[name], value, options.get(name, ()))) for name, value in values.items()
    )
    return [line for line in told if line[2]]


def still_needed(db: Session, kind: type[Kind], record: Record, values: Mapping[str, Any]) -> list[str]:
    """The labels of what is still needed to finish."""
    asked = kind.asked_so_far(record.state, records.steps_done(db, record))
    return [asked[name].label for name in gaps(asked, values)]
