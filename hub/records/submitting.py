"""One form on its way in, whichever way it came: read, matched to young people, kept as a record or as a step of one."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from hub import people
from hub.access import Viewer
from hub.agencies import wards
from hub.forms import Options, Typed, questions, read
from hub.people import Person
from hub.records.deeds import Deed, Wrong
from hub.records.kinds import Kind, Offers
from hub.records.reading import find, people_of
from hub.records.tables import Record
from hub.records.writing import act, may_write, write

WHO = "who"
Kinds = Mapping[str, type[Kind]]


def submit(
    db: Session,
    viewer: Viewer,
    kinds: Kinds,
    form: str,
    id: str,
    typed: Typed,
    *,
    parent: str = "",
    way: str = "",
    at: dt.datetime | None = None,
) -> Record:
    """Make what a form says: `form` is a kind's slug, or `slug/act` for a step. The same `id` again changes nothing.

    `at` is when it was written, where that is earlier than now. Raises Wrong, Impossible, Refused, LookupError.
    """
    slug, _, step = form.partition("/")
    kind = kinds.get(slug)
    if kind is None or (way and way not in kind.ways):
        raise LookupError(form)
    then = replace(viewer, now=at) if at else viewer
    if step:
        return _step(db, then, kind, step, id, typed, parent)
    may_write(viewer, kind)
    above = _above(db, then, kinds, kind, parent)
    found, wrong = who(db, kind, typed)
    options = options_for(db, viewer, kind, parent=above, about=found[0] if found else None, only=typed)
    given = read(kind.asked("", way), chosen(typed, options), viewer.now, options)
    if errors := given.errors | wrong:
        raise Wrong(errors)
    named = [(person, "subject") for person in found]
    unmatched = "" if found else typed.first(WHO).strip()
    return write(db, viewer, kind, id, given, people=named, parent=above, way=way, unmatched=unmatched, at=at)


def _step(db: Session, viewer: Viewer, kind: type[Kind], step: str, id: str, typed: Typed, parent: str) -> Record:
    taken = kind.act_for(step)
    record = find(db, viewer, parent)[0] if parent else kind.running(db, viewer)
    if taken is None or record is None or record.kind != kind.slug:
        raise LookupError(step)
    options = options_for(db, viewer, kind, record, only=typed)
    given = read(questions(kind, taken.slug), chosen(typed, options), viewer.now, options)
    if given.errors:
        raise Wrong(given.errors)
    act(db, viewer, kind, record, taken, given, id=id, reason=typed.first("reason")[:200])
    return record


def _above(db: Session, viewer: Viewer, kinds: Kinds, kind: type[Kind], parent: str) -> Record | None:
    """The record a child belongs to: the one it names, else the one its author was running at that moment."""
    if kind.parent is None:
        return None
    above = find(db, viewer, parent)[0] if parent else kinds[kind.parent].running(db, viewer)
    if above is None:
        raise Wrong({"parent": f"There was no {kinds[kind.parent].title.lower()} of yours running then"})
    if above.kind != kind.parent:
        raise LookupError(parent)
    return above


def options_for(
    db: Session,
    viewer: Viewer,
    kind: type[Kind],
    record: Record | None = None,
    parent: Record | None = None,
    about: Person | None = None,
    only: Collection[str] | None = None,
) -> Options:
    """Choices known only at the time of asking: the kind's own, and the hub's wards. `only` leaves out the others."""
    concerned = [about.id] if about else people_of(db, record) if record else []
    deed = Deed(db, viewer, kind, record, {}, parent=parent, people=concerned)
    wanted: Offers = {name: partial(wards, db) for name, question in questions(kind).items() if question.type == "ward"}
    offers = {**kind.options(deed), **wanted}
    asked = offers.keys() if only is None else offers.keys() & set(only)
    return {name: offer() if callable(offer := offers[name]) else offer for name in asked}


def chosen(typed: Typed, options: Options) -> Typed:
    """Words typed where a phone had no list, as the choice they name: a colleague's name or initials, a ward's name."""
    return Typed(typed | {name: _named(typed[name], offered) for name, offered in options.items() if name in typed})


def _named(said: Sequence[str], offered: Sequence[tuple[str, str]]) -> list[str]:
    values = {value for value, _ in offered}
    words = [part.strip() for word in said for part in ([word] if word in values else word.split(","))]
    return [_choice(word, offered) for word in words if word]


def _choice(word: str, offered: Sequence[tuple[str, str]]) -> str:
    folded = people.normal(word)
    found = [value for value, label in offered if folded in (value, people.normal(label), _initials(label))]
    return found[0] if len(found) == 1 else word


def _initials(label: str) -> str:
    return "".join(part[0] for part in people.normal(label).split())


def who(db: Session, kind: type[Kind], typed: Typed) -> tuple[list[Person], dict[str, str]]:
    """The young people a form names, or what to say beside the box."""
    if kind.about == "none":
        return [], {}
    found: list[Person] = []
    for said in filter(str.strip, typed.getlist(WHO)):
        meant = people.match(db, said)
        if len(meant) == 1:
            found += meant
        elif kind.about != "maybe" or len(meant) > 1:
            return [], {WHO: not_one(meant, said)}
    nobody = not found and not (kind.about == "maybe" and typed.first(WHO).strip())
    return found, {WHO: not_one([], "")} if nobody else {}


def not_one(found: Sequence[Person], said: str) -> str:
    """Why words do not name one young person; the same whether or not there is one the viewer may not see."""
    if len(found) > 1:
        return "More than one young person could be meant. Choose one"
    return (
        "Not on your list. Ask the duty lead to match"
        if said.strip()
        else "Say who it is: a reference, name or nickname"
    )
