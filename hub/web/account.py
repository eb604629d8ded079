"""Me: my devices, my settings, and what I sign in with."""

import datetime as dt
from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from hub import audit, sessions
from hub.access import ROLES, unwalled
from hub.accounts import factors, invites
from hub.agencies import Agency, Staff
from hub.people import LANGUAGES
from hub.web import passes, staff
from hub.web.guards import Db, Form, Now, Secrets, Seer
from hub.web.join import WRONG_CODE, pin_errors
from hub.web.pages import page, see_other
from hub.web.qr import qr

TEXT = {"": "Normal", "large": "Large", "larger": "Larger"}
FONT = {"": "The phone’s own", "plain": "Plain, wider letters"}


@get("/me", sync_to_thread=True)
def me(request: HTMXRequest, db: Db, viewer: Seer, said: FromQuery[str] = "") -> Response[str]:
    agency = db.get_one(Agency, viewer.agency_id)
    roles = [ROLES[role]["name"] for role in sorted(viewer.roles)]
    return page(
        request, "account/me.html", agency=agency.name, roles=roles, team=staff.works_here(viewer), messages=_said(said)
    )


@get("/me/devices", sync_to_thread=True)
def devices(request: HTMXRequest, db: Db, viewer: Seer, said: FromQuery[str] = "") -> Response[str]:
    mine = sessions.of_staff(db, viewer.id)
    live = [session for session in mine if session.live(viewer.now)]
    past = [session for session in mine if not session.live(viewer.now)]
    return page(request, "account/devices.html", live=live, past=past, this=viewer.device_id, messages=_said(said))


@post("/me/devices/{id:str}/sign-out", sync_to_thread=True)
def sign_out_device(db: Db, viewer: Seer, now: Now, id: FromPath[str]) -> Response[Any]:
    if not any(session.id == id for session in sessions.of_staff(db, viewer.id, limit=1000)):
        raise LookupError(id)
    sessions.end(db, id, now, "signed out")
    audit.note(db, "signed out", object=viewer.id)
    return see_other("/me/devices?said=device")


@post("/me/sign-out-everywhere", sync_to_thread=True)
def sign_out_everywhere(db: Db, viewer: Seer, now: Now) -> Response[Any]:
    """Everywhere else: the phone in hand stays, so that its owner sees that it worked."""
    sessions.end_all(db, viewer.id, now, "signed out everywhere", but=viewer.device_id)
    audit.note(db, "signed out everywhere", object=viewer.id)
    return see_other("/me/devices?said=everywhere")


@get("/me/settings", sync_to_thread=True)
def ask_settings(request: HTMXRequest, viewer: Seer) -> Response[str]:
    return _settings_page(request, dict(viewer.preferences), {})


@post("/me/settings", sync_to_thread=True)
def take_settings(request: HTMXRequest, db: Db, viewer: Seer, typed: Form) -> Response[Any]:
    chosen = {
        "text": typed.first("text"),
        "font": typed.first("font"),
        "spellcheck": typed.first("spellcheck") == "yes",
        "languages": typed.getlist("languages"),
    }
    errors = {}
    if chosen["text"] not in TEXT:
        errors["text"] = "Choose one of these"
    if chosen["font"] not in FONT:
        errors["font"] = "Choose one of these"
    if not set(typed.getlist("languages")) <= set(LANGUAGES):
        errors["languages"] = "Choose from these"
    if errors:
        return _settings_page(request, chosen, errors)
    with unwalled(db):
        person = db.get_one(Staff, viewer.id)
        person.preferences = {**person.preferences, **chosen}
    return see_other("/me?said=settings")


