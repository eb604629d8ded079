"""How long things are kept: tonight's report, and what keeps a file longer."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select

from hub import retention
from hub.access import unwalled
from hub.forms import Question, Typed
from hub.people import Person
from hub.retention import Hold, holds
from hub.web.access.asking import checked, form_page, led
from hub.web.access.looked import require_reviewer
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other

HOLD = {"reason": Question("Why must it be kept?", "text", limit=200, enough=True, missing="Say why it must be kept")}


@get("/retention", sync_to_thread=True)
def show_report(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    require_reviewer(viewer)
    with unwalled(db, viewer.hub_id):
        lines = retention.run(db, viewer.hub_id, viewer.now, dry_run=True)
    live = holds.live(db, viewer.hub_id)
    with unwalled(db, viewer.hub_id):
        refs = {
            row.id: row.ref
            for row in db.execute(select(Person.id, Person.ref).where(Person.id.in_([hold.person_id for hold in live])))
        }
    return page(request, "access/retention.html", lines=lines, holds=[(hold, refs[hold.person_id]) for hold in live])


@get("/people/{id:str}/holds/new", sync_to_thread=True)
def ask_hold(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _page(request, led(db, viewer, id), Typed(), {})


@post("/people/{id:str}/holds/new", sync_to_thread=True)
def place(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    person = led(db, viewer, id)
    given = checked(HOLD, typed, viewer)
    if given.errors:
        return _page(request, person, typed, given.errors)
    holds.place(db, viewer, person, given.values["reason"])
    return see_other("/retention")


@post("/holds/{id:str}/lift", sync_to_thread=True)
def lift(db: Db, viewer: Seer, id: FromPath[str]) -> Response[Any]:
    require_reviewer(viewer)
    hold = db.scalar(select(Hold).where(Hold.id == id))
    if hold is None:
        raise LookupError(id)
    holds.lift(db, viewer, hold)
    return see_other("/retention")


def _page(request: HTMXRequest, person: Person, typed: Typed, errors: dict[str, str]) -> Response[str]:
    return form_page(
        request,
        HOLD,
        typed,
        errors,
        title="Keep this file longer",
        action=f"/people/{person.id}/holds/new",
        back=(f"/people/{person.id}/access", "Who sees this file"),
        save="Keep it",
        person=person,
        says="It is not erased, whatever its age, until somebody lifts this.",
    )


handlers = [show_report, ask_hold, place, lift]
