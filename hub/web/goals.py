"""What a young person wants, and who does what about it by when."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import actions, audit, caseload
from hub.access import Decision, Grade, Refused, Viewer
from hub.actions import DOMAINS, Action, Goal
from hub.agencies import Staff, colleagues
from hub.clock import today
from hub.forms import Question, Typed, read, shown
from hub.ids import is_id, uuid7
from hub.people import Person
from hub.records import Record
from hub.web import person_forms
from hub.web.guards import Db, Form, Now, Seer
from hub.web.pages import page, see_other

GOAL = {
    "says": Question(
        "What do they want?",
        "text",
        hint="In their words.",
        enough=True,
        limit=200,
        own_words=True,
        missing="Write what they want",
    ),
    "domain": Question("What is it about?", "choice", choices=DOMAINS, enough=True, missing="Choose what it is about"),
}
ACTION = {
    "says": Question(
        "What will be done?",
        "text",
        hint="One step, small enough to finish.",
        enough=True,
        limit=200,
        missing="Write what will be done",
    ),
    "owner": Question(
        "Who does it?", "staff", hint="A person, not an agency.", enough=True, missing="Choose who does it"
    ),
    "due": Question("By when?", "date", when="future", enough=True, missing="Choose a day"),
}
END = {"why": Question("Why is it dropped?", "text", limit=200)}


def may_plan(viewer: Viewer, decision: Decision) -> bool:
    """Whoever works with a young person and sees their plan adds to it; so does a lead."""
    writing = person_forms.changing(viewer, decision)
    return writing is not None and writing.shows(Grade.SENSITIVE, "plan")


@get("/people/{id:str}/goals/new", sync_to_thread=True)
def new_goal(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _goal_page(request, _planned(db, viewer, id), Typed(), {})


@post("/people/{id:str}/goals", sync_to_thread=True)
def add_goal(request: HTMXRequest, db: Db, viewer: Seer, now: Now, id: FromPath[str], typed: Form) -> Response[Any]:
    person = _planned(db, viewer, id)
    given = read(GOAL, typed, now)
    if given.errors:
        return _goal_page(request, person, typed, given.errors, status=422)
    actions.set_goal(db, viewer, person.id, given.values["says"], given.values["domain"], id=_submission(typed))
    return see_other(f"/people/{id}")


@post("/goals/{id:str}/end", sync_to_thread=True)
def end_goal(db: Db, viewer: Seer, id: FromPath[str]) -> Response[Any]:
    goal = db.scalar(select(Goal).where(Goal.id == id))
    if goal is None:
        raise LookupError(id)
    person = _planned(db, viewer, goal.person_id)
    if goal.ended_at is None:
        goal.ended_at = viewer.now
        audit.note(db, "end goal", subject=person.audit_ref, object=goal.id, grade=Grade.SENSITIVE)
    return see_other(f"/people/{goal.person_id}")


@get("/people/{id:str}/actions/new", sync_to_thread=True)
def new_action(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _action_page(request, db, viewer, _planned(db, viewer, id), Typed(owner=[viewer.id]), {})


@post("/people/{id:str}/actions", sync_to_thread=True)
def add_action(request: HTMXRequest, db: Db, viewer: Seer, now: Now, id: FromPath[str], typed: Form) -> Response[Any]:
    person = _planned(db, viewer, id)
    given = read(ACTION, typed, now, {"owner": _owners(db, viewer)})
    if given.errors:
        return _action_page(request, db, viewer, person, typed, given.errors, status=422)
    said = given.values
    actions.promise(db, viewer, said["says"], said["owner"], said["due"], person_id=person.id, id=_submission(typed))
    return see_other(f"/people/{id}")


@get("/actions/{id:str}", sync_to_thread=True)
def show_action(request: HTMXRequest, db: Db, viewer: Seer, now: Now, id: FromPath[str]) -> Response[str]:
    return _end_page(request, db, viewer, _action(db, id), Typed(), {})


@post("/actions/{id:str}/end", sync_to_thread=True)
def end_action(request: HTMXRequest, db: Db, viewer: Seer, now: Now, id: FromPath[str], typed: Form) -> Response[Any]:
    """Done or dropped, or on to the page that ends it. Twice is once: an action that has ended stays as it ended."""
    action = _action(db, id)
    if not _may_end(viewer, action):
        raise Refused("Whoever does it, asked for it or leads says how it ended.")
    if action.link and action.ended_at is None:
        return see_other(action.link)
    given = read(END, typed, now)
    status = "dropped" if typed.first("status") == "dropped" else "done"
    errors = dict(given.errors)
    if status == "dropped" and not given.values["why"]:
        errors.setdefault("why", "Say why it is dropped")
    if errors:
        return _end_page(request, db, viewer, action, typed, errors, status=422)
    if action.ended_at is None:
        actions.end(db, viewer, action, status, given.values["why"] or "")
    return see_other(f"/people/{action.person_id}" if typed.first("from") == "file" and action.person_id else "/")


def _planned(db: Session, viewer: Viewer, id: str) -> Person:
    person, decision = person_forms.found(db, viewer, id)
    if not may_plan(viewer, decision):
        raise Refused("Whoever works with this young person plans with them.")
    return person


def _action(db: Session, id: str) -> Action:
    action = db.scalar(select(Action).where(Action.id == id))
    if action is None:
        raise LookupError(id)
    return action


def _may_end(viewer: Viewer, action: Action) -> bool:
    return viewer.leads or viewer.id in (action.owner_id, action.made_by)


def _owners(db: Session, viewer: Viewer) -> list[tuple[str, str]]:
    """Colleagues by name, oneself first."""
    named = [(staff.id, staff.name) for staff in colleagues(db, viewer.now)]
    return sorted(named, key=lambda owner: owner[0] != viewer.id)


def _submission(typed: Typed) -> str:
    return said if is_id(said := typed.first("submission")) else uuid7()


def _top(person: Person) -> dict[str, Any]:
    return {"id": person.id, "ref": person.ref, "name": person.preferred_name, "standing": person.standing}


def _goal_page(request: HTMXRequest, person: Person, typed: Typed, errors: Any, status: int = 200) -> Response[str]:
    fields = shown(GOAL, typed, errors, {})
    return page(
        request, "goals/goal.html", status=status, person=_top(person), fields=fields, submission=_submission(typed)
    )


def _action_page(
    request: HTMXRequest, db: Session, viewer: Viewer, person: Person, typed: Typed, errors: Any, status: int = 200
) -> Response[str]:
    fields = shown(ACTION, typed, errors, {"owner": _owners(db, viewer)})
    return page(
        request, "goals/action.html", status=status, person=_top(person), fields=fields, submission=_submission(typed)
    )


def _end_page(
    request: HTMXRequest, db: Session, viewer: Viewer, action: Action, typed: Typed, errors: Any, status: int = 200
) -> Response[str]:
    kind = db.scalar(select(Record.kind).where(Record.id == action.record_id)) if action.record_id else None
    return page(
        request,
        "goals/end.html",
        status=status,
        action={
            "id": action.id,
            "says": action.says,
            "due_on": action.due_on,
            "late": action.due_on is not None and action.due_on < today(viewer.now),
            "made_at": action.made_at,
            "status": action.status,
            "why": action.why,
            "ended_at": action.ended_at,
            "record": f"/{kind}/{action.record_id}" if kind else "",
            "link": action.link,
        },
        names=dict(
            db.execute(select(Staff.id, Staff.name).where(Staff.id.in_((action.owner_id, action.made_by)))).all()
        ),
        owner=action.owner_id,
        maker=action.made_by,
        about=caseload.named(db, viewer, [action.person_id or ""]).get(action.person_id or ""),
        may_end=_may_end(viewer, action),
        fields=shown(END, typed, errors, {}),
    )


handlers = [new_goal, add_goal, end_goal, new_action, add_action, show_action, end_action]
