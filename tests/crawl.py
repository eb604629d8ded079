"""A small hub in which every free word is a canary of its own, and what each of the cast may therefore meet."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from hub.access import Grade, Steward, Viewer, decide
from hub.actions import Action
from hub.db import Database
from hub.forms import Question, questions
from hub.kinds import KINDS
from hub.people import Person
from hub.records import Kind, Record
from tests import cast

CANARIES = re.compile(r"QX\d+X")
ABSENT = "00000000-0000-7000-8000-000000000000"


@dataclass
class Bird:
    """One canary: what it is written in, and how sensitive that is. `record` is empty for a young person's own words."""

    person: str
    record: str
    grade: int
    group: str


@dataclass
class Cage:
    """`birds` by their words; `kept` the records by id."""

    birds: dict[str, Bird] = field(default_factory=dict)
    kept: dict[str, type[Kind]] = field(default_factory=dict)

    def hatch(self, person: str, record: str, grade: int, group: str) -> str:
        words = f"QX{len(self.birds)}X"
        self.birds[words] = Bird(person, record, grade, group)
        return words


def build(database: Database) -> Cage:
    """Everybody at the Wharf works with Amari, nobody with Jade, everybody has a connection to Omar; Kofi is elsewhere."""
    cage = Cage()
    cast.build(database)
    for name in cast.COLLEAGUES:
        for relation in ("allocated", "plan"):
            cast.relate(database, name, "amari", relation)
            cast.relate(database, name, "omar", relation)
        cast.exclude(database, name, "omar")
        cast.relate(database, name, "kofi", "allocated", hub_id=cast.MILL)
    cast.grant(database, "meera", "MED")
    with database.writing(Steward()) as db:
        db.add_all(_promise(cage, name) for name in cast.COLLEAGUES)
        for person in cast.YOUNG_PEOPLE:
            words = dict(_words(cage, questions(Person), person, ""))
            known = cage.hatch(person, "", Grade.PERSONAL, "name")
            db.execute(update(Person).where(Person.id == person).values(**words, preferred_name=known, found_by=known))
        for kind in KINDS:
            for person in cast.YOUNG_PEOPLE:
                _keep(db, cage, kind, person, f"{kind.slug}-{person}", {})
            closed = {"grade": int(Grade.COMPARTMENT), "compartment": "MED"}
            _keep(db, cage, kind, "amari", f"{kind.slug}-closed", closed)
    return cage


def _promise(cage: Cage, name: str) -> Action:
    """A step that a colleague promised about Omar, before they said that they know him."""
    said = cage.hatch("omar", "", Grade.OPERATIONAL, "")
    facts = {"owner_id": name, "made_by": name, "made_at": cast.NOW, "person_id": "omar", "due_on": cast.NOW.date()}
    return Action(id=f"promise-{name}", hub_id=cast.WHARF, says=said, **facts)


def _keep(db: Any, cage: Cage, kind: type[Kind], person: str, id: str, header: dict[str, Any]) -> None:
    author = "ben" if cast.YOUNG_PEOPLE[person] == cast.MILL else "nadia"
    grade = header.get("grade", int(kind.grade))
    said = {"line": cage.hatch(person, id, grade, ""), "summary": cage.hatch(person, id, max(grade, 3), "summary")}
    values = dict(_words(cage, questions(kind), person, id))
    cast.keep(db, kind, author, [person], id=id, values=values, **said, **header)
    cage.kept[id] = kind


def _words(cage: Cage, asked: dict[str, Question], person: str, record: str) -> Iterator[tuple[str, str]]:
    for name, question in asked.items():
        if question.type in ("text", "note") and name != "preferred_name":
            yield name, cage.hatch(person, record, int(question.grade), question.group)


def allowed(database: Database, cage: Cage, viewer: Viewer) -> set[str]:
    """The canaries that the rule lets this viewer meet."""
    with database.reading(Steward()) as db:
        people = {person.id: decide(viewer, person, [person.id]) for person in db.scalars(select(Person))}
        about = {id: bird.person for bird in cage.birds.values() if (id := bird.record)}
        records = {
            record.id: decide(viewer, record, [about[record.id]])
            for record in db.scalars(select(Record))
            if record.id in about
        }
    return {
        words
        for words, bird in cage.birds.items()
        if (decision := records[bird.record] if bird.record else people[bird.person])
        and (bird.group == "" or decision.shows(bird.grade, bird.group))
    }


def sung(answer: Any) -> set[str]:
    """The canaries in a whole answer, its headers too."""
    headers: Iterable[tuple[str, str]] = answer.headers.items()
    return set(CANARIES.findall(answer.text + " ".join(value for _, value in headers)))
