"""What browsers and watchmen ask for by themselves: whether the hub is well, its manifest, its icon."""

from litestar import get
from litestar.exceptions import ServiceUnavailableException
from litestar.response import Response
from sqlalchemy import select, true
from sqlalchemy.exc import DBAPIError

from hub.access import unwalled
from hub.settings import folder
from hub.web.files import A_DAY
from hub.web.guards import Db


@get("/health", opt={"public": True}, sync_to_thread=True)
def health(db: Db) -> Response[str]:
    """200 while the database answers; it tells nothing else."""
    try:
        with unwalled(db):
            db.scalar(select(true()))
    except DBAPIError as gone:
        raise ServiceUnavailableException from gone
    return Response("ok", media_type="text/plain")


@get("/manifest.webmanifest", opt={"public": True}, sync_to_thread=False)
def manifest() -> Response[bytes]:
    content = (folder("templates") / "manifest.webmanifest").read_bytes()
    return Response(content, media_type="application/manifest+json", headers={"Cache-Control": A_DAY})


@get("/favicon.ico", opt={"public": True}, sync_to_thread=False)
def favicon() -> Response[bytes]:
    """Browsers ask for this name whatever the page says."""
    content = (folder("static") / "icons" / "hub-192.png").read_bytes()
    return Response(content, media_type="image/png", headers={"Cache-Control": A_DAY})


handlers = (health, manifest, favicon)
