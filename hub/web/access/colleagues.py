"""The duty rota and acting leads: who stands in for whom, until when."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access import Relation, Viewer
from hub.agencies import Staff
from hub.forms import Question, Typed
from hub.relations import giving
from hub.web.access.asking import begun, checked, form_page, require_lead, staff_options
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other

GIVE = {
    "relation": Question("What?", "choice", choices=giving.STANDING, enough=True, missing="Choose what"),
    "staff": Question("Who?", "staff", enough=True, missing="Choose a colleague"),
    "starts_on": Question("From", "date", when="future", enough=True, missing="Say from when"),
    "ends_on": Question("Last day", "date", when="future", enough=True, missing="Say until when"),
    "reason": Question("Why, in a few words", "text", limit=200),
}


@get("/access", sync_to_thread=True)
def show_team(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    require_lead(viewer)
    names = {row.id: row.name for row in db.execute(select(Staff.id, Staff.name))}
    rows = [
        {
            "id": row.id,
            "name": names.get(row.staff_id or "", "Somebody who has left"),
            "says": giving.STANDING[row.relation],
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "begun": row.starts_at <= viewer.now,
        }
        for row in giving.live(db, viewer, None)
        if row.relation in giving.STANDING
    ]
    return page(request, "access/team.html", rows=rows)


@get("/access/new", sync_to_thread=True)
def ask_standing(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    require_lead(viewer)
    return _page(request, db, viewer, begun(viewer), {})


@post("/access/new", sync_to_thread=True)
def give_standing(request: HTMXRequest, db: Db, viewer: Seer, typed: Form) -> Response[Any]:
    require_lead(viewer)
    given = checked(GIVE, typed, viewer, {"staff": staff_options(db, viewer)})
    if errors := given.errors or giving.wrong(db, viewer, None, given.values):
        return _page(request, db, viewer, typed, errors)
    giving.give(db, viewer, None, given.values)
    return see_other("/access")


@post("/access/{id:str}/end", sync_to_thread=True)
def end_standing(db: Db, viewer: Seer, id: FromPath[str]) -> Response[Any]:
    require_lead(viewer)
    row = db.scalar(select(Relation).where(Relation.id == id, Relation.person_id.is_(None)))
    if row is None:
        raise LookupError(id)
    giving.end(db, viewer, row)
    return see_other("/access")


def _page(request: HTMXRequest, db: Session, viewer: Viewer, typed: Typed, errors: dict[str, str]) -> Response[str]:
    return form_page(
        request,
        GIVE,
        typed,
        errors,
        title="On duty, or acting lead",
        action="/access/new",
        back=("/access", "On duty and acting"),
        options={"staff": staff_options(db, viewer)},
        says="An acting lead sees and decides as a lead does, but never about themselves. It ends by itself.",
    )


handlers = [show_team, ask_standing, give_standing, end_standing]
