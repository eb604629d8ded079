"""Rendering: every page is turned into text inside its handler's own thread, before the transaction ends."""

import base64
import datetime as dt
import json
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response

from hub.access import Viewer, audience
from hub.accounts import cast
from hub.actions import DOMAINS
from hub.clock import today, wall
from hub.ids import uuid7
from hub.people import CHANNELS, COLOURS, STANDINGS
from hub.settings import folder
from hub.web.words import words_in

HTML = "text/html"
SOON = dt.timedelta(hours=3)


@cache
def built() -> dict[str, str]:
    """Source name → built name, as `bin/assets.mjs` wrote it."""
    return json.loads((folder("static") / "built" / "manifest.json").read_text())  # type: ignore[no-any-return]  # names by name


def asset(name: str) -> str:
    return f"/static/{built()[name]}"


@cache
def templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.globals |= {
        "asset": asset,
        "audience": audience,
        "channels": CHANNELS,
        "colours": COLOURS,
        "domains": DOMAINS,
        "new_id": uuid7,
        "standings": STANDINGS,
        "words_in": words_in,
    }
    found.filters |= {
        "day": day,
        "moment": moment,
        "clock": clock,
        "ago": ago,
        "left": left,
        "due": due,
        "month": month,
    }
    return found


def render(template: str, block: str = "", **context: Any) -> str:
    """A page, or one block of it (a fragment)."""
    page = templates().get_template(template)
    if not block:
        return page.render(context)
    return "".join(page.blocks[block](page.new_context(context)))


def page(request: HTMXRequest, template: str, *, status: int = 200, block: str = "", **context: Any) -> Response[str]:
    """A whole page; `block` alone when htmx asked for a part of one."""
    viewer = context.get("viewer") or request.state.get("viewer")
    key = request.app.state["keys"].current
    shared: dict[str, Any] = {
        "hub_slug": request.state.get("hub", ""),
        "outbox_key": f"{key.kid}:{base64.b64encode(key.public).decode()}",
        "viewer": viewer,
        "glass": request.state.get("glass"),
        "demo": request.app.state.settings.demo,
        "demo_pin": cast.PIN if request.app.state.settings.demo else "",
        "messages": [],
        "here": _here(request),
        "settings": _preferences(viewer),
    }
    part = block if request.headers.get("HX-Request-Type") == "partial" else ""
    return Response(render(template, part, **shared | context), media_type=HTML, status_code=status)


def see_other(path: str) -> Redirect:
    return Redirect(path, status_code=303)


def safe_next(path: str | None) -> str:
    """A path of ours to go on to; anything that could leave the site is the first page."""
    plain = path is not None and path.isprintable() and "\\" not in path and len(path) < 500
    return path if path and plain and path.startswith("/") and not path.startswith("//") else "/"


def _here(request: HTMXRequest) -> str:
    """The page itself, to come back to; a posted form is not a place."""
    if request.method != "GET":
        return "/"
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _preferences(viewer: Viewer | None) -> dict[str, Any]:
    return dict(viewer.preferences) if viewer else {}


def day(value: dt.date | dt.datetime | None) -> str:
    """`Thu 19 Nov`."""
    if value is None:
        return ""
    value = wall(value).date() if isinstance(value, dt.datetime) else value
    return f"{value:%a} {value.day} {value:%b}"


def moment(value: dt.datetime | None) -> str:
    """`Thu 19 Nov, 18:34`."""
    return "" if value is None else f"{day(value)}, {wall(value):%H:%M}"


def clock(value: dt.datetime | None) -> str:
    """`18:34`."""
    return "" if value is None else f"{wall(value):%H:%M}"


def ago(value: dt.datetime | None, now: dt.datetime) -> str:
    """`today`, `yesterday`, `6 days ago`."""
    if value is None:
        return "never"
    days = (today(now) - today(value)).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago" if days > 0 else day(value))


def left(due: dt.datetime, now: dt.datetime) -> str:
    """`5 min late`, `15 h left`, `3 days left`, `2 days late`."""
    hours = (due - now).total_seconds() / 3600
    minutes = max(1, round(abs(hours) * 60))
    count = f"{round(abs(hours))} h" if abs(hours) < 48 else f"{round(abs(hours) / 24)} days"
    count = count if minutes >= 60 else f"{minutes} min"
    return f"{count} late" if hours < 0 else f"{count} left"


def due(moment: dt.datetime, now: dt.datetime) -> str:
    """`2 days late`, `2 h left`, `today 17:00`, `tomorrow`, `Thu 19 Nov`; the last minute of a day is the day itself."""
    here, days = wall(moment), (today(moment) - today(now)).days
    whole_day = (here.hour, here.minute) == (23, 59)
    if moment < now or (not whole_day and moment - now < SOON):
        return left(moment, now)
    if days > 6:
        return day(moment)
    name = {0: "today", 1: "tomorrow"}.get(days, f"{here:%a}")
    return name if whole_day else f"{name} {here:%H:%M}"


def month(value: dt.datetime) -> str:
    """`November 2026`."""
    return f"{wall(value):%B %Y}"
