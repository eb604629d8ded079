"""Who looked: the page for a young person, and the queue of looks that wait for somebody to think about them."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import caseload, glass, looked
from hub.access import PARTS, Refused, Viewer, unwalled
from hub.agencies import Staff
from hub.forms import Question, Typed
from hub.looked import Review
from hub.people import Person
from hub.web import person_forms
from hub.web.access.asking import checked, form_page, role_words, top
from hub.web.guards import Db, Form, Seer
from hub.web.pages import moment, page, see_other

REVIEW = {
    "outcome": Question("What do you find?", "choice", choices=looked.OUTCOMES, enough=True, missing="Choose one"),
    "words": Question("Why?", "note", limit=400),
}


@get("/people/{id:str}/looked", sync_to_thread=True)
def who_looked(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    """Shown or printed by their worker, beside them: never from a code alone."""
    person, _ = person_forms.found(db, viewer, id)
    if not (viewer.leads or person.id in caseload.own(viewer)):
        raise Refused("Their own worker or a lead shows them this.")
    titles = {slug: f"a record: {kind.title.lower()}" for slug, kind in request.app.state.kinds.items()}
    return page(
        request,
        "access/looked.html",
        person=top(person),
        looks=looked.told_to(db, viewer, person, titles),
        shares=looked.shared_with(db, viewer, person),
        parts=PARTS,
        days=looked.DAYS,
        held_back=looked.HELD_BACK,
        at=viewer.now,
    )


@get("/reviews", sync_to_thread=True)
def show_queue(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    require_reviewer(viewer)
    return page(
        request,
        "access/reviews.html",
        now=viewer.now,
        openings=[(opening, name) for opening, name in glass.waiting(db) if opening.staff_id != viewer.id],
        looks=looked.waiting(db),
    )


@get("/reviews/{id:str}", sync_to_thread=True)
def show_look(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _page(request, db, viewer, _review(db, id), Typed(), {})


@post("/reviews/{id:str}", sync_to_thread=True)
def review(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    row = _review(db, id)
    given = checked(REVIEW, typed, viewer)
    if given.errors:
        return _page(request, db, viewer, row, typed, given.errors)
    looked.review(db, viewer, row, given.values["outcome"], given.values["words"] or "")
    return see_other("/reviews")


def require_reviewer(viewer: Viewer) -> None:
    """To everybody else there is no such page."""
    if not glass.reviews(viewer):
        raise LookupError("reviews")


def _review(db: Session, id: str) -> Review:
    row = db.scalar(select(Review).where(Review.id == id))
    if row is None:
        raise LookupError(id)
    return row


def _page(
    request: HTMXRequest, db: Session, viewer: Viewer, row: Review, typed: Typed, errors: dict[str, str]
) -> Response[str]:
    looker = db.get_one(Staff, row.actor)
    with unwalled(db, viewer.hub_id):
        ref = db.scalar(select(Person.ref).where(Person.audit_ref == row.subject, Person.id.not_in(viewer.excluded)))
    return form_page(
        request,
        REVIEW,
        typed,
        errors,
        title="A look without an allocation",
        action=f"/reviews/{row.id}",
        back=("/reviews", "Reviews"),
        save="Keep this review",
        facts=[
            ("Who looked", f"{looker.name}, {role_words(looker.roles)}"),
            ("When", moment(row.looked_at)),
            ("Whose file", ref or "A file that is closed to you, or is gone"),
        ],
    )


handlers = [who_looked, show_queue, show_look, review]