@get("/me/password", sync_to_thread=True)
def ask_password(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    sessions.require_fresh(db, viewer)
    return page(request, "account/password.html", email=db.get_one(Staff, viewer.id).email, errors={})


@post("/me/password", sync_to_thread=True)
def take_password(request: HTMXRequest, db: Db, viewer: Seer, now: Now, typed: Form) -> Response[Any]:
    sessions.require_fresh(db, viewer)
    person = db.get_one(Staff, viewer.id)
    if why := invites.weakness(person, typed.first("password")):
        errors = {"password": why}
        return page(request, "account/password.html", status=422, email=person.email, errors=errors)
    factors.change_password(db, viewer.id, typed.first("password"))
    return _changed(db, viewer, now, "password")


@get("/me/pin", sync_to_thread=True)
def ask_pin(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    sessions.require_fresh(db, viewer)
    return page(request, "account/pin.html", errors={})


@post("/me/pin", sync_to_thread=True)
def take_pin(request: HTMXRequest, db: Db, viewer: Seer, now: Now, keys: Secrets, typed: Form) -> Response[Any]:
    sessions.require_fresh(db, viewer)
    if errors := pin_errors(typed):
        return page(request, "account/pin.html", status=422, errors=errors)
    factors.change_pin(db, keys, viewer.id, typed.first("pin"))
    return _changed(db, viewer, now, "PIN")


@get("/me/authenticator", sync_to_thread=True)
def ask_authenticator(request: HTMXRequest, db: Db, viewer: Seer, keys: Secrets) -> Response[str]:
    sessions.require_fresh(db, viewer)
    return _qr_page(request, keys, viewer, factors.new_secret())


@post("/me/authenticator", sync_to_thread=True)
def take_authenticator(
    request: HTMXRequest, db: Db, viewer: Seer, now: Now, keys: Secrets, typed: Form
) -> Response[Any]:
    sessions.require_fresh(db, viewer)
    secret = passes.unseal(keys, f"authenticator|{viewer.id}", typed.first("pass"), now)
    if secret is None:
        return see_other("/me/authenticator")
    if not factors.change_authenticator(db, keys, viewer.id, secret, typed.first("code"), now):
        return _qr_page(request, keys, viewer, secret, WRONG_CODE)
    return _changed(db, viewer, now, "authenticator")


@get("/me/codes", sync_to_thread=True)
def recovery_codes(request: HTMXRequest, db: Db, viewer: Seer, used: FromQuery[str] = "") -> Response[str]:
    left = factors.recovery_codes_left(db, viewer.id)
    return page(request, "account/codes.html", left=left, messages=_said("recovered" if used else ""))


@post("/me/codes", sync_to_thread=True)
def new_recovery_codes(request: HTMXRequest, db: Db, viewer: Seer, now: Now, keys: Secrets) -> Response[str]:
    sessions.require_fresh(db, viewer)
    codes = factors.new_recovery_codes(db, keys, db.get_one(Staff, viewer.id), now)
    audit.note(db, "changed sign-in", object=viewer.id, fields=["recovery codes"])
    return page(request, "account/new_codes.html", codes=codes)


def _settings_page(request: HTMXRequest, chosen: dict[str, Any], errors: dict[str, str]) -> Response[str]:
    known = {"text": TEXT, "font": FONT, "languages": LANGUAGES}
    status = 422 if errors else 200
    return page(request, "account/settings.html", status=status, preferences=chosen, known=known, errors=errors)


def _changed(db: Db, viewer: Seer, now: dt.datetime, what: str) -> Response[Any]:
    """Whoever else was signed in under the old one is out."""
    sessions.end_all(db, viewer.id, now, f"new {what}", but=viewer.device_id)
    audit.note(db, "changed sign-in", object=viewer.id, fields=[what])
    return see_other(f"/me?said={what.lower()}")


def _qr_page(request: HTMXRequest, keys: Secrets, viewer: Seer, secret: str, why: str = "") -> Response[str]:
    link = factors.authenticator_link(secret)
    sealed = passes.seal(keys, f"authenticator|{viewer.id}", secret, viewer.now + sessions.FRESH)
    said: dict[str, Any] = {
        "qr": qr(link),
        "link": link,
        "secret": secret,
        "step": sealed,
        "errors": {"code": why} if why else {},
    }
    return page(request, "account/authenticator.html", status=422 if why else 200, **said)


SAID = {
    "settings": "Saved.",
    "password": "Your password is changed. Other devices were signed out.",
    "pin": "Your PIN is changed. Other devices were signed out.",
    "authenticator": "Your authenticator is changed. Other devices were signed out.",
    "device": "That device is signed out.",
    "everywhere": "Every other device is signed out.",
    "recovered": "You used a recovery code, so your other devices were signed out. If you lost your phone, "
    "set up a new authenticator now.",
}


def _said(what: str) -> list[dict[str, str]]:
    return [{"says": SAID[what], "tone": "good"}] if what in SAID else []


account = [
    me, devices, sign_out_device, sign_out_everywhere, ask_settings, take_settings, ask_password, take_password,
    ask_pin, take_pin, ask_authenticator, take_authenticator, recovery_codes, new_recovery_codes, *staff.handlers,
]  # fmt: skip
