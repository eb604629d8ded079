"""A young person holds the phone: one question a page, no way about, until the worker's PIN."""

from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.orm import Session

from hub import accounts, hand_overs, people, sessions
from hub.access import Viewer
from hub.accounts import cast
from hub.hand_overs import HandOver
from hub.sessions import HandedOver
from hub.settings import Settings
from hub.web import cookies
from hub.web.errors import on_http
from hub.web.guards import Config, Db, Form, Now, Secrets, Seer, check_origin, dress
from hub.web.pages import page, see_other

HERE, PIN = "/hand-over", "/hand-over/pin"
STAYS = (HERE, "/static/", "/unlock", "/manifest.webmanifest", "/health")


class Over(Exception):
    """The session that was handed over has ended: whoever holds the phone may sign in."""


def provide_holding(request: HTMXRequest, db: Db, now: Now, settings: Config) -> Viewer:
    """Whose phone it is, while a young person holds it. Raises Over once there is no session any more."""
    try:
        session, viewer = sessions.holder(db, cookies.token(request, settings), now)
    except sessions.NotSignedIn as gone:
        raise Over from gone
    request.state.hand_over = session.handed_over
    return viewer


Holder = NamedDependency[Viewer]
HOLDER: dict[str, Any] = {"viewer": Provide(provide_holding, sync_to_thread=True)}


@post("/hand-overs", sync_to_thread=True)
def hand_over(request: HTMXRequest, db: Db, viewer: Seer, settings: Config, typed: Form) -> Response[Any]:
    person = people.find(db, typed.first("person"))
    kind = request.app.state["kinds"].get(typed.first("kind"))
    if person is None or kind is None:
        raise LookupError("person or kind")
    offered = hand_overs.theirs(kind)
    asks = [name for name in typed.getlist("asks") or offered if name in offered]
    if not asks:
        raise LookupError("asks")
    hand_overs.begin(db, viewer, person, kind.slug, asks)
    answer = see_other(HERE)
    cookies.keep_handed(answer, settings, True)
    return answer


@get(HERE, dependencies=HOLDER, sync_to_thread=True)
def ask(
    request: HTMXRequest, db: Db, viewer: Holder, settings: Config, at: FromQuery[int | None] = None
) -> Response[Any]:
    given = _given(request, db)
    if given is None:
        return _back(settings, "/")
    number = given.at if at is None else min(max(at, 0), len(given.asks))
    if number == len(given.asks):
        return _page(request, "hand_over/thanks.html", whose=viewer.name)
    name = given.asks[number]
    question = hand_overs.theirs(request.app.state["kinds"][given.kind])[name]
    said: dict[str, Any] = {"name": name, "question": question, "chosen": given.answers.get(name)}
    return _page(request, "hand_over/question.html", at=number, many=len(given.asks), **said)


@post(HERE, dependencies=HOLDER, sync_to_thread=True)
def answer(request: HTMXRequest, db: Db, viewer: Holder, settings: Config, typed: Form) -> Response[Any]:
    given = _given(request, db)
    if given is None:
        return _back(settings, "/")
    value, name = typed.first("value"), typed.first("name")
    hand_overs.answer(given, name, int(value) if value in ("1", "2", "3", "4", "5") else None)
    return see_other(f"{HERE}?at={given.asks.index(name) + 1}")


@get(PIN, dependencies=HOLDER, sync_to_thread=True)
def ask_pin(request: HTMXRequest, db: Db, viewer: Holder, settings: Config) -> Response[Any]:
    return _page(request, "hand_over/pin.html", whose=viewer.name, error="", demo_pin=_demo_pin(settings))


@post(PIN, dependencies=HOLDER, sync_to_thread=True)
def take_back(
    request: HTMXRequest, db: Db, viewer: Holder, now: Now, keys: Secrets, settings: Config, typed: Form
) -> Response[Any]:
    given = _given(request, db)
    if not accounts.confirm_pin(db, keys, viewer.id, viewer.device_id, now, typed.first("pin")):
        said: dict[str, Any] = {"whose": viewer.name, "error": "That PIN is not right", "demo_pin": _demo_pin(settings)}
        return _page(request, "hand_over/pin.html", status=422, **said)
    return _back(settings, f"/{given.kind}/new?person={given.person_id}" if given else "/")


def stay(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """Before every request: a phone in a young person's hand stays on its page, whatever is typed as an address."""
    assert isinstance(request, HTMXRequest)
    check_origin(request)
    return _stay_here(request) if _is_held(request) else None


def on_handed_over(request: HTMXRequest, error: HandedOver) -> Response[Any]:
    return dress(_stay_here(request))


def on_over(request: HTMXRequest, error: Over) -> Response[Any]:
    return dress(_back(request.app.state.settings, "/sign-in"))


def on_nowhere(request: HTMXRequest, error: NotFoundException) -> Response[Any]:
    """An address that leads to no page at all passes no `stay`."""
    return on_handed_over(request, HandedOver()) if _is_held(request) else on_http(request, error)


def _stay_here(request: HTMXRequest) -> Response[Any]:
    """A script is told in a number what a page is told by being taken there."""
    if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
        return see_other(HERE)
    return Response("", status_code=423, media_type="text/plain", headers={"HX-Redirect": HERE})


def _is_held(request: HTMXRequest) -> bool:
    return cookies.handed(request, request.app.state.settings) and not request.url.path.startswith(STAYS)


def _given(request: HTMXRequest, db: Session) -> HandOver | None:
    held = request.state.hand_over
    return db.get(HandOver, held) if held else None


def _back(settings: Settings, path: str) -> Response[Any]:
    answer = see_other(path)
    cookies.keep_handed(answer, settings, False)
    return answer


def _page(request: HTMXRequest, template: str, status: int = 200, **said: Any) -> Response[str]:
    return page(request, template, status=status, viewer=None, demo=False, **said)


def _demo_pin(settings: Settings) -> str:
    return cast.PIN if settings.demo else ""


interrupted: dict[Any, Any] = {HandedOver: on_handed_over, Over: on_over, NotFoundException: on_nowhere}
handed_over = [hand_over, ask, answer, ask_pin, take_back]
