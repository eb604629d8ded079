"""What a browser keeps of the hub: the token of its session, and a name of its own between sign-ins."""

import hashlib
import re
import secrets
from typing import Any

from litestar.datastructures import Cookie
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from hub import sessions
from hub.accounts import Device
from hub.settings import Settings

A_YEAR = 400 * 24 * 3600
JOINING = 2 * 3600
_KINDS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android phone"), ("Windows", "Windows computer"))
_MORE_KINDS = (("Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux computer"))
_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("SamsungBrowser/", "Samsung Internet"), ("Chrome/", "Chrome"))


def token(request: HTMXRequest, settings: Settings) -> str | None:
    return request.cookies.get(sessions.cookie_name(settings.secure))


def keep_token(response: Response[Any], settings: Settings, value: str) -> None:
    _keep(response, settings, sessions.cookie_name(settings.secure), value, int(sessions.LIFE.total_seconds()))


def drop_token(response: Response[Any], settings: Settings) -> None:
    _keep(response, settings, sessions.cookie_name(settings.secure), "", 0)


def joining(request: HTMXRequest, settings: Settings) -> str:
    return request.cookies.get(_name(settings, "joining"), "")


def keep_joining(response: Response[Any], settings: Settings, value: str) -> None:
    _keep(response, settings, _name(settings, "joining"), value, JOINING if value else 0)


def handed(request: HTMXRequest, settings: Settings) -> bool:
    return bool(request.cookies.get(_name(settings, "handed")))


def keep_handed(response: Response[Any], settings: Settings, over: bool) -> None:
    """The session says whether the phone was handed over; this lets pages that know no session say so too."""
    _keep(response, settings, _name(settings, "handed"), "1" if over else "", A_YEAR if over else 0)


def device(request: HTMXRequest, settings: Settings) -> Device:
    """The browser at the door. Its own name is kept by us as a hash alone."""
    given = request.cookies.get(_name(settings, "device"), "")
    known = hashlib.sha256(given.encode()).hexdigest() if re.fullmatch(r"[\w-]{43}", given, re.ASCII) else ""
    address = request.client.host if request.client else "unknown"
    return Device(address, known, device_name(request.headers.get("User-Agent", "")))


def name_device(request: HTMXRequest, response: Response[Any], settings: Settings) -> Device:
    """The same browser, given a name of its own when it had none."""
    found = device(request, settings)
    if found.id:
        return found
    given = secrets.token_urlsafe(32)
    _keep(response, settings, _name(settings, "device"), given, A_YEAR)
    return Device(found.address, hashlib.sha256(given.encode()).hexdigest(), found.name)


def device_name(agent: str) -> str:
    kind = next((name for mark, name in (*_KINDS, *_MORE_KINDS) if mark in agent), "Another device")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "Safari" if "Safari/" in agent else "")
    return f"{kind}, {browser}" if browser else kind


def _name(settings: Settings, name: str) -> str:
    return f"{sessions.cookie_name(settings.secure)}-{name}"


def _keep(response: Response[Any], settings: Settings, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        Cookie(name, value=value, path="/", max_age=seconds, secure=settings.secure, httponly=True, samesite="lax")
    )
