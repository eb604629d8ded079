"""The incident button: what happened, who had seen it, and 72 hours to decide."""

from collections.abc import Sequence
from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import challenges, looked, people
from hub.access import Viewer, unwalled
from hub.challenges import Incident
from hub.forms import Question, Typed, shown
from hub.people import Person
from hub.records import Record
from hub.web.access.asking import checked, form_page, role_words
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other
from hub.web.telling import submission

REPORT = {
    "says": Question("What happened?", "note", limit=1000, enough=True, missing="Say what happened"),
    "noticed_at": Question("When was it noticed?", "moment", when="past", enough=True, missing="Say when"),
    "who": Question("Whose file, if you know", "text", limit=60, hint="Their reference."),
}
END = {
    "told": Question("Was the regulator told?", "yes_no", enough=True, missing="Say whether the regulator was told"),
    "words": Question("Why, and what was done", "note", limit=1000, enough=True, missing="Say what was done"),
}


@get("/incidents/new", sync_to_thread=True)
def ask_incident(request: HTMXRequest, db: Db, viewer: Seer, record: FromQuery[str] = "") -> Response[str]:
    return _report_page(request, _record(db, record), Typed(), {})


@post("/incidents/new", sync_to_thread=True)
def report(request: HTMXRequest, db: Db, viewer: Seer, typed: Form, record: FromQuery[str] = "") -> Response[Any]:
    about = _record(db, record)
    given = checked(REPORT, typed, viewer)
    errors = dict(given.errors)
    found = people.match(db, given.values["who"] or "")
    if given.values["who"] and len(found) != 1:
        errors.setdefault("who", "Not on your list. Leave this empty, and say above whom it is about")
    if errors:
        return _report_page(request, about, typed, errors)
    said = {**given.values, "person_id": found[0].id if found else None, "record_id": about.id if about else None}
    challenges.report(db, viewer, said, submission(typed))
    return page(request, "access/reported.html", due=challenges.due_at(given.values["noticed_at"]))


@get("/incidents/{id:str}", sync_to_thread=True)
def show_incident(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _page(request, db, viewer, _incident(db, id), Typed(), {})


@post("/incidents/{id:str}", sync_to_thread=True)
def end(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    incident = _incident(db, id)
    given = checked(END, typed, viewer)
    if given.errors:
        return _page(request, db, viewer, incident, typed, given.errors)
    challenges.end_incident(db, viewer, incident, given.values["told"], given.values["words"])
    return see_other(f"/incidents/{id}")


def _incident(db: Session, id: str) -> Incident:
    row = db.scalar(select(Incident).where(Incident.id == id))
    if row is None:
        raise LookupError(id)
    return row


def _record(db: Session, id: str) -> Record | None:
    """The record that somebody was looking at. Raises LookupError: absent and denied read the same."""
    row = db.scalar(select(Record).where(Record.id == id)) if id else None
    if id and row is None:
        raise LookupError(id)
    return row


def _report_page(request: HTMXRequest, about: Record | None, typed: Typed, errors: dict[str, str]) -> Response[str]:
    return form_page(
        request,
        REPORT,
        typed,
        errors,
        title="Report an incident",
        action="/incidents/new" + (f"?record={about.id}" if about else ""),
        back=(f"/{about.kind}/{about.id}", "Back to the record") if about else ("/me", "Me"),
        save="Report it",
        says="Something was seen, sent or lost that should not have been. Report it now, also when you are not sure. "
        "Every lead and the data protection officer are told.",
    )


def _page(
    request: HTMXRequest, db: Session, viewer: Viewer, row: Incident, typed: Typed, errors: dict[str, str]
) -> Response[str]:
    with unwalled(db, viewer.hub_id):
        hidden = row.person_id in viewer.excluded
        person = db.get(Person, row.person_id) if row.person_id and not hidden else None
        saw: Sequence[Any] = ()
        if row.record_id:
            saw = looked.readers(db, viewer.hub_id, object=row.record_id)
        elif person is not None:
            saw = looked.readers(db, viewer.hub_id, subject=person.audit_ref)
    return page(
        request,
        "access/incident.html",
        status=422 if errors else 200,
        incident=row,
        due=challenges.due_at(row.noticed_at),
        now=viewer.now,
        ref=person.ref if person else "",
        maker=challenges.name_of(db, row.made_by),
        ender=challenges.name_of(db, row.ended_by),
        saw=[(one, role_words(one.roles)) for one in saw],
        known=bool(row.record_id or person),
        fields=shown(END, typed, errors, {}),
        action=f"/incidents/{row.id}",
        submission="",
    )


handlers = [ask_incident, report, show_incident, end]
