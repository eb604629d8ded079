"""Saying that something is wrong, answering it, and reporting an incident."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import challenges
from hub.access import Viewer, unwalled
from hub.challenges import Challenge
from hub.forms import Question, Typed, shown
from hub.people import Person
from hub.web import person_forms
from hub.web.access.asking import checked, form_page
from hub.web.access.looked import require_reviewer
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other
from hub.web.telling import submission

TAKE = {
    "kind": Question("What is it about?", "choice", choices=challenges.KINDS, enough=True, missing="Choose one"),
    "says": Question(
        "What is wrong?",
        "note",
        limit=1000,
        own_words=True,
        enough=True,
        hint="In their words.",
        missing="Write it down",
    ),
    "said_by": Question("Who says so?", "choice", choices=challenges.BY, enough=True, missing="Choose who says so"),
}
DECIDE = {
    "outcome": Question("What do you find?", "choice", choices=challenges.OUTCOMES, enough=True, missing="Choose one"),
    "words": Question(
        "Why, in words for the young person", "note", limit=1000, enough=True, missing="Say why, in plain words"
    ),
}


@get("/people/{id:str}/challenges/new", sync_to_thread=True)
def ask_challenge(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    person, _ = person_forms.found(db, viewer, id)
    return _take_page(request, person, Typed(), {})


@post("/people/{id:str}/challenges/new", sync_to_thread=True)
def take(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    person, _ = person_forms.found(db, viewer, id)
    given = checked(TAKE, typed, viewer)
    if given.errors:
        return _take_page(request, person, typed, given.errors)
    number = submission(typed)
    challenges.take(db, viewer, person, given.values, number)
    return see_other(f"/challenges/{number}")


@get("/challenges", sync_to_thread=True)
def show_all(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    require_reviewer(viewer)
    return page(
        request,
        "access/challenges.html",
        challenges=challenges.waiting(db),
        incidents=challenges.incidents(db),
        kinds=challenges.KINDS,
    )


@get("/challenges/{id:str}", sync_to_thread=True)
def show_challenge(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _page(request, db, viewer, _challenge(db, id), Typed(), {})


@post("/challenges/{id:str}/acknowledge", sync_to_thread=True)
def acknowledge(db: Db, viewer: Seer, id: FromPath[str]) -> Response[Any]:
    challenges.acknowledge(db, viewer, _challenge(db, id))
    return see_other(f"/challenges/{id}")


@post("/challenges/{id:str}", sync_to_thread=True)
def decide(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    challenge = _challenge(db, id)
    given = checked(DECIDE, typed, viewer)
    if given.errors:
        return _page(request, db, viewer, challenge, typed, given.errors)
    challenges.decide(db, viewer, challenge, given.values["outcome"], given.values["words"])
    return see_other(f"/challenges/{id}")


def _challenge(db: Session, id: str) -> Challenge:
    row = db.scalar(select(Challenge).where(Challenge.id == id))
    if row is None:
        raise LookupError(id)
    return row


def _take_page(request: HTMXRequest, person: Person, typed: Typed, errors: dict[str, str]) -> Response[str]:
    return form_page(
        request,
        TAKE,
        typed,
        errors,
        title="Something is wrong",
        action=f"/people/{person.id}/challenges/new",
        back=(f"/people/{person.id}", "Back to the file"),
        person=person,
        says="Somebody who was not involved answers it. When what is written is challenged, sharing stops meanwhile.",
    )


def _page(
    request: HTMXRequest, db: Session, viewer: Viewer, row: Challenge, typed: Typed, errors: dict[str, str]
) -> Response[str]:
    with unwalled(db, viewer.hub_id):
        person = db.get_one(Person, row.person_id)
    return page(
        request,
        "access/challenge.html",
        status=422 if errors else 200,
        challenge=row,
        ref=person.ref,
        kind=challenges.KINDS[row.kind],
        said_by=challenges.BY[row.said_by],
        taker=challenges.name_of(db, row.taken_by),
        decider=challenges.name_of(db, row.decided_by or row.decider_id),
        outcomes=challenges.OUTCOMES,
        may_decide=row.decided_at is None and viewer.id in challenges.uninvolved(db, viewer, person, row.taken_by),
        fields=shown(DECIDE, typed, errors, {}),
        action=f"/challenges/{row.id}",
        submission="",
    )


handlers = [ask_challenge, take, show_all, show_challenge, acknowledge, decide]
