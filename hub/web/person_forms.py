"""Opening a young person's file for the first time, and changing what it says, a part at a time."""

from collections.abc import Mapping
from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.orm import Session

from hub import caseload, people
from hub.access import Decision, Refused, Viewer, unwalled
from hub.actions import promise
from hub.agencies import leads, wards
from hub.clock import today
from hub.forms import Question, Typed, as_typed, questions, read, shown, words
from hub.ids import is_id, uuid7
from hub.people import Person
from hub.web.guards import Db, Form, Now, Seer
from hub.web.pages import page, see_other

PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "name": (
        "Name and age",
        ("preferred_name", "nicknames", "pronouns", "standing", "legal_name", "dob", "age_band", "age_source"),
    ),
    "reach": (
        "Reaching them",
        ("channel", "phone", "contact_hours", "device_shared", "safe_word", "ward", "home_address"),
    ),
    "safety": ("Safety", ("safety_notes", "helps")),
    "needs": ("Needs", ("languages", "interpreter", "access_needs", "send")),
    "care": ("Care and school", ("care_status", "statutory_lead", "education", "education_status")),
    "about": ("About them", ("sex", "gender_identity", "ethnicity", "ethnicity_source")),
    "papers": ("Papers", ("privacy_notice_on", "privacy_notice_format", "external_ids")),
}
FIRST = (
    "preferred_name",
    "standing",
    "dob",
    "age_band",
    "age_source",
    "nicknames",
    "ward",
    "channel",
    "phone",
    "contact_hours",
)
WORKING = frozenset({"allocated", "cover"})


def found(db: Session, viewer: Viewer, id: str) -> tuple[Person, Decision]:
    """The person and how much of them is shown; the look is noted. Raises LookupError: absent and denied read the same."""
    person = people.find(db, id)
    if person is None:
        raise LookupError(id)
    return person, people.look(db, viewer, person)


def may_add(viewer: Viewer) -> bool:
    """Who works with young people or receives them may open a file."""
    return viewer.leads or viewer.ceiling("allocated") > 0 or viewer.ceiling("today") > 0


def changing(viewer: Viewer, decision: Decision) -> Decision | None:
    """How much of a file somebody may change: a lead and who works with them what they see, reception today's visitors."""
    relations = WORKING | ({"today"} if "ADM" in viewer.roles else set())
    views = tuple(view for view in decision.views if viewer.leads or view.relation in relations)
    return Decision(views) if views else None


@get("/people/new", sync_to_thread=True)
def new_form(request: HTMXRequest, db: Db, viewer: Seer, name: FromQuery[str] = "") -> Response[str]:
    if not may_add(viewer):
        raise Refused("Your role does not open files. Ask the duty lead.")
    return _new_page(request, db, Typed(preferred_name=[name] if name else []), {})


@post("/people/new", sync_to_thread=True)
def create(request: HTMXRequest, db: Db, viewer: Seer, now: Now, typed: Form) -> Response[Any]:
    if not may_add(viewer):
        raise Refused("Your role does not open files. Ask the duty lead.")
    id = typed.first("submission") if is_id(typed.first("submission")) else uuid7()
    with unwalled(db):
        if db.get(Person, id) is not None:
            return see_other(f"/people/{id}")
    given = read(_asked(FIRST), typed, now, {"ward": wards(db)})
    errors = _wrong(viewer, given.values, new=True) | given.errors
    alike = [] if errors or typed.first("new") else _alike(db, viewer, given.values)
    if errors or alike:
        return _new_page(request, db, typed, errors, alike, status=422)
    person = people.add(db, viewer, given.values, id)
    people.allocate(
        db, viewer, person, viewer.id, lead=False, relation="allocated" if viewer.ceiling("allocated") else "today"
    )
    for lead in leads(db, now)[:1]:
        says = f"Decide who works with {person.ref}, and whether we know them already"
        promise(db, viewer, says, lead.id, today(now), person_id=person.id)
    return see_other(f"/people/{person.id}")


@get("/people/{id:str}/change", sync_to_thread=True)
def change_form(
    request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], part: FromQuery[str] = "name"
) -> Response[str]:
    person, writing = _to_change(db, viewer, id)
    asked = _part(writing, part)
    kept = {name: getattr(person, name) for name in asked}
    return _change_page(request, db, person, writing, part, as_typed(asked, kept), {}, person.version)


