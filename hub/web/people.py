"""The caseload, a young person's file and their timeline."""

import datetime as dt
from typing import Any

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import caseload, people, records
from hub.access import ROLES, Decision, Viewer
from hub.actions import Action, Goal
from hub.agencies import Staff, wards
from hub.clock import today
from hub.forms import questions, words
from hub.people import Person
from hub.records import Record, RecordPerson
from hub.relations import shares
from hub.reminders import Due, rules
from hub.web import goals, person_forms, search
from hub.web.guards import Db, Now, Seer
from hub.web.pages import page

VIEWS = ("mine", "overdue", "unseen", "everybody")
ABOVE = {"preferred_name", "standing", "safety_notes", "helps", "channel", "phone", "contact_hours", "device_shared"}
MOMENT = "%Y%m%dT%H%M%S.%f"


@get("/caseload", sync_to_thread=True)
def show_caseload(
    request: HTMXRequest, db: Db, viewer: Seer, now: Now, show: FromQuery[str] = "", after: FromQuery[str] = ""
) -> Response[str]:
    everybody = caseload.sees_everybody(viewer)
    shown = show if show in VIEWS else "mine" if caseload.own(viewer) or not everybody else "everybody"
    mine = caseload.mine(db, viewer)
    late, unseen = caseload.overdue(mine), caseload.unseen(mine)
    lines = {"mine": mine, "overdue": late, "unseen": unseen}.get(shown)
    more = ""
    if lines is None:
        lines = caseload.everybody(db, viewer, after) if everybody else []
        more = lines[caseload.PAGE - 1].id if len(lines) > caseload.PAGE else ""
    return page(
        request,
        "people/caseload.html",
        viewer=viewer,
        now=now,
        shown=shown,
        lines=lines[: caseload.PAGE] if shown == "everybody" else lines,
        more=more,
        counts={"mine": len(mine), "overdue": len(late), "unseen": len(unseen)},
        everybody=everybody,
        days=rules()["R-49"].amount,
        may_add=person_forms.may_add(viewer),
    )


@get("/people/{id:str}", sync_to_thread=True)
def show_file(request: HTMXRequest, db: Db, viewer: Seer, now: Now, id: FromPath[str]) -> Response[str]:
    person, decision = person_forms.found(db, viewer, id)
    seen = people.answers_seen(person, decision)
    return page(
        request,
        "people/file.html",
        now=now,
        today=today(now),
        person=_header(person, decision, now),
        seen=seen,
        told=_told(db, seen),
        workers=caseload.workers(db, person.id, now),
        roles={code: role["name"] for code, role in ROLES.items()},
        clocks=_clocks(db, person),
        actions=_actions(db, person),
        goals=db.execute(_open_goals(person)).all(),
        writes=[kind for kind in request.app.state.kinds.values() if _about_people(viewer, kind)],
        may_change=person_forms.changing(viewer, decision) is not None,
        may_plan=goals.may_plan(viewer, decision),
        may_show_looks=viewer.leads or person.id in caseload.own(viewer),
        may_see_access=shares.may_share(viewer, person),
        **_timeline(request, db, viewer, person),
    )


@get("/people/{id:str}/timeline", sync_to_thread=True)
def show_timeline(
    request: HTMXRequest,
    db: Db,
    viewer: Seer,
    now: Now,
    id: FromPath[str],
    before: FromQuery[str] = "",
    kind: FromQuery[str] = "",
) -> Response[str]:
    person, decision = person_forms.found(db, viewer, id)
    return page(
        request,
        "people/timeline.html",
        block="entries",
        now=now,
        person=_header(person, decision, now),
        **_timeline(request, db, viewer, person, kind=kind, before=before),
    )


