"""Finding a young person by name, nickname or reference, among those whom the viewer may see."""

import base64
import binascii
from typing import Any

from litestar import get, post
from litestar.params import FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from hub import caseload, people
from hub.access import Refused, Viewer
from hub.crypto import Keys, SealBroken
from hub.ids import is_id, uuid7
from hub.relations import matches
from hub.web import person_forms
from hub.web.guards import Db, Form, Now, Secrets, Seer
from hub.web.pages import page, see_other

LONGEST = 100
MOST = 20


@get("/search", sync_to_thread=True)
def search_form(
    request: HTMXRequest,
    db: Db,
    viewer: Seer,
    now: Now,
    keys: Secrets,
    words: FromQuery[str] = "",
    asked: FromQuery[str] = "",
) -> Response[str]:
    """`words` comes sealed, so that no name stands in an address, a history or a log."""
    said = _opened(keys, viewer, words)
    lines = caseload.search(db, viewer, said, MOST) if said else []
    return page(
        request,
        "search/search.html",
        viewer=viewer,
        now=now,
        said=said,
        words=words if said else "",
        lines=lines[:MOST],
        more=len(lines) > MOST,
        asked=bool(asked),
        may_add=person_forms.may_add(viewer),
        may_break=bool(viewer.ceiling("glass")),
        submission=uuid7(),
    )


@post("/search", sync_to_thread=True)
def search(viewer: Seer, keys: Secrets, typed: Form) -> Response[Any]:
    said = people.normal(typed.first("words").replace("\0", ""))[:LONGEST]
    return see_other(f"/search?words={_sealed(keys, viewer, said)}" if said else "/search")


@post("/search/ask", sync_to_thread=True)
def ask(db: Db, viewer: Seer, keys: Secrets, typed: Form) -> Response[Any]:
    """A task for the duty lead with what was typed: the same whether or not there is such a person."""
    said = _opened(keys, viewer, typed.first("words"))
    if not said:
        return see_other("/search")
    given = typed.first("submission")
    id = given if is_id(given) else uuid7()
    if not matches.ask(db, viewer, said, id):
        raise Refused("There is no other lead to ask. Ring the duty phone.")
    return see_other(f"/search?words={typed.first('words')}&asked=yes")


def _sealed(keys: Keys, viewer: Viewer, said: str) -> str:
    return base64.urlsafe_b64encode(keys.seal(said, f"search|words|{viewer.id}")).decode()


def _opened(keys: Keys, viewer: Viewer, words: str) -> str:
    """The words that this viewer searched for; nothing when they are not from our own page."""
    try:
        return keys.open(base64.urlsafe_b64decode(words.encode("ascii")), f"search|words|{viewer.id}")
    except (SealBroken, binascii.Error, UnicodeError):
        return ""


handlers = [search_form, search, ask]
