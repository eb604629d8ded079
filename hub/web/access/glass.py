"""Opening a file by break-glass, and reviewing that somebody did."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import glass
from hub.access import Refused, Viewer
from hub.agencies import Staff
from hub.forms import Question, Typed, shown
from hub.glass import Opening
from hub.web.access.asking import checked, form_page, role_words
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other

OPEN = {
    "ref": Question(
        "Their reference", "text", limit=20, enough=True, hint="Exactly, like YP-7K2M.", missing="Enter their reference"
    ),
    "reason": Question(
        "Why must you see it now?",
        "note",
        limit=600,
        enough=True,
        hint="At least 20 characters. A lead and the data protection officer read it.",
        missing="Say why you must see it now",
    ),
}
REVIEW = {
    "outcome": Question("What do you find?", "choice", choices=glass.OUTCOMES, enough=True, missing="Choose one"),
    "words": Question("Why?", "note", limit=600, enough=True, missing="Say why"),
}


@get("/glass", sync_to_thread=True)
def ask_reason(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    because = glass.hindrance(db, viewer)
    return _open_page(request, Typed(), {}, because)


@post("/glass", sync_to_thread=True)
def open_file(request: HTMXRequest, db: Db, viewer: Seer, typed: Form) -> Response[Any]:
    because = glass.hindrance(db, viewer)
    given = checked(OPEN, typed, viewer)
    errors = dict(given.errors)
    if len(given.values["reason"] or "") < glass.SHORTEST:
        errors.setdefault("reason", "Say why in at least 20 characters")
    if because:
        errors["ref"] = because
    if errors:
        return _open_page(request, typed, errors)
    try:
        person = glass.open_file(db, viewer, given.values["ref"], given.values["reason"])
    except Refused as refused:
        return _open_page(request, typed, {"ref": str(refused)})
    if person is None:
        return page(request, "errors/404.html", status=404)
    return see_other(f"/people/{person.id}")


@get("/glass/{id:str}", sync_to_thread=True)
def show_opening(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _review_page(request, db, viewer, _opening(db, viewer, id), Typed(), {})


@post("/glass/{id:str}", sync_to_thread=True)
def review(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    opening = _opening(db, viewer, id)
    given = checked(REVIEW, typed, viewer)
    if given.errors:
        return _review_page(request, db, viewer, opening, typed, given.errors)
    glass.review(db, viewer, opening, given.values["outcome"], given.values["words"])
    return see_other(f"/glass/{id}")


def _opening(db: Session, viewer: Viewer, id: str) -> Opening:
    """For its reviewers alone: whoever opened it does not read it here."""
    opening = db.scalar(select(Opening).where(Opening.id == id))
    if opening is None or not glass.reviews(viewer) or opening.staff_id == viewer.id:
        raise LookupError(id)
    return opening


def _open_page(request: HTMXRequest, typed: Typed, errors: dict[str, str], because: str = "") -> Response[str]:
    return form_page(
        request,
        OPEN,
        typed,
        errors,
        title="Open a file now",
        action="/glass",
        back=("/search", "Search"),
        save="Open it for 30 minutes",
        says=because
        or "For somebody’s safety, when you cannot wait for the duty lead. You type a code, every lead is told at "
        "once, and somebody reviews it.",
    )


def _review_page(
    request: HTMXRequest, db: Session, viewer: Viewer, opening: Opening, typed: Typed, errors: dict[str, str]
) -> Response[str]:
    opener = db.get_one(Staff, opening.staff_id)
    person = glass.about(db, viewer, opening)
    known = [
        ("Who opened it", f"{opener.name}, {role_words(opener.roles)}"),
        ("Whose file", f"{person.preferred_name}, {person.ref}"),
        ("Why", opening.reason),
    ]
    return page(
        request,
        "access/opening.html",
        status=422 if errors else 200,
        facts=known,
        opening=opening,
        outcomes=glass.OUTCOMES,
        reviewer=db.scalar(select(Staff.name).where(Staff.id == opening.reviewed_by)) or "",
        fields=shown(REVIEW, typed, errors, {}),
        action=f"/glass/{opening.id}",
        submission="",
    )


handlers = [ask_reason, open_file, show_opening, review]
