"""The locked phone, the grave act, the session that ran out: ask for what is missing, then go on with what was typed."""

import datetime as dt
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import get, post
from litestar.params import FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from hub import accounts, sessions
from hub.accounts import Denied, cast
from hub.crypto import Keys
from hub.sessions import Locked, NeedsFresh, NotSignedIn
from hub.web import cookies, passes
from hub.web.guards import SAFE, Config, Db, Form, Now, Secrets, Seer, dress
from hub.web.pages import page, safe_next, see_other

DOORS = ("/lock", "/unlock", "/sign-in", "/sign-out", "/confirm")


@get("/alive", sync_to_thread=True)
def alive(viewer: Seer) -> Response[None]:
    """Whether the session is open: a page brought back from memory asks before it shows itself."""
    return Response(None, status_code=204)


@post("/lock", sync_to_thread=True)
def lock_now(request: HTMXRequest, db: Db, viewer: Seer, now: Now, typed: Form) -> Response[Any]:
    sessions.lock(db, viewer.device_id, now)
    if _by_script(request):
        return Response(None, status_code=204)
    return see_other(f"/unlock?to={onward(typed.first('to'))}")


@get("/unlock", opt={"public": True}, sync_to_thread=True)
def ask_pin(request: HTMXRequest, db: Db, now: Now, settings: Config, to: FromQuery[str] = "") -> Response[Any]:
    found = sessions.open_session(db, cookies.token(request, settings) or "", now)
    if found is None:
        return see_other(f"/sign-in?to={onward(to)}")
    if not found[0].locked(now):
        return see_other(safe_next(to))
    return _pin_page(request, to=safe_next(to))


@post("/unlock", opt={"public": True}, sync_to_thread=True)
def take_pin(request: HTMXRequest, db: Db, now: Now, keys: Secrets, settings: Config, typed: Form) -> Response[Any]:
    to, carried = safe_next(typed.first("to")), typed.first("carried")
    found = sessions.open_session(db, cookies.token(request, settings) or "", now)
    why = "You were signed out. Sign in again" if found is None else ""
    if found is not None and found[0].locked(now):
        try:
            accounts.unlock(db, keys, now, found[0], typed.first("pin"))
        except Denied as denied:
            if str(denied):
                return _pin_page(request, status=422, to=to, carried=carried, errors={"pin": str(denied)})
            why = "Five wrong PINs: you were signed out. Sign in again"
    if _by_script(request):
        return Response(None, status_code=401 if why else 204)
    if found is None or why:
        return _sign_in_page(request, to, carried, why)
    return carry_on(request, keys, now, found[0].staff_id, to, carried)


@get("/confirm", sync_to_thread=True)
def ask_code(request: HTMXRequest, viewer: Seer, keys: Secrets, now: Now, to: FromQuery[str] = "") -> Response[str]:
    return _code_page(request, keys, viewer.id, now, to=safe_next(to))


@post("/confirm", sync_to_thread=True)
def take_code(
    request: HTMXRequest, db: Db, viewer: Seer, now: Now, keys: Secrets, settings: Config, typed: Form
) -> Response[Any]:
    to, carried = safe_next(typed.first("to")), typed.first("carried")
    try:
        token = accounts.step_up(db, keys, now, viewer, typed.first("code"))
    except Denied as why:
        errors = {"code": str(why)}
        return _code_page(request, keys, viewer.id, now, status=422, to=to, carried=carried, errors=errors)
    answer = carry_on(request, keys, now, viewer.id, to, carried)
    cookies.keep_token(answer, settings, token)
    return answer


def carry_on(
    request: HTMXRequest, keys: Keys, now: dt.datetime, staff_id: str, to: str, carried: str, said: str = ""
) -> Response[Any]:
    """On to the page that was asked for, or to the one that sends what was typed before."""
    words = passes.carried(keys, staff_id, carried, now)
    if words is None:
        return see_other(to)
    messages = [{"says": said, "tone": "warn"}] if said else []
    return page(request, "sign_in/carry_on.html", to=words["to"], fields=words["fields"], messages=messages)


