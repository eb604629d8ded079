"""The duty lead answers a search that found nobody: candidates are shown to the lead alone."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import audit, people
from hub.access import Grade
from hub.agencies import Staff
from hub.forms import Typed
from hub.people import Person
from hub.relations import Match, matches
from hub.web.access.asking import top
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other


@get("/matches/{id:str}", sync_to_thread=True)
def show_match(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _page(request, db, _match(db, id), Typed(), {})


@post("/matches/{id:str}", sync_to_thread=True)
def settle(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    match = _match(db, id)
    outcome, person = typed.first("outcome"), people.find(db, typed.first("person"))
    if outcome not in matches.OUTCOMES:
        return _page(request, db, match, typed, {"outcome": "Choose how it ends"})
    if errors := matches.wrong(db, match, outcome, person):
        return _page(request, db, match, typed, errors)
    matches.settle(db, viewer, match, outcome, person)
    return see_other("/")


def _match(db: Session, id: str) -> Match:
    """Leads alone find one: to everybody else it is not there."""
    match = db.scalar(select(Match).where(Match.id == id))
    if match is None:
        raise LookupError(id)
    return match


def _page(request: HTMXRequest, db: Session, match: Match, typed: Typed, errors: dict[str, str]) -> Response[str]:
    found: list[Person] = list(matches.candidates(db, match.words))
    audit.note(db, "search", object="people", grade=Grade.PERSONAL, fields=[person.ref for person in found])
    return page(
        request,
        "access/match.html",
        status=422 if errors else 200,
        title="Match a search",
        asker=db.scalar(select(Staff.name).where(Staff.id == match.asked_by)),
        words=match.words,
        at=match.asked_at,
        ended=match.ended_at,
        action=f"/matches/{match.id}",
        found=[top(person) for person in found],
        outcomes=matches.OUTCOMES,
        nobody="",
        errors=errors,
        chosen={name: typed.first(name) for name in ("person", "outcome")},
        save="End this search",
    )


handlers = [show_match, settle]
