"""The tidy-up after saving: keep words although they were asked about, and say why."""

from typing import Any

from litestar import post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from hub import kept_words, records
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other

LONGEST = 200


@post("/records/{id:str}/kept-words", sync_to_thread=True)
def keep_words(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    record, _ = records.find(db, viewer, id)
    words, because = typed.first("words").strip()[:LONGEST], typed.first("because").strip()[:LONGEST]
    back = f"/{record.kind}/{record.id}?saved"
    if not words or not because:
        return page(request, "records/keep_words.html", status=422, viewer=viewer, id=id, words=words, back=back)
    kept_words.keep(db, viewer, record, words, because)
    return see_other(back)


tidy_up = [keep_words]
