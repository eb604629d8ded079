"""Static files from memory: built names never change, so they are compressed once and kept by browsers for a year."""

import mimetypes
from functools import cache

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from hub.settings import folder

FOREVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"


@cache
def _found(name: str, coding: str) -> bytes | None:
    """A built file or an icon; anything that is not a plain name is not looked for."""
    if "/" in name or name.startswith("."):
        return None
    for place in ("built", "icons"):
        path = folder("static") / place / f"{name}{coding}"
        if path.is_file():
            return path.read_bytes()
    return None


@get("/static/{name:str}", opt={"public": True, "compressed": True}, sync_to_thread=False)
def static_file(request: HTMXRequest, name: FromPath[str]) -> Response[bytes]:
    accepted = request.headers.get("Accept-Encoding", "")
    for coding, ending in (("br", ".br"), ("gzip", ".gz"), ("", "")):
        if coding in accepted and (content := _found(name, ending)) is not None:
            headers = {"Cache-Control": FOREVER if name.count(".") == 2 else A_DAY, "Vary": "Accept-Encoding"}
            if coding:
                headers["Content-Encoding"] = coding
            return Response(
                content, media_type=mimetypes.guess_type(name)[0] or "application/octet-stream", headers=headers
            )
    raise NotFoundException
