"""Joining from an invite, in four short screens: password, authenticator, recovery codes, PIN."""

import datetime as dt
from typing import Any

from litestar import get, post
from litestar.params import FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.orm import Session

from hub import accounts
from hub.access import unwalled
from hub.accounts import Credential, factors, invites, limits, passwords
from hub.agencies import Staff
from hub.crypto import Keys
from hub.settings import Settings
from hub.web import cookies, passes
from hub.web.guards import Config, Db, Form, Now, Secrets
from hub.web.pages import page, see_other
from hub.web.qr import qr

TIME_TO_JOIN = dt.timedelta(hours=2)
TRIES = 10
WRONG_CODE = "That code did not work. Check that the phone’s clock is right, then type the newest code"


@get("/join", opt={"public": True}, sync_to_thread=True)
def welcome(
    request: HTMXRequest, db: Db, now: Now, keys: Secrets, settings: Config, key: FromQuery[str] = ""
) -> Response[Any]:
    if _joining(request, db, keys, settings, now):
        return see_other("/join/code")
    found = invites.open_invite(db, key, now)
    if found is None:
        return _gone(request)
    return page(request, "sign_in/join.html", key=key, name=found[1].name, email=found[1].email, errors={})


@post("/join", opt={"public": True}, sync_to_thread=True)
def take_password(
    request: HTMXRequest, db: Db, now: Now, keys: Secrets, settings: Config, typed: Form
) -> Response[Any]:
    key, password = typed.first("key"), typed.first("password")
    found = invites.open_invite(db, key, now)
    if found is None:
        return _gone(request)
    staff = found[1]
    if why := invites.weakness(staff, password):
        errors = {"password": why}
        return page(
            request, "sign_in/join.html", status=422, key=key, name=staff.name, email=staff.email, errors=errors
        )
    if invites.accept(db, keys, now, key, password) is None:
        return _gone(request)
    answer = see_other("/join/code")
    cookies.keep_joining(answer, settings, passes.seal(keys, "joining", staff.id, now + TIME_TO_JOIN))
    return answer


@get("/join/code", opt={"public": True}, sync_to_thread=True)
def show_qr(request: HTMXRequest, db: Db, now: Now, keys: Secrets, settings: Config) -> Response[Any]:
    found = _joining(request, db, keys, settings, now)
    if found is None:
        return _gone(request)
    return see_other("/join/pin") if found[1].last_step else _qr_page(request, keys, found[1])


@post("/join/code", opt={"public": True}, sync_to_thread=True)
def take_code(request: HTMXRequest, db: Db, now: Now, keys: Secrets, settings: Config, typed: Form) -> Response[Any]:
    found = _joining(request, db, keys, settings, now)
    if found is None:
        return _gone(request)
    staff, credential = found
    if wait := limits.take(db, f"join|{staff.id}", now, TRIES):
        return _qr_page(request, keys, credential, f"Too many tries. Try again in {limits.in_words(wait)}")
    if not credential.last_step and not factors.use_code(db, keys, credential, typed.first("code"), now):
        return _qr_page(request, keys, credential, WRONG_CODE)
    return page(request, "sign_in/join_codes.html", codes=factors.new_recovery_codes(db, keys, staff, now))


@get("/join/pin", opt={"public": True}, sync_to_thread=True)
def ask_pin(request: HTMXRequest, db: Db, now: Now, keys: Secrets, settings: Config) -> Response[Any]:
    found = _joining(request, db, keys, settings, now)
    if found is None:
        return _gone(request)
    return page(request, "sign_in/join_pin.html", errors={}) if found[1].last_step else see_other("/join/code")


@post("/join/pin", opt={"public": True}, sync_to_thread=True)
def take_pin(request: HTMXRequest, db: Db, now: Now, keys: Secrets, settings: Config, typed: Form) -> Response[Any]:
    found = _joining(request, db, keys, settings, now)
    if found is None or not found[1].last_step:
        return _gone(request)
    errors = pin_errors(typed)
    if errors:
        return page(request, "sign_in/join_pin.html", status=422, errors=errors)
    staff = found[0]
    invites.finish(db, keys, now, staff, typed.first("pin"))
    answer = see_other("/")
    device = cookies.name_device(request, answer, settings)
    cookies.keep_token(answer, settings, accounts.sign_in(db, now, staff.id, device))
    cookies.keep_joining(answer, settings, "")
    return answer


def pin_errors(typed: Form) -> dict[str, str]:
    """What is wrong with a new PIN that was typed twice."""
    pin, again = typed.first("pin"), typed.first("again")
    if why := passwords.pin_weakness(pin):
        return {"pin": why}
    return {} if pin == again else {"again": "The two PINs differ. Type the same six digits twice"}


def _joining(
    request: HTMXRequest, db: Session, keys: Keys, settings: Settings, now: dt.datetime
) -> tuple[Staff, Credential] | None:
    """Who is on their way in, from this browser, and has not arrived yet."""
    staff_id = passes.unseal(keys, "joining", cookies.joining(request, settings), now)
    credential = factors.credential_of(db, staff_id) if staff_id else None
    if credential is None or credential.enrolled_at is not None:
        return None
    with unwalled(db):
        return db.get_one(Staff, credential.staff_id), credential


def _qr_page(request: HTMXRequest, keys: Keys, credential: Credential, why: str = "") -> Response[str]:
    secret = factors.secret_of(keys, credential)
    link = factors.authenticator_link(secret)
    errors = {"code": why} if why else {}
    return page(
        request,
        "sign_in/join_code.html",
        status=422 if why else 200,
        qr=qr(link),
        link=link,
        secret=secret,
        errors=errors,
    )


def _gone(request: HTMXRequest) -> Response[str]:
    return page(request, "sign_in/join_gone.html", status=410)


handlers = [welcome, take_password, show_qr, take_code, ask_pin, take_pin]
