"""Today, and the menu of what may be recorded."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import get
from litestar.params import FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import actions, caseload, outbox, people, records, reminders
from hub.access import Viewer
from hub.agencies import Staff
from hub.clock import day_start, today, wall
from hub.records import Kind, Record
from hub.reminders import Due
from hub.web import person_forms
from hub.web.glossary import glossary
from hub.web.guards import Db, Now, Seer
from hub.web.pages import page

MOST = 50
TEAM = 10
SOON = dt.timedelta(hours=24)
Kinds = Mapping[str, type[Kind]]


@get("/", sync_to_thread=True)
def show_today(request: HTMXRequest, db: Db, viewer: Seer, now: Now) -> Response[str]:
    kinds: Kinds = request.app.state.kinds
    steps = _steps(db, viewer, now, kinds)
    things = (
        _clocks(db, viewer, kinds, [step["row"].id for step in steps])
        + _actions(db, viewer, now)
        + _unfinished(db, viewer, kinds)
        + _unread(db, viewer)
    )
    late = _team(db, viewer) if viewer.leads else []
    team = [thing for thing in late if not thing["critical"]]
    things += _alarms(late, things)
    about = caseload.named(db, viewer, [thing["person_id"] for thing in (*things, *team)])
    for thing in (*things, *team):
        thing["about"] = about.get(thing["person_id"])
        thing["href"] = thing["href"] or (f"/people/{thing['person_id']}" if thing["about"] else "")
    things.sort(key=lambda thing: (not thing["critical"], thing["due_at"] is None, thing["due_at"]))
    soon = [
        thing for thing in things if thing["critical"] or (thing["due_at"] is not None and thing["due_at"] < _soon(now))
    ]
    return page(
        request,
        "home/today.html",
        viewer=viewer,
        now=now,
        day=wall(now),
        steps=steps,
        soon=soon,
        later=[thing for thing in things if thing not in soon],
        team=team,
        writes=any(kind.writers & viewer.roles for kind in kinds.values()),
        has_caseload=bool(caseload.own(viewer)) or caseload.sees_everybody(viewer),
    )


@get("/record", sync_to_thread=True)
def show_menu(request: HTMXRequest, db: Db, viewer: Seer, person: FromQuery[str] = "") -> Response[str]:
    kinds: Kinds = request.app.state.kinds
    about = people.find(db, person) if person else None
    if person and about is None:
        raise LookupError(person)
    writes = [
        kind
        for kind in kinds.values()
        if not kind.parent and kind.writers & viewer.roles and (not about or kind.about != "none")
    ]
    return page(
        request,
        "record/menu.html",
        kinds=writes,
        about=caseload.named(db, viewer, [about.id])[about.id] if about else None,
        may_add=person_forms.may_add(viewer),
    )


def _soon(now: dt.datetime) -> dt.datetime:
    """Until when something belongs to today: the end of the day, and the morning after a late shift."""
    return max(day_start(today(now) + dt.timedelta(days=1)), now + SOON / 2)


def _end_of(day: dt.date) -> dt.datetime:
    return day_start(day + dt.timedelta(days=1)) - dt.timedelta(minutes=1)


def _clocks(db: Session, viewer: Viewer, kinds: Kinds, shown: Sequence[str]) -> list[dict[str, Any]]:
    """The viewer's open clocks; of records that stand on the page themselves, the alarms alone."""
    finish = {kind.finish for kind in kinds.values()}
    rows = db.execute(reminders.mine(viewer).limit(MOST)).all()
    return _told(
        db,
        [row for row in rows if row.rule not in finish and (row.severity == "critical" or row.record_id not in shown)],
    )


def _team(db: Session, viewer: Viewer) -> list[dict[str, Any]]:
    """What has run out for colleagues: alarms, then the longest first."""
    query = (
        select(Due.rule, Due.record_id, Due.person_id, Due.due_at, Due.severity, Staff.name.label("owner"))
        .join(Staff, Staff.id == Due.owner_id)
        .where(Due.resolved_at.is_(None), Due.due_at < viewer.now, Due.owner_id != viewer.id)
        .order_by((Due.severity == "critical").desc(), Due.due_at)
        .limit(TEAM)
    )
    rows = db.execute(query).all()
    return [told | {"owner": row.owner} for told, row in zip(_told(db, rows), rows, strict=True)]


