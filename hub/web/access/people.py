"""Who works with one young person, and everything else that lets somebody see their file."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access import PERSONAL, Refused, Relation, Viewer
from hub.agencies import Agency, Staff
from hub.forms import Question, Typed
from hub.people import Person
from hub.relations import exclusions, giving, shares
from hub.web import person_forms
from hub.web.access.asking import begun, checked, form_page, led, staff_options, top
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other

SAYS = {**giving.ABOUT, "share": "Is shared with", "glass": "Opened it by break-glass"}
GIVE = {
    "relation": Question(
        "What do they do?", "choice", choices=giving.ABOUT, enough=True, missing="Choose what they do"
    ),
    "staff": Question("Who?", "staff", enough=True, missing="Choose a colleague"),
    "lead": Question("Are they the lead worker?", "yes_no", shown_if=("relation", ("allocated",))),
    "starts_on": Question("From", "date", when="future", enough=True, missing="Say from when"),
    "ends_on": Question("Last day", "date", when="future", hint="Leave it empty while they work with them."),
    "reason": Question("Why, in a few words", "text", limit=200),
}


@get("/people/{id:str}/access", sync_to_thread=True)
def show_access(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    person, _ = person_forms.found(db, viewer, id)
    if not (may_share := shares.may_share(viewer, person)):
        raise Refused("A team lead decides who sees this file. Ask the duty lead.")
    return page(
        request,
        "access/person.html",
        now=viewer.now,
        person=top(person),
        rows=_rows(db, viewer, person),
        decisions=[_decision(db, viewer, share) for share in shares.of_person(db, person.id)],
        kept_out=exclusions.of_person(db, person) if viewer.leads else [],
        leads=viewer.leads,
        may_share=may_share,
    )


@get("/people/{id:str}/access/new", sync_to_thread=True)
def ask_relation(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _give_page(request, db, viewer, led(db, viewer, id), begun(viewer), {})


@post("/people/{id:str}/access/new", sync_to_thread=True)
def give_relation(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    person = led(db, viewer, id)
    given = checked(GIVE, typed, viewer, {"staff": staff_options(db, viewer)})
    errors = given.errors or giving.wrong(db, viewer, person, given.values)
    if errors:
        return _give_page(request, db, viewer, person, typed, errors)
    giving.give(db, viewer, person, given.values)
    return see_other(f"/people/{id}/access")


@post("/people/{id:str}/access/{relation:str}/end", sync_to_thread=True)
def end_relation(db: Db, viewer: Seer, id: FromPath[str], relation: FromPath[str]) -> Response[Any]:
    person = led(db, viewer, id)
    row = db.scalar(select(Relation).where(Relation.id == relation, Relation.person_id == person.id))
    if row is None:
        raise LookupError(relation)
    giving.end(db, viewer, row)
    return see_other(f"/people/{id}/access")


def _rows(db: Session, viewer: Viewer, person: Person) -> list[dict[str, Any]]:
    """Everybody with sight of the file, in the order of the policy."""
    staff, agencies = _names(db)
    found = [
        {
            "id": row.id,
            "name": staff.get(row.staff_id or "", "") or agencies.get(row.agency_id or "", "Somebody who has left"),
            "says": SAYS.get(row.relation, row.relation),
            "lead": row.lead,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "begun": row.starts_at <= viewer.now,
            "place": PERSONAL.index(row.relation),
        }
        for row in giving.live(db, viewer, person)
        if row.relation in PERSONAL
    ]
    return sorted(found, key=lambda row: (row["place"], not row["lead"], row["name"]))


def _names(db: Session) -> tuple[dict[str, str], dict[str, str]]:
    """Colleagues and agencies by id."""
    staff = {row.id: row.name for row in db.execute(select(Staff.id, Staff.name))}
    return staff, {row.id: row.name for row in db.execute(select(Agency.id, Agency.name))}


def _decision(db: Session, viewer: Viewer, share: Any) -> dict[str, Any]:
    opened = share.decision in shares.SHARED
    return {
        "title": shares.recipient(db, share) if share.staff_id or share.agency_id else "Nobody",
        "says": shares.DECISIONS[share.decision],
        "purpose": share.purpose,
        "decided_at": share.decided_at,
        "until": share.until,
        "paused": share.paused_at is not None,
        "over": opened and share.until is not None and share.until <= viewer.now,
        "told": "They were told" if share.told else "They were not told",
    }


def _give_page(
    request: HTMXRequest, db: Session, viewer: Viewer, person: Person, typed: Typed, errors: dict[str, str]
) -> Response[str]:
    return form_page(
        request,
        GIVE,
        typed,
        errors,
        title="Who else works with them?",
        action=f"/people/{person.id}/access/new",
        back=(f"/people/{person.id}/access", "Who sees this file"),
        options={"staff": staff_options(db, viewer)},
        person=person,
    )


handlers = [show_access, ask_relation, give_relation, end_relation]
