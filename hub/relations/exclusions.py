"""Personal connections: declared about somebody one sees, or in words a lead matches; they beat everything else."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import actions, audit
from hub.access import Exclusion, Refused, Viewer
from hub.actions import Action
from hub.agencies import Staff, leads
from hub.clock import today
from hub.ids import uuid7
from hub.people import Person
from hub.relations import giving
from hub.relations.tables import Connection


def declare(db: Session, viewer: Viewer, person: Person, staff_id: str, reason: str) -> None:
    """From now on nothing about this young person is shown to them; what they held ends, and a lead is told."""
    if giving.excluded(db, staff_id, person.id):
        return
    ended = giving.live(db, viewer, person, staff_id)
    for row in ended:
        row.ends_at = max(row.starts_at, viewer.now)
    db.add(
        Exclusion(
            id=uuid7(),
            hub_id=viewer.hub_id,
            staff_id=staff_id,
            person_id=person.id,
            reason=reason,
            declared_at=viewer.now,
        )
    )
    audit.note(db, "exclude", subject=person.audit_ref, object=staff_id)
    worked = any(row.relation == "allocated" for row in ended)
    if worked and (lead := another_lead(db, viewer, staff_id)):
        says = f"Choose another worker for {person.ref}: a personal connection was declared"
        actions.promise(db, viewer, says, lead, today(viewer.now), person_id=person.id)


def tell(db: Session, viewer: Viewer, words: str, id: str) -> None:
    """A connection in words: a lead who is not its teller matches it. `id` comes from the page: twice is once."""
    lead = another_lead(db, viewer, viewer.id)
    if lead is None:
        raise Refused("There is no other lead to match this. Tell your hub’s administrator.")
    action = actions.promise(
        db,
        viewer,
        "Match a personal connection that was declared",
        lead,
        today(viewer.now),
        id=id,
        link=f"/connections/{id}",
    )
    if action.made_at == viewer.now and db.scalar(select(Connection.id).where(Connection.id == id)) is None:
        db.add(Connection(id=id, hub_id=viewer.hub_id, staff_id=viewer.id, words=words, told_at=viewer.now))
        audit.note(db, "tell connection", object=id)


def settle(db: Session, viewer: Viewer, connection: Connection, person: Person | None) -> None:
    """A lead has matched it, or found nobody. Raises Refused for one's own."""
    if connection.staff_id == viewer.id:
        raise Refused("Another lead matches your own connection.")
    if connection.ended_at is not None:
        return
    connection.ended_at, connection.ended_by = viewer.now, viewer.id
    if person is not None:
        connection.person_id = person.id
        declare(db, viewer, person, connection.staff_id, connection.words)
    if (action := db.scalar(select(Action).where(Action.id == connection.id))) is not None and action.ended_at is None:
        actions.end(db, viewer, action, "done")


def lift(db: Session, viewer: Viewer, exclusion: Exclusion) -> None:
    """Never by the one it is about. Raises Refused."""
    if exclusion.staff_id == viewer.id or viewer.acting:
        raise Refused("Only another team lead lifts this.")
    if exclusion.lifted_at is None:
        exclusion.lifted_at, exclusion.lifted_by = viewer.now, viewer.id
        subject = db.scalar(select(Person.audit_ref).where(Person.id == exclusion.person_id))
        audit.note(db, "lift exclusion", subject=subject, object=exclusion.staff_id)


def of_person(db: Session, person: Person) -> Sequence[Any]:
    """(exclusion, name) of everybody who is kept from a young person's file."""
    return db.execute(
        select(Exclusion, Staff.name)
        .join(Staff, Staff.id == Exclusion.staff_id)
        .where(Exclusion.person_id == person.id, Exclusion.lifted_at.is_(None))
        .order_by(Exclusion.declared_at)
    ).all()


def another_lead(db: Session, viewer: Viewer, than: str) -> str | None:
    return next((staff.id for staff in leads(db, viewer.now) if staff.id != than), None)
