"""Colleagues: a lost phone signed out in one tap, joining again in person, new staff and leavers."""

import re
from collections.abc import Mapping
from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import accounts, agencies, sessions
from hub.access import ROLES, Relation, Viewer
from hub.accounts import invites
from hub.agencies import Agency, Staff
from hub.web.guards import Config, Db, Form, Now, Seer
from hub.web.pages import page, see_other
from hub.web.qr import qr

SAID = {
    "lost": "Signed out everywhere. Whoever has that phone sees nothing.",
    "left": "Their access has ended.",
    "started": "Started. Now a team lead who is with you both confirms it, on their own phone, within the hour.",
}


@get("/staff", sync_to_thread=True)
def colleagues(request: HTMXRequest, db: Db, viewer: Seer, said: FromQuery[str] = "") -> Response[str]:
    """A colleague may start another's joining again; devices and leaving are for those who answer for the team."""
    if not works_here(viewer):
        raise LookupError("staff")
    people = agencies.colleagues(db, viewer.now)
    names = {person.id: person.name for person in people}
    waiting = [
        {"id": found.id, "name": names[found.staff_id], "by": names.get(found.made_by or "", "")}
        for found in invites.re_enrolments(db, viewer.now)
        if found.staff_id in names and viewer.id not in (found.made_by, found.staff_id)
    ]
    messages = [{"says": SAID[said], "tone": "good"}] if said in SAID else []
    shown = _shown(db, viewer, people) if may_revoke(db, viewer) else [_named(person) for person in people]
    return page(
        request, "account/staff.html", people=shown, waiting=waiting if may_run(viewer) else [], runs=may_run(viewer),
        revokes=may_revoke(db, viewer), messages=messages,
    )  # fmt: skip


@post("/staff/{id:str}/revoke", sync_to_thread=True)
def revoke(db: Db, viewer: Seer, now: Now, id: FromPath[str]) -> Response[Any]:
    """One tap, no code to type: a lost phone does not wait."""
    if not may_revoke(db, viewer):
        raise LookupError(id)
    accounts.report_lost(db, _colleague(db, viewer, id), now)
    return see_other("/staff?said=lost")


@post("/staff/{id:str}/re-enrol", sync_to_thread=True)
def start_again(db: Db, viewer: Seer, id: FromPath[str]) -> Response[Any]:
    if not works_here(viewer):
        raise LookupError(id)
    invites.start_re_enrolment(db, _colleague(db, viewer, id), viewer)
    return see_other("/staff?said=started")


@post("/staff/re-enrolments/{id:str}/confirm", sync_to_thread=True)
def confirm_again(request: HTMXRequest, db: Db, viewer: Seer, settings: Config, id: FromPath[str]) -> Response[str]:
    sessions.require_fresh(db, viewer)
    token = invites.confirm_re_enrolment(db, id, viewer)
    if token is None:
        raise LookupError(id)
    return _link_page(request, settings.public_url, token, "Let them scan this with their new phone", "one hour")