def _header(person: Person, decision: Decision, now: dt.datetime) -> dict[str, Any]:
    """What stands at the top of every page about somebody."""
    shown = caseload.colour_shown(decision)
    until = person.colour_until
    return {
        "id": person.id,
        "ref": person.ref,
        "name": person.preferred_name,
        "pronouns": person.pronouns,
        "age": person.age(now),
        "age_band": person.age_band,
        "standing": person.standing,
        "colour": person.colour if shown else "",
        "colour_until": until if shown else None,
        "expired": shown and until is not None and until < today(now),
        "closed_at": person.closed_at,
        "died_on": person.died_on,
    }


def _told(db: Session, seen: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, words) of every answer that is not already told at the top of the file."""
    asked = questions(Person)
    known = {"ward": wards(db)}
    told = (
        (asked[name].label, words(asked[name], value, known.get(name, ())))
        for name, value in seen.items()
        if name not in ABOVE
    )
    return [(label, says) for label, says in told if says]


def _clocks(db: Session, person: Person) -> list[dict[str, Any]]:
    query = (
        select(Due.rule, Due.due_at, Due.record_id, Record.kind, Staff.name.label("owner"))
        .join(Staff, Staff.id == Due.owner_id)
        .join(Record, Record.id == Due.record_id, isouter=True)
        .where(Due.person_id == person.id, Due.resolved_at.is_(None))
        .order_by(Due.due_at)
    )
    return [
        {
            "says": rules()[row.rule].says,
            "due_at": row.due_at,
            "owner": row.owner,
            "href": f"/{row.kind}/{row.record_id}" if row.kind else "",
        }
        for row in db.execute(query)
    ]


def _actions(db: Session, person: Person) -> Any:
    return db.execute(
        select(Action.id, Action.says, Action.due_on, Staff.name.label("owner"))
        .join(Staff, Staff.id == Action.owner_id)
        .where(Action.person_id == person.id, Action.ended_at.is_(None))
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
    ).all()


def _open_goals(person: Person) -> Any:
    return (
        select(Goal.id, Goal.says, Goal.domain)
        .where(Goal.person_id == person.id, Goal.ended_at.is_(None))
        .order_by(Goal.made_at)
    )


def _about_people(viewer: Viewer, kind: Any) -> bool:
    return kind.about != "none" and not kind.parent and bool(kind.writers & viewer.roles)


def _timeline(
    request: HTMXRequest, db: Session, viewer: Viewer, person: Person, *, kind: str = "", before: str = ""
) -> dict[str, Any]:
    kinds = request.app.state.kinds
    entries = records.timeline(db, viewer, person, kind=kind, before=_moment(before))
    shown = entries[: records.PAGE]
    here = db.scalars(
        select(RecordPerson.kind)
        .join(Record, Record.id == RecordPerson.record_id)
        .where(RecordPerson.person_id == person.id)
        .distinct()
    )
    return {
        "entries": shown,
        "older": _token(shown[-1]) if len(entries) > len(shown) else "",
        "says": {entry.id: _without_title(entry, kinds) for entry in shown},
        "kind": kind,
        "titles": {slug: found.title for slug, found in kinds.items()},
        "filters": sorted((kinds[slug].plural, slug) for slug in here if slug in kinds),
        "moved": [] if kind or before else records.moved_away(db, person),
    }


def _without_title(entry: records.Entry, kinds: Any) -> str:
    """What an entry says beyond the title that stands above it."""
    title = kinds[entry.kind].title if entry.kind in kinds else ""
    rest = entry.says.removeprefix(title).lstrip(" :,·")
    return rest[:1].upper() + rest[1:]


def _token(entry: records.Entry) -> str:
    """Where the next page begins. It says when and which, never what."""
    return f"{entry.happened_at:{MOMENT}}~{entry.id}"


def _moment(token: str) -> tuple[dt.datetime, str] | None:
    """What `_token` wrote; anything else begins at the newest."""
    moment, _, id = token.partition("~")
    try:
        return dt.datetime.strptime(moment, MOMENT).replace(tzinfo=dt.UTC), id
    except ValueError:
        return None


handlers = [show_caseload, show_file, show_timeline, *person_forms.handlers, *goals.handlers, *search.handlers]
