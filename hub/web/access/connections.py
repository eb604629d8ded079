"""Declaring that one knows a young person or their family, and what a lead makes of it."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import people
from hub.access import Exclusion, Viewer
from hub.agencies import Staff
from hub.forms import Question, Typed
from hub.relations import Connection, exclusions
from hub.relations.matches import candidates
from hub.web import person_forms
from hub.web.access.asking import checked, form_page, led, require_lead, top
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other
from hub.web.telling import submission

NOBODY = "nobody"
DECLARE = {
    "reason": Question("How do you know them?", "text", limit=200, enough=True, missing="Say how you know them"),
}
TELL = {
    "words": Question(
        "Who is it, and how do you know them?",
        "note",
        limit=400,
        enough=True,
        hint="Name, school or street, and what you are to each other.",
        missing="Say who it is and how you know them",
    )
}


@get("/people/{id:str}/connection", sync_to_thread=True)
def ask_connection(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _declare_page(request, db, viewer, id, Typed(), {})


@post("/people/{id:str}/connection", sync_to_thread=True)
def declare(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    person, _ = person_forms.found(db, viewer, id)
    given = checked(DECLARE, typed, viewer)
    if given.errors:
        return _declare_page(request, db, viewer, id, typed, given.errors)
    exclusions.declare(db, viewer, person, viewer.id, given.values["reason"])
    return see_other("/me/connection?told=yes")


@get("/me/connection", sync_to_thread=True)
def ask_words(request: HTMXRequest, viewer: Seer) -> Response[str]:
    if "told" in request.query_params:
        return page(request, "access/told.html")
    return _tell_page(request, Typed(), {})


@post("/me/connection", sync_to_thread=True)
def tell(request: HTMXRequest, db: Db, viewer: Seer, typed: Form) -> Response[Any]:
    given = checked(TELL, typed, viewer)
    if given.errors:
        return _tell_page(request, typed, given.errors)
    exclusions.tell(db, viewer, given.values["words"], submission(typed))
    return see_other("/me/connection?told=yes")


@get("/connections/{id:str}", sync_to_thread=True)
def show_connection(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _match_page(request, db, viewer, _connection(db, viewer, id), "")


@post("/connections/{id:str}", sync_to_thread=True)
def settle(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    connection = _connection(db, viewer, id)
    said = typed.first("person")
    person = people.find(db, said) if said != NOBODY else None
    if person is None and said != NOBODY:
        return _match_page(request, db, viewer, connection, "Choose who it is, or nobody")
    exclusions.settle(db, viewer, connection, person)
    return see_other("/")


@post("/people/{id:str}/exclusions/{exclusion:str}/lift", sync_to_thread=True)
def lift(db: Db, viewer: Seer, id: FromPath[str], exclusion: FromPath[str]) -> Response[Any]:
    person = led(db, viewer, id)
    row = db.scalar(select(Exclusion).where(Exclusion.id == exclusion, Exclusion.person_id == person.id))
    if row is None:
        raise LookupError(exclusion)
    exclusions.lift(db, viewer, row)
    return see_other(f"/people/{id}/access")


def _connection(db: Session, viewer: Viewer, id: str) -> Connection:
    row = db.scalar(select(Connection).where(Connection.id == id))
    if row is None:
        raise LookupError(id)
    require_lead(viewer)
    return row


def _declare_page(
    request: HTMXRequest, db: Session, viewer: Viewer, id: str, typed: Typed, errors: dict[str, str]
) -> Response[str]:
    person, _ = person_forms.found(db, viewer, id)
    return form_page(
        request,
        DECLARE,
        typed,
        errors,
        title="I know them or their family",
        action=f"/people/{id}/connection",
        back=(f"/people/{id}", "Back to the file"),
        save="Close this file to me",
        person=person,
        says="From the moment you save, nothing about them is shown to you. Only another lead can lift it.",
    )


def _tell_page(request: HTMXRequest, typed: Typed, errors: dict[str, str]) -> Response[str]:
    return form_page(
        request,
        TELL,
        typed,
        errors,
        title="I know a young person or their family",
        action="/me/connection",
        back=("/me", "Me"),
        save="Tell the lead",
        says="A lead closes their file to you, if there is one. You are not told whether there is.",
    )


def _match_page(request: HTMXRequest, db: Session, viewer: Viewer, connection: Connection, error: str) -> Response[str]:
    return page(
        request,
        "access/match.html",
        status=422 if error else 200,
        title="A personal connection",
        asker=db.scalar(select(Staff.name).where(Staff.id == connection.staff_id)),
        words=connection.words,
        at=connection.told_at,
        ended=connection.ended_at,
        action=f"/connections/{connection.id}",
        found=[top(person) for person in candidates(db, connection.words)],
        outcomes={},
        nobody="Nobody here",
        errors={"person": error} if error else {},
        chosen={},
        save="Close the file to them",
    )


handlers = [ask_connection, declare, ask_words, tell, show_connection, settle, lift]