def onward(to: str) -> str:
    """A path of ours, as it stands in a query."""
    return quote(safe_next(to), safe="/")


def on_not_signed_in(request: HTMXRequest, error: NotSignedIn) -> Response[Any]:
    if _by_script(request):
        return dress(Response("", status_code=401, media_type="text/plain"))
    if request.method in SAFE:
        return dress(_elsewhere(request, "/sign-in"))
    carried = _carry(request, error.staff_id) if error.staff_id else ""
    return dress(_sign_in_page(request, "/", carried, "You were signed out. Sign in again", status=401))


def on_locked(request: HTMXRequest, error: Locked) -> Response[Any]:
    if _by_script(request):
        return dress(Response("", status_code=423, media_type="text/plain"))
    if request.method in SAFE:
        return dress(_elsewhere(request, "/unlock"))
    carried = _carry(request, error.session.staff_id)
    return dress(_pin_page(request, status=423, carried=carried))


def on_needs_fresh(request: HTMXRequest, error: NeedsFresh) -> Response[Any]:
    if request.method in SAFE:
        return dress(_elsewhere(request, "/confirm"))
    viewer, keys, now = request.state.viewer, request.app.state["keys"], request.app.state.clock()
    carried = _carry(request, viewer.id)
    return dress(_code_page(request, keys, viewer.id, now, carried=carried))


def _pin_page(
    request: HTMXRequest, *, status: int = 200, to: str = "/", carried: str = "", errors: dict[str, str] | None = None
) -> Response[str]:
    said: dict[str, Any] = {"to": to, "carried": carried, "errors": errors or {}}
    return page(request, "sign_in/unlock.html", status=status, **said)


def _code_page(
    request: HTMXRequest,
    keys: Keys,
    staff_id: str,
    now: dt.datetime,
    *,
    status: int = 200,
    to: str = "/",
    carried: str = "",
    errors: dict[str, str] | None = None,
) -> Response[str]:
    demo_code = cast.code_for(keys, staff_id, now) if request.app.state.settings.demo else ""
    said: dict[str, Any] = {"to": to, "carried": carried, "errors": errors or {}, "demo_code": demo_code}
    return page(request, "sign_in/confirm.html", status=status, **said)


def _sign_in_page(request: HTMXRequest, to: str, carried: str, why: str, *, status: int = 422) -> Response[str]:
    said: dict[str, Any] = {
        "to": to,
        "carried": carried,
        "email": "",
        "errors": {},
        "messages": [{"says": why, "tone": "warn"}],
    }
    return page(request, "sign_in/sign_in.html", status=status, viewer=None, **said)


def _by_script(request: HTMXRequest) -> bool:
    """A script that sends sealed items, or covers its page itself, wants a number and no page."""
    script = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or "X-Script" in request.headers
    return script and "HX-Request" not in request.headers


def _elsewhere(request: HTMXRequest, door: str) -> Response[Any]:
    """To a door and back; a page that only asked for a part of itself goes there whole."""
    part = "HX-Request" in request.headers
    shown = urlsplit(request.headers.get("HX-Current-URL", "")) if part else request.url
    to = f"{shown.path}?{shown.query}" if shown.query else shown.path
    there = door if to == "/" or shown.path in DOORS else f"{door}?to={onward(to)}"
    return Response("", headers={"HX-Redirect": there}, media_type="text/html") if part else see_other(there)


def _carry(request: HTMXRequest, staff_id: str) -> str:
    """What was posted, sealed for the person who typed it."""
    path, query = request.url.path, request.url.query
    if path in DOORS:
        return ""
    state = request.app.state
    typed = request.state.get("typed") or {}
    return passes.carry(state["keys"], staff_id, f"{path}?{query}" if query else path, typed, state.clock())


handlers = [alive, lock_now, ask_pin, take_pin, ask_code, take_code]
interruptions: dict[Any, Any] = {NotSignedIn: on_not_signed_in, Locked: on_locked, NeedsFresh: on_needs_fresh}
