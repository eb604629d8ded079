"""What somebody searched for and may not see, or is not there: the duty lead looks, the asker learns only to look again."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import actions, audit, people
from hub.access import Grade, Relation, Viewer, unwalled
from hub.actions import Action
from hub.agencies import Staff, leads
from hub.clock import day_start, today
from hub.ids import uuid7
from hub.people import Person
from hub.relations.giving import excluded, sees
from hub.relations.tables import Match

OUTCOMES = {
    "allocated": "They work with them from now on",
    "today": "They see them today",
    "nobody": "Nobody whom they need",
}
ANSWERED = "The duty lead has answered what you searched for: search again"


def ask(db: Session, viewer: Viewer, words: str, id: str) -> bool:
    """Whether a lead could be asked: the same whether or not there is such a person. Twice is once, by `id`."""
    lead = next((staff.id for staff in leads(db, viewer.now) if staff.id != viewer.id), None)
    with unwalled(db):
        again = db.get(Match, id) is not None
    if again or lead is None:
        return again
    says = f"Match “{words}” for {viewer.name}"
    actions.promise(db, viewer, says, lead, today(viewer.now), id=id, link=f"/matches/{id}")
    db.add(Match(id=id, hub_id=viewer.hub_id, words=words, asked_by=viewer.id, asked_at=viewer.now))
    return True


def candidates(db: Session, words: str, most: int = 8) -> Sequence[Person]:
    """Whom the words could mean, among those whom the lead may see: any word of a name or reference counts."""
    exact = list(people.match(db, words))
    likely = {person.id: person for person in exact}
    for word in people.normal(words).split():
        if len(word) > 2 and len(likely) < most:
            found = select(Person).where(Person.found_by.contains(word, autoescape=True)).limit(most)
            likely |= {person.id: person for person in db.scalars(found)}
    return list(likely.values())[:most]


def wrong(db: Session, match: Match, outcome: str, person: Person | None) -> dict[str, str]:
    asker = db.get_one(Staff, match.asked_by)
    if outcome == "nobody":
        return {}
    if person is None:
        return {"person": "Choose who it is"}
    if not sees(asker, outcome):
        return {"outcome": f"{asker.name}’s role sees nobody this way"}
    if excluded(db, asker.id, person.id):
        return {"person": f"{asker.name} has a personal connection. End this with nobody"}
    return {}


def settle(db: Session, viewer: Viewer, match: Match, outcome: str, person: Person | None) -> None:
    """Checked by `wrong`. The asker is told the same, however it ended."""
    if match.ended_at is not None:
        return
    match.outcome, match.ended_at, match.ended_by = outcome, viewer.now, viewer.id
    if person is not None and outcome == "allocated":
        match.person_id = person.id
        people.allocate(db, viewer, person, match.asked_by, lead=False)
    elif person is not None and outcome == "today":
        match.person_id = person.id
        _see_today(db, viewer, person, match.asked_by)
    if (action := db.scalar(select(Action).where(Action.id == match.id))) is not None and action.ended_at is None:
        actions.end(db, viewer, action, "done")
    actions.promise(db, viewer, ANSWERED, match.asked_by, today(viewer.now))


def _see_today(db: Session, viewer: Viewer, person: Person, staff_id: str) -> None:
    db.add(
        Relation(
            id=uuid7(),
            hub_id=viewer.hub_id,
            staff_id=staff_id,
            person_id=person.id,
            relation="today",
            cap=int(Grade.PERSONAL),
            starts_at=viewer.now,
            ends_at=day_start(today(viewer.now) + dt.timedelta(days=1)),
            given_by=viewer.id,
        )
    )
    audit.note(db, "allocate", subject=person.audit_ref, object=staff_id, reason="today")
