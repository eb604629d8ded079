"""What every request passes: where it came from, how large it is, who asks; and what every answer carries."""

import datetime as dt
import json
import logging
import secrets
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from litestar import Litestar, Request
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, PermissionDeniedException
from litestar.handlers import HTTPRouteHandler
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.orm import Session

from hub import glass, sessions
from hub.access import Viewer, unwalled
from hub.agencies import Hub
from hub.crypto import Keys
from hub.forms import Typed
from hub.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIELDS = 2000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex",
}
Db = NamedDependency[Session]
Now = NamedDependency[dt.datetime]
Seer = NamedDependency[Viewer]
Form = NamedDependency[Typed]
Packet = NamedDependency[dict[str, Any]]
Secrets = NamedDependency[Keys]
Config = NamedDependency[Settings]


async def provide_db(request: HTMXRequest) -> AsyncIterator[Session]:
    """One session a request, committed before the answer is sent; a page that only read waits until its looks are on disk."""
    writes = request.method not in SAFE
    async with request.app.state.database.serving(writes) as session:
        yield session
    events = session.info.get("events", [])
    if not writes and (events or session.info.get("touch")):
        await request.app.state.read_writer.write(events, session.info.get("touch"))


def provide_now(request: HTMXRequest) -> dt.datetime:
    moment: dt.datetime = request.app.state.clock()
    return moment


def provide_settings(request: HTMXRequest) -> Settings:
    found: Settings = request.app.state.settings
    return found


def provide_keys(request: HTMXRequest) -> Keys:
    found: Keys = request.app.state["keys"]
    return found


def provide_viewer(request: HTMXRequest, db: Db, now: Now, settings: Config) -> Viewer:
    """Who asks, with what they hold now. Raises sessions.NotSignedIn or sessions.Locked."""
    viewer = sessions.viewer(db, request.cookies.get(sessions.cookie_name(settings.secure)), now)
    if request.method not in SAFE and "touch" in db.info:
        db.info["touch"](db)
    request.state.viewer = viewer
    request.state.glass = glass.live_until(db, viewer)
    request.state.hub = hub_slug(request, db, viewer.hub_id)
    return viewer


def hub_slug(request: HTMXRequest, db: Session, hub_id: str) -> str:
    """A hub's short name, for the pages its phones keep; it never changes, so it is looked up once."""
    known: dict[str, str] = request.app.state["hub_slugs"]
    if hub_id not in known:
        with unwalled(db):
            hub = db.get(Hub, hub_id)
        known[hub_id] = hub.slug if hub is not None else ""
    return known[hub_id]


async def provide_typed(request: HTMXRequest) -> Typed:
    """The posted words; other encodings and broken text are refused in words."""
    body = await request.body()
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError as broken:
        raise ClientException("Some of what was sent is not text that can be read.") from broken
    typed = Typed()
    for name, value in pairs:
        typed.setdefault(name, []).append(value)
    request.state.typed = typed
    return typed


async def provide_packet(request: HTMXRequest) -> dict[str, Any]:
    """A posted JSON object from our own scripts."""
    if request.headers.get("X-Outbox") != "1":
        raise ClientException("That did not come from the outbox.")
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError) as broken:
        raise ClientException("That is not JSON.") from broken
    return found if isinstance(found, dict) else {}


def check_origin(request: Request[Any, Any, Any]) -> None:
    """The one wall against forged requests: an unsafe method must come from our own pages."""
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = urlsplit(request.app.state.settings.public_url).netloc
    if site is not None:
        allowed = site == "same-origin"
    else:
        allowed = origin is not None and urlsplit(origin).netloc in (own, request.headers.get("Host", ""))
    if not allowed:
        raise PermissionDeniedException("That did not come from one of our own pages.")


async def finish(response: Response[Any]) -> Response[Any]:
    return dress(response)


def dress(response: Response[Any]) -> Response[Any]:
    """Security headers on everything; pages are never kept by a browser."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def declared(app: Litestar) -> None:
    """Refuse to start when a handler neither asks for its viewer nor says that it is public."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            own = isinstance(handler, HTTPRouteHandler) and handler.http_methods != {"OPTIONS"}  # Litestar adds those
            if own and not ("viewer" in handler.parsed_fn_signature.parameters or handler.opt.get("public")):
                raise RuntimeError(f"{handler} is neither public nor given a viewer")


def incident() -> str:
    """A number to tell support; the log carries it beside the type of the error, never its words."""
    return secrets.token_hex(4)


log = logging.getLogger("hub")
