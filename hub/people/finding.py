"""Finding, adding and changing young people, always through the viewer."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from hub import audit
from hub.access import Decision, Grade, Relation, Viewer, decide, unwalled
from hub.forms import questions
from hub.ids import is_id, person_ref, uuid7
from hub.people.person import Person


def find(db: Session, person_id: str) -> Person | None:
    """The person, if the session's viewer may see them; absent and denied read the same."""
    return db.scalar(select(Person).where(Person.id == person_id))


def look(db: Session, viewer: Viewer, person: Person, verb: str = "view") -> Decision:
    """Decide how much of a found person is shown, and note the look."""
    decision = decide(viewer, person, [person.id])
    if decision is None:
        raise LookupError(person.id)
    audit.note(db, verb, subject=person.audit_ref, object=person.id, grade=Grade.SENSITIVE, via=decision.via)
    return decision


def answers_seen(person: Person, decision: Decision) -> dict[str, Any]:
    """What the viewer may see of a person, by question name."""
    return {
        name: getattr(person, name)
        for name, question in questions(Person).items()
        if decision.shows(question.grade, question.group)
    }


def add(
    db: Session, viewer: Viewer, answers: Mapping[str, Any], id: str | None = None, ref: str | None = None
) -> Person:
    person = Person(
        id=id or uuid7(),
        hub_id=viewer.hub_id,
        ref=ref or _free_ref(db),
        audit_ref=uuid7(),
        since=viewer.now,
        version=1,
        colour="grey",
        **answers,
    )
    person.found_by = _found_by(person)
    db.add(person)
    db.flush()
    audit.note(db, "create", subject=person.audit_ref, object=person.id, grade=Grade.PERSONAL, fields=sorted(answers))
    return person


def change(db: Session, viewer: Viewer, person: Person, answers: Mapping[str, Any]) -> None:
    changed = sorted(name for name, value in answers.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, answers[name])
    person.version += 1
    person.found_by = _found_by(person)
    audit.note(db, "alter", subject=person.audit_ref, object=person.id, grade=Grade.PERSONAL, fields=changed)


def search(db: Session, words: str, most: int = 20) -> Sequence[Any]:
    """Columns of the people whom the viewer may see and whose name, nickname or reference has every word."""
    query = select(
        Person.id, Person.ref, Person.preferred_name, Person.dob, Person.standing, Person.colour, Person.colour_until
    )
    for word in normal(words).split()[:6]:
        query = query.where(Person.found_by.contains(word, autoescape=True))
    return db.execute(query.order_by(Person.preferred_name, Person.id).limit(most)).all()


def match(db: Session, words: str) -> Sequence[Person]:
    """The people the viewer may see whom these words could mean: an id, a reference, a name, a nickname, initials."""
    said = normal(words)
    if not said:
        return []
    named = Person.id == said if is_id(said) else Person.ref == said.upper()
    if exact := db.scalars(select(Person).where(named)).all():
        return exact
    some = db.scalars(select(Person).where(Person.found_by.contains(said, autoescape=True)).limit(50)).all()
    exactly = [person for person in some if said in _names(person)]
    return exactly or some[:10]


def _names(person: Person) -> set[str]:
    nicknames = (person.nicknames or "").split(",")
    legal = normal(person.legal_name or "")
    return {normal(name) for name in (person.preferred_name, *nicknames)} | {
        legal,
        "".join(word[0] for word in legal.split()),
    } - {""}


def allocate(
    db: Session, viewer: Viewer, person: Person, staff_id: str, *, lead: bool, relation: str = "allocated"
) -> Relation:
    given = Relation(
        id=uuid7(),
        hub_id=viewer.hub_id,
        staff_id=staff_id,
        person_id=person.id,
        relation=relation,
        lead=lead,
        cap=int(Grade.SEALED),
        starts_at=viewer.now,
        given_by=viewer.id,
    )
    db.add(given)
    audit.note(db, "allocate", subject=person.audit_ref, object=staff_id, reason=relation)
    return given


def normal(words: str) -> str:
    """Folded for finding: case and surplus space do not matter."""
    return " ".join(words.casefold().split())


def _found_by(person: Person) -> str:
    return normal(" ".join(filter(None, (person.preferred_name, person.nicknames, person.legal_name, person.ref))))


def _free_ref(db: Session) -> str:
    """A reference nobody in any hub has: uniqueness must not depend on what the viewer may see."""

    with unwalled(db):
        while db.scalar(select(true()).where(Person.ref == (ref := person_ref()))):
            pass
    return ref
