"""The page of all words of the trade; a page or form that uses one explains it on the spot."""

from litestar import get
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from hub.web.guards import Seer
from hub.web.pages import page
from hub.web.words import WORDS


@get("/glossary", sync_to_thread=True)
def glossary(request: HTMXRequest, viewer: Seer) -> Response[str]:
    return page(request, "glossary/glossary.html", viewer=viewer, words=WORDS)