@post("/people/{id:str}/change", sync_to_thread=True)
def change(request: HTMXRequest, db: Db, viewer: Seer, now: Now, id: FromPath[str], typed: Form) -> Response[Any]:
    person, writing = _to_change(db, viewer, id)
    part = typed.first("part")
    asked = _part(writing, part)
    given = read(asked, typed, now, {"ward": wards(db)})
    kept = {name: getattr(person, name) for name in asked}
    errors = _wrong(viewer, {**kept, **given.values}) | given.errors
    if errors:
        version = typed.first("version")
        return _change_page(request, db, person, writing, part, typed, errors, version, status=422)
    changed = {name: value for name, value in given.values.items() if value != kept[name]}
    if changed and typed.first("version") != str(person.version):
        said = {name: f"It now says “{words(asked[name], kept[name]) or 'nothing'}”" for name in changed}
        return _change_page(request, db, person, writing, part, typed, said, person.version, status=409, stale=True)
    if changed:
        people.change(db, viewer, person, changed)
    return see_other(f"/people/{id}")


def _to_change(db: Session, viewer: Viewer, id: str) -> tuple[Person, Decision]:
    person, decision = found(db, viewer, id)
    if (writing := changing(viewer, decision)) is None:
        raise Refused("Whoever works with this young person changes their file. Tell them, or the duty lead.")
    return person, writing


def _asked(names: tuple[str, ...]) -> dict[str, Question]:
    every = questions(Person)
    return {name: every[name] for name in names}


def _part(writing: Decision, part: str) -> dict[str, Question]:
    """The questions of one part of a file that somebody may change."""
    if part not in PARTS:
        raise LookupError(part)
    asked = _asked(PARTS[part][1])
    return {name: question for name, question in asked.items() if writing.shows(question.grade, question.group)}


def _wrong(viewer: Viewer, values: Mapping[str, Any], new: bool = False) -> dict[str, str]:
    """What one answer says against another: the ages of section 1, and who said what."""
    wrong = _wrong_age(viewer, values, new)
    if values.get("age_band") and not values.get("dob") and not values.get("age_source"):
        wrong["age_source"] = "Say how we know their age"
    known = values.get("ethnicity") not in (None, "not_asked", "prefer_not")
    if known and not values.get("ethnicity_source"):
        wrong["ethnicity_source"] = "Say who told us: only the young person, a parent or a carer can"
    return wrong


def _wrong_age(viewer: Viewer, values: Mapping[str, Any], new: bool) -> dict[str, str]:
    dob, band = values.get("dob"), values.get("age_band")
    place = "dob" if dob else "age_band"
    age = people.age_on(dob, today(viewer.now))
    if new and dob is None and band is None:
        return {"dob": "Enter their date of birth, or choose an age band"}
    if band == "under_10" or (age is not None and age < people.YOUNGEST):
        return {place: "Children under 10 have no file here. Ring MASH and tell the duty lead"}
    if (band == "over_25" or (age is not None and age > people.OLDEST)) and not viewer.leads:
        return {place: "Only a lead opens a file for someone over 25"}
    return {}


def _alike(db: Session, viewer: Viewer, values: Mapping[str, Any]) -> list[Any]:
    """People whom the viewer may see and whose name is like this one. Nobody else is ever hinted at."""
    names = [values["preferred_name"], *(values["nicknames"] or "").split(",")]
    rows = {row.id: row for name in names if name.strip() for row in people.search(db, name, most=5)}
    return list(caseload.named(db, viewer, rows).values())


def _new_page(
    request: HTMXRequest, db: Session, typed: Typed, errors: Mapping[str, str], alike: Any = (), status: int = 200
) -> Response[str]:
    given = typed.first("submission")
    return page(
        request,
        "people/new.html",
        status=status,
        fields=shown(_asked(FIRST), typed, errors, {"ward": wards(db)}),
        alike=alike,
        submission=given if is_id(given) else uuid7(),
    )


def _change_page(
    request: HTMXRequest,
    db: Session,
    person: Person,
    writing: Decision,
    part: str,
    typed: Typed,
    errors: Mapping[str, str],
    version: int | str,
    status: int = 200,
    stale: bool = False,
) -> Response[str]:
    return page(
        request,
        "people/change.html",
        status=status,
        person={"id": person.id, "ref": person.ref, "name": person.preferred_name, "standing": person.standing},
        part=part,
        parts=[(name, title) for name, (title, _) in PARTS.items() if _part(writing, name)],
        fields=shown(_part(writing, part), typed, errors, {"ward": wards(db)}),
        version=version,
        stale=stale,
    )


handlers = [new_form, create, change_form, change]