@get("/staff/new", sync_to_thread=True)
def ask_new(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    if not may_run(viewer):
        raise LookupError("staff/new")
    sessions.require_fresh(db, viewer)
    return _new_page(request, db, {"name": "", "email": "", "agency": "", "roles": []}, {})


@post("/staff/new", sync_to_thread=True)
def take_new(request: HTMXRequest, db: Db, viewer: Seer, settings: Config, typed: Form) -> Response[str]:
    if not may_run(viewer):
        raise LookupError("staff/new")
    sessions.require_fresh(db, viewer)
    said: dict[str, Any] = {name: typed.first(name).strip() for name in ("name", "email", "agency")} | {
        "roles": typed.getlist("roles")
    }
    errors = _wrong(db, said)
    person = None if errors else invites.take_on(db, viewer, said["name"], said["email"], said["agency"], said["roles"])
    if person is None:
        return _new_page(
            request, db, said, errors or {"email": "That e-mail cannot be used. Ask the hub administrator"}
        )
    token = invites.invite(db, person, viewer.now, viewer.id)
    return _link_page(request, settings.public_url, token, f"Invite for {person.name}", "two days")


@post("/staff/{id:str}/invite", sync_to_thread=True)
def invite_again(request: HTMXRequest, db: Db, viewer: Seer, settings: Config, id: FromPath[str]) -> Response[str]:
    """A new link for somebody who has not joined yet."""
    if not may_run(viewer) or id in accounts.joined(db, [id]):
        raise LookupError(id)
    sessions.require_fresh(db, viewer)
    person = _colleague(db, viewer, id)
    token = invites.invite(db, person, viewer.now, viewer.id)
    return _link_page(request, settings.public_url, token, f"Invite for {person.name}", "two days")


@post("/staff/{id:str}/leave", sync_to_thread=True)
def leave(db: Db, viewer: Seer, now: Now, id: FromPath[str]) -> Response[Any]:
    if not may_run(viewer) or id == viewer.id:
        raise LookupError(id)
    sessions.require_fresh(db, viewer)
    accounts.leave(db, _colleague(db, viewer, id), now)
    return see_other("/staff?said=left")


def works_here(viewer: Viewer) -> bool:
    """Not councillors, scrutiny members, auditors: who the staff are is the team's own (grade 1 through the hub)."""
    return viewer.ceiling("hub") > 0 or may_run(viewer)


def may_run(viewer: Viewer) -> bool:
    return viewer.leads or viewer.may("administers")


def may_revoke(db: Session, viewer: Viewer) -> bool:
    """Those who run the hub, and whoever is the safety contact on tonight's rota."""
    on_duty = (
        Relation.staff_id == viewer.id, Relation.relation == "rota", Relation.lead.is_(True),
        Relation.starts_at <= viewer.now, Relation.ends_at.is_(None) | (Relation.ends_at > viewer.now),
    )  # fmt: skip
    return may_run(viewer) or db.scalar(select(Relation.id).where(*on_duty).limit(1)) is not None


def _colleague(db: Session, viewer: Viewer, id: str) -> Staff:
    found = next((person for person in agencies.colleagues(db, viewer.now) if person.id == id), None)
    if found is None:
        raise LookupError(id)
    return found


def _named(person: Staff) -> dict[str, Any]:
    roles = ", ".join(ROLES[role]["name"] for role in person.roles)
    return {"id": person.id, "name": person.name, "roles": roles, "devices": [], "joined": True}


def _shown(db: Session, viewer: Viewer, people: Any) -> list[dict[str, Any]]:
    live = sessions.live_in_hub(db, viewer.now)
    joined = accounts.joined(db, [person.id for person in people])
    return [
        _named(person)
        | {"joined": person.id in joined, "devices": [device for device in live if device.staff_id == person.id]}
        for person in people
    ]


def _wrong(db: Session, said: Mapping[str, Any]) -> dict[str, str]:
    errors = {}
    if not 2 <= len(said["name"]) <= 80 or not said["name"].isprintable():
        errors["name"] = "Type their name, up to 80 letters"
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", said["email"]) or len(said["email"]) > 254:
        errors["email"] = "Type their work e-mail, like name@example.org"
    if said["agency"] not in dict(_agencies(db)):
        errors["agency"] = "Choose the agency that employs them"
    if not said["roles"] or not set(said["roles"]) <= set(ROLES):
        errors["roles"] = "Choose at least one role"
    return errors


def _agencies(db: Session) -> list[tuple[str, str]]:
    return [(id, name) for id, name in db.execute(select(Agency.id, Agency.name).order_by(Agency.name))]


def _new_page(request: HTMXRequest, db: Session, said: Mapping[str, Any], errors: dict[str, str]) -> Response[str]:
    roles = [(code, role["name"]) for code, role in ROLES.items()]
    status = 422 if errors else 200
    return page(
        request, "account/new.html", status=status, said=said, errors=errors, agencies=_agencies(db), roles=roles
    )


def _link_page(request: HTMXRequest, public_url: str, token: str, title: str, life: str) -> Response[str]:
    link = f"{public_url}/join?key={token}"
    return page(request, "account/link.html", title=title, life=life, link=link, qr=qr(link))


handlers = [colleagues, revoke, start_again, confirm_again, ask_new, take_new, invite_again, leave]
