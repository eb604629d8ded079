"""Named membership of compartments: asking, deciding, reviewing, ending."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access import COMPARTMENTS, Grant, Refused, Viewer
from hub.agencies import Staff
from hub.clock import today
from hub.forms import Question, Typed
from hub.relations import Request, grants
from hub.web.access.asking import begun, checked, form_page, role_words
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other
from hub.web.telling import submission


@get("/compartments", sync_to_thread=True)
def show_compartments(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    rows = [
        {
            "id": grant.id,
            "compartment": COMPARTMENTS[grant.compartment],
            "name": name,
            "ends_at": grant.ends_at,
            "review_by": grant.review_by,
            "late": grant.review_by < today(viewer.now),
            "own": grant.staff_id == viewer.id,
        }
        for grant, name in grants.running(db, viewer)
        if viewer.leads or grant.staff_id == viewer.id
    ]
    asked = db.execute(
        select(Request.id, Request.compartment, Request.asked_at, Staff.name, Request.staff_id)
        .join(Staff, Staff.id == Request.staff_id)
        .where(Request.decided_at.is_(None))
        .order_by(Request.asked_at)
    ).all()
    return page(
        request,
        "access/compartments.html",
        rows=rows,
        asked=[row for row in asked if viewer.leads or row.staff_id == viewer.id],
        names=COMPARTMENTS,
        leads=viewer.leads,
        may_ask=bool(grants.eligible(viewer.roles)),
    )


@get("/compartments/ask", sync_to_thread=True)
def ask_form(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    return _ask_page(request, viewer, begun(viewer), {})


@post("/compartments/ask", sync_to_thread=True)
def ask(request: HTMXRequest, db: Db, viewer: Seer, typed: Form) -> Response[Any]:
    given = checked(_asked(viewer), typed, viewer)
    if errors := given.errors or grants.wrong(db, viewer, given.values):
        return _ask_page(request, viewer, typed, errors)
    grants.ask(db, viewer, given.values, submission(typed))
    return see_other("/compartments")


@get("/compartments/{id:str}", sync_to_thread=True)
def show_request(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    row = _request(db, viewer, id)
    applicant = db.get_one(Staff, row.staff_id)
    return page(
        request,
        "access/request.html",
        asked=row,
        compartment=COMPARTMENTS[row.compartment],
        name=applicant.name,
        role=role_words(applicant.roles),
        may_decide=row.decided_at is None and grants.may_decide(db, viewer, row),
    )


@post("/compartments/{id:str}", sync_to_thread=True)
def decide(db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    grants.decide(db, viewer, _request(db, viewer, id), typed.first("decision") == "yes")
    return see_other("/compartments")


@post("/grants/{id:str}/renew", sync_to_thread=True)
def renew(db: Db, viewer: Seer, id: FromPath[str]) -> Response[Any]:
    grants.renew(db, viewer, _grant(db, id))
    return see_other("/compartments")


@post("/grants/{id:str}/end", sync_to_thread=True)
def end(db: Db, viewer: Seer, id: FromPath[str]) -> Response[Any]:
    grants.end(db, viewer, _grant(db, id))
    return see_other("/compartments")


def _request(db: Session, viewer: Viewer, id: str) -> Request:
    row = db.scalar(select(Request).where(Request.id == id))
    if row is None or not (viewer.leads or row.staff_id == viewer.id or grants.may_decide(db, viewer, row)):
        raise LookupError(id)
    return row


def _grant(db: Session, id: str) -> Grant:
    grant = db.scalar(select(Grant).where(Grant.id == id))
    if grant is None:
        raise LookupError(id)
    return grant


def _asked(viewer: Viewer) -> dict[str, Question]:
    offered = grants.eligible(viewer.roles)
    if not offered:
        raise Refused("There is no compartment that your role can be a member of.")
    return {
        "compartment": Question("Which?", "choice", choices=offered, enough=True, missing="Choose which"),
        "why": Question("What do you need it for?", "note", limit=400, enough=True, missing="Say what you need it for"),
        "starts_on": Question("From", "date", when="future", enough=True, missing="Say from when"),
        "ends_on": Question("Last day", "date", when="future", hint="Empty: until somebody ends it."),
    }


def _ask_page(request: HTMXRequest, viewer: Viewer, typed: Typed, errors: dict[str, str]) -> Response[str]:
    return form_page(
        request,
        _asked(viewer),
        typed,
        errors,
        title="Ask to be let in",
        action="/compartments/ask",
        back=("/compartments", "Compartments"),
        save="Ask",
        says="Its lead decides. What you may see there is looked at again every 90 days.",
    )


handlers = [show_compartments, ask_form, ask, show_request, decide, renew, end]
