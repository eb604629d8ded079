"""Pages a phone keeps: blank forms, the queue, no signal, help. They name no staff, no route and no young person."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from functools import cache

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access import Viewer, unwalled
from hub.agencies import Hub, wards
from hub.forms import Question, Typed, questions, shown
from hub.records import WHO, Kind
from hub.settings import folder
from hub.web.guards import Db
from hub.web.pages import asset, built, page
from hub.web.telling import photo_fields

PUBLIC = {"public": True}
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
SHELL_FILES = ("hub.css", "capture.js", "queue.js")


@get("/h/{hub:str}/capture/{slug:str}", opt=PUBLIC, sync_to_thread=True)
def capture(request: HTMXRequest, db: Db, hub: FromPath[str], slug: FromPath[str]) -> Response[str]:
    return _blank_page(request, db, hub, slug)


@get("/h/{hub:str}/capture/{slug:str}/{step:str}", opt=PUBLIC, sync_to_thread=True)
def capture_step(
    request: HTMXRequest, db: Db, hub: FromPath[str], slug: FromPath[str], step: FromPath[str]
) -> Response[str]:
    return _blank_page(request, db, hub, slug, step)


def _blank_page(request: HTMXRequest, db: Session, hub: str, slug: str, step: str = "") -> Response[str]:
    place = _hub(db, hub)
    kind: type[Kind] | None = request.app.state["kinds"].get(slug)
    if kind is None or not offered(kind, step):
        raise NotFoundException
    asked = _blank(kind, step)
    form = f"{slug}/{step}" if step else slug
    act = kind.act_for(step)
    return page(
        request,
        "capture/form.html",
        hub=place,
        viewer=None,
        kind=kind,
        says=act.says if act else kind.ways[kind.capture_way].says if kind.capture_way else kind.title,
        form=form,
        way="" if step else kind.capture_way,
        fields=shown(asked, Typed(), {}, _fixed(db, place, asked)) + ([] if step else photo_fields(kind)),
        who=_who(kind) if not step else None,
        forms=forms(request.app.state["kinds"].values()),
    )


@get("/h/{hub:str}/queue", opt=PUBLIC, sync_to_thread=True)
def queue(request: HTMXRequest, db: Db, hub: FromPath[str]) -> Response[str]:
    names = dict(forms(request.app.state["kinds"].values()))
    return page(request, "capture/queue.html", hub=_hub(db, hub), viewer=None, names=names)


@get("/h/{hub:str}/no-signal", opt=PUBLIC, sync_to_thread=True)
def no_signal(request: HTMXRequest, db: Db, hub: FromPath[str]) -> Response[str]:
    found = forms(request.app.state["kinds"].values())
    return page(request, "capture/no_signal.html", hub=_hub(db, hub), viewer=None, forms=found)


@get("/h/{hub:str}/help", opt=PUBLIC, sync_to_thread=True)
def need_help(request: HTMXRequest, db: Db, hub: FromPath[str]) -> Response[str]:
    return page(request, "capture/help.html", hub=_hub(db, hub), viewer=None)


@get("/service-worker.js", opt=PUBLIC, sync_to_thread=True)
def service_worker(request: HTMXRequest, db: Db, hub: FromQuery[str]) -> Response[str]:
    """The worker with the list of what it keeps; any change of a page or file is a new version of it."""
    place = _hub(db, hub)
    kinds = request.app.state["kinds"].values()
    pages = [f"/h/{hub}/{name}" for name in ("queue", "no-signal", "help")]
    pages += [f"/h/{hub}/capture/{form}" for form, _ in forms(kinds)]
    files = [asset(name) for name in SHELL_FILES] + ["/static/hub.svg", "/static/hub-192.png", "/manifest.webmanifest"]
    state = json.dumps(
        [pages, built(), request.app.state["keys"].current.kid, place.name, place.duty_phone, _sources()]
    )
    shell = {"version": hashlib.sha256(state.encode()).hexdigest()[:12], "pages": pages, "files": files, "hub": hub}
    script = (folder("static") / "built" / built()["service-worker.js"]).read_text()
    return Response(
        f"self.SHELL = {json.dumps(shell)};\n{script}",
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


def forms(kinds: Iterable[type[Kind]]) -> list[tuple[str, str]]:
    """(form, what it is called) of everything that can be written without signal."""
    found: list[tuple[str, str]] = []
    for kind in kinds:
        if offered(kind, ""):
            found.append((kind.slug, kind.ways[kind.capture_way].says if kind.capture_way else kind.title))
        found += [(f"{kind.slug}/{act.slug}", act.says) for act in kind.acts if act.offline]
    return found


def offered(kind: type[Kind], step: str) -> bool:
    if not step:
        return kind.offline
    act = kind.act_for(step)
    return act is not None and act.offline


def _blank(kind: type[Kind], step: str) -> dict[str, Question]:
    return questions(kind, step) if step else kind.asked("", kind.capture_way)


def _who(kind: type[Kind]) -> object:
    if kind.about == "none":
        return None
    question = Question(
        "Who was it?",
        "person",
        enough=True,
        hint="Reference, nickname or initials. Matched once it is sent.",
        missing="Say who it was",
    )
    return shown({WHO: question}, Typed(), {}, {})[0]


def _fixed(db: Session, hub: Hub, asked: dict[str, Question]) -> dict[str, list[tuple[str, str]]]:
    """Wards alone are looked up: nothing else of a hub lies on a phone."""
    nobody = Viewer("", hub.id, "", frozenset(), LONG_AGO)
    db.info["viewer"] = nobody
    found = list(wards(db))
    return {name: found for name, question in asked.items() if question.type == "ward"}


def _hub(db: Session, slug: str) -> Hub:
    with unwalled(db):
        hub = db.scalar(select(Hub).where(Hub.slug == slug))
    if hub is None:
        raise NotFoundException
    return hub


@cache
def _sources() -> str:
    """A digest of the templates, so that a changed page is a changed worker."""
    found = hashlib.sha256()
    for path in sorted(folder("templates").rglob("*.html")):
        found.update(path.read_bytes())
    return found.hexdigest()


handlers = [capture, capture_step, queue, no_signal, need_help, service_worker]
