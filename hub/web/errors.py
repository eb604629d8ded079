"""What people see when something is refused, missing or broken: plain words, the right status, no detail."""

import traceback
from pathlib import Path
from typing import Any

from litestar.exceptions import HTTPException
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response

from hub.access import Refused
from hub.records import Impossible, Stale
from hub.web.guards import dress, incident, log
from hub.web.pages import page

PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 503}


def show(request: HTMXRequest, status: int, **words: Any) -> Response[str]:
    known = status if status in PAGES else 400 if status < 500 else 500
    return dress(page(request, f"errors/{known}.html", status=status, **words))


def on_http(request: HTMXRequest, error: HTTPException) -> Response[str]:
    says = error.detail if error.status_code in (400, 403) else ""
    return show(request, error.status_code, says=says)


def on_missing(request: HTMXRequest, error: LookupError) -> Response[str]:
    """Absent and denied are the same page."""
    if isinstance(error, KeyError | IndexError):
        return on_error(request, error)
    return show(request, 404)


def on_refused(request: HTMXRequest, error: Refused) -> Response[str]:
    return show(request, 403, says=str(error))


def on_conflict(request: HTMXRequest, error: Impossible | Stale) -> Response[str]:
    says = str(error) if isinstance(error, Impossible) else ""
    return show(request, 409, says=says)


def on_error(request: HTMXRequest, error: Exception) -> Response[str]:
    number = incident()
    where = request.scope.get("path_template", "")
    log.error("incident %s: %s at %s %s, %s", number, type(error).__name__, request.method, where, _places(error))
    if request.app.state.settings.debug:
        log.exception("incident %s", number, exc_info=error)
    return show(request, 500, number=number)


def _places(error: Exception) -> str:
    """Where it happened, innermost last: files and lines, no values."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)


HANDLERS: dict[Any, Any] = {
    HTTPException: on_http,
    LookupError: on_missing,
    Refused: on_refused,
    Impossible: on_conflict,
    Stale: on_conflict,
    Exception: on_error,
}
__all__ = ["HANDLERS", "Redirect"]
