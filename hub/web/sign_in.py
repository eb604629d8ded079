"""Signing in with a password and a code, and signing out."""

import datetime as dt
from typing import Any

from litestar import get, post
from litestar.params import FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from hub import accounts, sessions
from hub.accounts import Denied
from hub.web import cookies, join, lock, passes
from hub.web.account import SAID
from hub.web.guards import Config, Db, Form, Now, Secrets
from hub.web.pages import page, safe_next, see_other

BETWEEN_STEPS = dt.timedelta(minutes=5)
TOO_SLOW = "That took more than five minutes. Start again"


@get("/sign-in", opt={"public": True}, sync_to_thread=True)
def ask_password(request: HTMXRequest, to: FromQuery[str] = "") -> Response[str]:
    return page(request, "sign_in/sign_in.html", to=safe_next(to), carried="", email="", errors={})


@post("/sign-in", opt={"public": True}, sync_to_thread=True)
def take_password(
    request: HTMXRequest, db: Db, now: Now, keys: Secrets, settings: Config, typed: Form
) -> Response[str]:
    email = typed.first("email")
    onward: dict[str, Any] = {"to": safe_next(typed.first("to")), "carried": typed.first("carried")}
    errors = {
        name: words
        for name, words in (("email", "Type your work e-mail"), ("password", "Type your password"))
        if not typed.first(name).strip()
    }
    try:
        if not errors:
            device = cookies.device(request, settings)
            staff = accounts.check_password(db, keys, now, email, typed.first("password"), device)
    except Denied as why:
        errors = {"email": str(why)}
    if errors:
        return page(request, "sign_in/sign_in.html", status=422, email=email[:254], errors=errors, **onward)
    step = passes.seal(keys, "password", staff.id, now + BETWEEN_STEPS)
    return page(request, "sign_in/code.html", step=step, errors={}, **onward)


@post("/sign-in/code", opt={"public": True}, sync_to_thread=True)
def take_code(request: HTMXRequest, db: Db, now: Now, keys: Secrets, settings: Config, typed: Form) -> Response[Any]:
    onward: dict[str, Any] = {"to": safe_next(typed.first("to")), "carried": typed.first("carried")}
    staff_id = passes.unseal(keys, "password", typed.first("pass"), now)
    if staff_id is None:
        return page(request, "sign_in/sign_in.html", status=422, email="", errors={"email": TOO_SLOW}, **onward)
    code = typed.first("recovery") or typed.first("code")
    try:
        recovered = accounts.check_code(db, keys, now, staff_id, code, cookies.device(request, settings))
    except Denied as why:
        errors = {"recovery" if typed.first("recovery") else "code": str(why)}
        return page(request, "sign_in/code.html", status=422, step=typed.first("pass"), errors=errors, **onward)
    if recovered:
        onward |= {"to": "/me/codes?used=1", "said": SAID["recovered"]}
    answer = lock.carry_on(request, keys, now, staff_id, **onward)
    _let_in(request, answer, db, now, settings, staff_id, recovered=recovered)
    return answer


@post("/sign-out", opt={"public": True}, sync_to_thread=True)
def sign_out(request: HTMXRequest, db: Db, now: Now, settings: Config) -> Response[Any]:
    found = sessions.open_session(db, cookies.token(request, settings) or "", now)
    if found is not None:
        sessions.end(db, found[0].id, now, "signed out")
    answer = see_other("/sign-in")
    answer.headers["Clear-Site-Data"] = '"cache"'
    cookies.drop_token(answer, settings)
    return answer


def _let_in(
    request: HTMXRequest, answer: Response[Any], db: Db, now: Now, settings: Config, staff_id: str, *, recovered: bool
) -> None:
    device = cookies.name_device(request, answer, settings)
    replaces = cookies.token(request, settings) or ""
    token = accounts.sign_in(db, now, staff_id, device, recovered=recovered, replaces=replaces)
    cookies.keep_token(answer, settings, token)


sign_in = [ask_password, take_password, take_code, sign_out, *lock.handlers, *join.handlers]