def _alarms(late: Sequence[dict[str, Any]], mine: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Somebody's alarm is every lead's, once, whoever else was asked."""
    told = {(thing["says"], thing["href"]) for thing in mine}
    found = {(thing["says"], thing["href"]): thing for thing in reversed(late) if thing["critical"]}
    return [thing for key, thing in found.items() if key not in told]


def _unread(db: Session, viewer: Viewer) -> list[dict[str, Any]]:
    """What the viewer's phone sent and the hub could not make a record of yet."""
    count = len(outbox.waiting_items(db, viewer))
    row = {
        "says": "Look again at what you wrote",
        "more": f"{count} from your phone, not a record yet",
        "href": "/outbox",
        "due_at": _end_of(today(viewer.now)),
        "person_id": None,
        "critical": False,
        "action": "",
        "owner": "",
    }
    return [row] if count else []


def _told(db: Session, rows: Any) -> list[dict[str, Any]]:
    ids = {row.record_id for row in rows if row.record_id}
    lines = (
        {row.id: row for row in db.execute(select(Record.id, Record.kind, Record.line).where(Record.id.in_(ids)))}
        if ids
        else {}
    )
    told = []
    for row in rows:
        record, rule = lines.get(row.record_id), reminders.rules()[row.rule]
        told.append(
            {
                "says": rule.says,
                "more": record.line if record else "",
                "href": f"/{record.kind}/{record.id}" if record else rule.page and f"{rule.page}{row.record_id}",
                "due_at": row.due_at,
                "person_id": row.person_id,
                "critical": row.severity == "critical",
                "action": "",
                "owner": "",
            }
        )
    return told


def _actions(db: Session, viewer: Viewer, now: dt.datetime) -> list[dict[str, Any]]:
    return [
        {
            "says": row.says,
            "more": "",
            "href": row.link or f"/actions/{row.id}",
            "due_at": _end_of(row.due_on) if row.due_on else None,
            "person_id": row.person_id,
            "critical": False,
            "action": "" if row.link else row.id,
            "owner": "",
        }
        for row in db.execute(actions.open_actions(viewer).limit(MOST))
    ]


def _unfinished(db: Session, viewer: Viewer, kinds: Kinds) -> list[dict[str, Any]]:
    due = {
        row.record_id: row.due_at
        for row in db.execute(reminders.mine(viewer).where(Due.rule.in_({kind.finish for kind in kinds.values()})))
    }
    return [
        {
            "says": f"Finish: {kinds[row.kind].title.lower()}",
            "more": f"{row.gaps} {'answer' if row.gaps == 1 else 'answers'} left · {row.line}",
            "href": f"/{row.kind}/{row.id}",
            "due_at": due.get(row.id),
            "person_id": None,
            "critical": False,
            "action": "",
            "owner": "",
        }
        for row in db.execute(records.waiting(viewer).limit(MOST))
        if row.kind in kinds
    ]


def _steps(db: Session, viewer: Viewer, now: dt.datetime, kinds: Kinds) -> list[dict[str, Any]]:
    """What the viewer is in the middle of, then what today asks of them next: the record and its next step.

    A clock that is critical asks them to look, not to end somebody else's evening: it stands among what needs them.
    """
    start = day_start(today(now))
    unfinished = {kind.finish for kind in kinds.values()}
    waits = select(Due.record_id).where(
        Due.owner_id == viewer.id, Due.resolved_at.is_(None), Due.rule.not_in(unfinished), Due.severity != "critical"
    )
    query = (
        select(Record)
        .where(Record.id.in_(waits), Record.happened_at >= start, Record.happened_at < _soon(now))
        .order_by(Record.happened_at)
        .limit(MOST)
    )
    middle = [record for kind in kinds.values() if (record := kind.running(db, viewer))]
    begun = {record.id for record in middle}
    steps: list[dict[str, Any]] = []
    for record in (*middle, *(found for found in db.scalars(query) if found.id not in begun)):
        act = next(iter(kinds[record.kind].offered(db, viewer, record)), None)
        if act or record.id in begun:
            steps.append({"row": record, "act": act})
    return steps


home = [show_today, show_menu, glossary]
