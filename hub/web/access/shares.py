"""Deciding to share, or not to, with a named colleague or agency."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import challenges
from hub.access import PARTS, Refused, Viewer
from hub.agencies import Agency
from hub.forms import Question, Typed
from hub.people import Person
from hub.relations import shares
from hub.web import person_forms
from hub.web.access.asking import checked, form_page, staff_options
from hub.web.guards import Db, Form, Seer
from hub.web.pages import see_other
from hub.web.telling import submission

WHEN_SHARED = ("decision", shares.SHARED)
ASK = {
    "purpose": Question("What is it for?", "text", limit=200, enough=True, missing="Say what it is for"),
    "decision": Question("What do you decide?", "choice", choices=shares.DECISIONS, enough=True, missing="Choose one"),
    "staff": Question("With a colleague", "staff", shown_if=WHEN_SHARED, hint="Or choose an agency below."),
    "agency": Question("With an agency", "staff", shown_if=WHEN_SHARED),
    "gateway": Question("Which law allows it?", "choice", choices=shares.GATEWAYS, shown_if=WHEN_SHARED),
    "cap": Question("How far?", "choice", choices=shares.CAPS, shown_if=WHEN_SHARED),
    "parts": Question("Which parts?", "choices", choices=PARTS, shown_if=WHEN_SHARED, hint="Only what they need."),
    "until": Question("Last day", "date", when="future", shown_if=WHEN_SHARED, hint="At most 90 days from today."),
    "told": Question(
        "Has the young person been told?", "yes_no", enough=True, missing="Say whether they have been told"
    ),
    "exemption": Question("Why is it not safe to tell them?", "text", limit=300, shown_if=("told", ("no",))),
    "reason": Question("Why do you decide so?", "note", limit=600, enough=True, missing="Write why you decide so"),
}


@get("/people/{id:str}/shares/new", sync_to_thread=True)
def ask_share(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _page(request, db, viewer, _person(db, viewer, id), Typed(), {})


@post("/people/{id:str}/shares/new", sync_to_thread=True)
def decide_share(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    person = _person(db, viewer, id)
    given = checked(ASK, typed, viewer, _options(db, viewer))
    errors = given.errors or shares.wrong(db, viewer, person, given.values, challenges.open_about(db, person.id))
    if errors:
        return _page(request, db, viewer, person, typed, errors)
    shares.decide(db, viewer, person, given.values, submission(typed))
    return see_other(f"/people/{id}/access")


def _person(db: Session, viewer: Viewer, id: str) -> Person:
    person, _ = person_forms.found(db, viewer, id)
    if not shares.may_share(viewer, person):
        raise Refused("Their social worker, their case manager or a lead decides what is shared.")
    return person


def _options(db: Session, viewer: Viewer) -> dict[str, list[tuple[str, str]]]:
    agencies = db.execute(select(Agency.id, Agency.name).order_by(Agency.name)).all()
    return {"staff": staff_options(db, viewer), "agency": [(id, name) for id, name in agencies]}


def _page(
    request: HTMXRequest, db: Session, viewer: Viewer, person: Person, typed: Typed, errors: dict[str, str]
) -> Response[str]:
    return form_page(
        request,
        ASK,
        typed,
        errors,
        title="Share, or decide not to",
        action=f"/people/{person.id}/shares/new",
        back=(f"/people/{person.id}/access", "Who sees this file"),
        save="Keep this decision",
        options=_options(db, viewer),
        person=person,
        says="They sign in to see it. Nothing is sent, and it ends by itself.",
    )


handlers = [ask_share, decide_share]
