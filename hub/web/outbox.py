"""What phones send, and the pages of what waits: another look, somebody else's words, a lead's decision."""

import base64
import binascii
import datetime as dt
from typing import Any

from litestar import get, post
from litestar.exceptions import ClientException
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import outbox, records, sessions
from hub.access import Viewer
from hub.forms import Question, Typed, questions, shown
from hub.outbox import Envelope, Item, Unreadable
from hub.records import Kind, options_for
from hub.web.guards import Config, Db, Form, Now, Packet, Secrets, Seer, log
from hub.web.pages import page, see_other
from hub.web.telling import who_field

BATCH = 50
LARGEST = 4_000_000


@post("/outbox", opt={"public": True}, status_code=200, request_max_body_size=LARGEST, sync_to_thread=True)
def receive(request: HTMXRequest, db: Db, now: Now, keys: Secrets, settings: Config, packet: Packet) -> Response[Any]:
    """Take a batch in; each item stands or falls alone. Nobody signed in: only items that a known device signed."""
    viewer = _bringer(request, db, now, settings.secure)
    found = packet.get("items")
    if not isinstance(found, list) or len(found) > BATCH:
        raise ClientException("That is not a batch.")
    kinds = request.app.state["kinds"]
    receipts = [
        receipt for one in found if (receipt := _take(db, viewer, keys, kinds, one, now, _moment(packet.get("now"))))
    ]
    if viewer is not None:
        device, unsent = str(packet.get("device", ""))[:40], packet.get("unsent")
        count = unsent if isinstance(unsent, int) and 0 <= unsent < 100_000 else 0
        kept = sum(bool(receipt["kept"]) for receipt in receipts)
        outbox.report_unsent(db, viewer, device, max(0, count - kept), _moment(packet.get("oldest")))
    elif not any(receipt["kept"] for receipt in receipts):
        return Response({"stop": "sign_in"}, status_code=401)
    return Response({"now": now.isoformat(), "items": receipts})


@post("/outbox/device", status_code=200, sync_to_thread=True)
def register_device(db: Db, viewer: Seer, packet: Packet) -> dict[str, str]:
    try:
        public = base64.b64decode(str(packet.get("public", "")), validate=True)
    except binascii.Error as broken:
        raise ClientException("That is not a key.") from broken
    if len(public) != 65:
        raise ClientException("That is not a key.")
    return {"device_key": outbox.register_device(db, viewer, public)}


@get("/outbox", sync_to_thread=True)
def waiting(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    kinds = request.app.state["kinds"]
    mine = [(item, _called(kinds, item.form)) for item in outbox.waiting_items(db, viewer)]
    others = [(item, _called(kinds, item.form)) for item in outbox.quarantined(db, viewer)] if viewer.leads else []
    return page(
        request, "outbox/waiting.html", viewer=viewer, mine=mine, others=others, reports=outbox.unsent_reports(db)
    )


@get("/outbox/{id:str}", sync_to_thread=True)
def look(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    item = _item(db, id)
    return _item_page(request, db, viewer, item, _words(item), {})


@post("/outbox/{id:str}", sync_to_thread=True)
def finish(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    """The author's second look, or their word that what another phone carried is theirs."""
    item = _item(db, id)
    kinds = request.app.state["kinds"]
    if item.author_id != viewer.id or item.state == "unreadable":
        raise LookupError(id)
    errors = {} if item.state == "sent" else outbox.finish(db, viewer, kinds, item, typed)
    if item.state == "sent" and item.record_id:
        return see_other(_onward(db, kinds, item))
    return _item_page(request, db, viewer, item, typed, errors, status=422)


@post("/outbox/{id:str}/discard", sync_to_thread=True)
def discard(db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    """Its author lets an item go, with a reason; what it said is deleted, that it was there is not."""
    outbox.discard(db, viewer, _item(db, id), typed.first("reason"))
    return see_other("/outbox")


@get("/photos/{id:str}", sync_to_thread=True)
def photo(db: Db, viewer: Seer, id: FromPath[str]) -> Response[bytes]:
    """The photo of one record, for whoever may read that record."""
    record, _ = records.find(db, viewer, id)
    if (found := outbox.photo_of(db, record)) is None:
        raise LookupError(id)
    return Response(found, media_type="image/jpeg")


def _bringer(request: HTMXRequest, db: Session, now: dt.datetime, secure: bool) -> Viewer | None:
    """Whose session this is, locked or not: a locked phone may still hand over what it holds."""
    token = request.cookies.get(sessions.cookie_name(secure))
    found = sessions.open_session(db, token, now) if token else None
    db.info["viewer"] = found[1] if found else None
    return found[1] if found else None


def _take(
    db: Session, viewer: Viewer | None, keys: Any, kinds: Any, one: Any, now: dt.datetime, phone_now: dt.datetime | None
) -> dict[str, Any] | None:
    """One item's receipt; none when the hub could not keep it, so that the phone does."""
    try:
        envelope = Envelope.read(one)
    except Unreadable:
        said = one.get("id") if isinstance(one, dict) else None
        return {"id": said, "state": "unreadable", "kept": False, "path": ""} if isinstance(said, str) else None
    try:
        with db.begin_nested():
            receipt = outbox.accept(db, viewer, keys, kinds, envelope, now, phone_now)
    except Exception as broken:
        log.error("outbox: %s while keeping an item", type(broken).__name__)
        return None
    path = receipt.path
    if receipt.state == "sent" and viewer is not None:
        item = db.get(Item, receipt.id)
        path = _onward(db, kinds, item) if item is not None else ""
    return {"id": receipt.id, "state": receipt.state, "kept": receipt.kept, "path": path}


def _onward(db: Session, kinds: Any, item: Item) -> str:
    record = outbox.record_of(db, item)
    kind: type[Kind] | None = kinds.get(record.kind) if record is not None else None
    return kind.onward(record) if record is not None and kind is not None else ""


def _item(db: Session, id: str) -> Item:
    item = db.scalar(select(Item).where(Item.id == id))
    if item is None:
        raise LookupError(id)
    return item


def _words(item: Item) -> Typed:
    return Typed.of(item.content.get("typed", {}))


def _item_page(
    request: HTMXRequest,
    db: Session,
    viewer: Viewer,
    item: Item,
    typed: Typed,
    errors: dict[str, str],
    status: int = 200,
) -> Response[str]:
    """Another person's words are shown to nobody but their author."""
    slug, _, step = item.form.partition("/")
    kind: type[Kind] | None = request.app.state["kinds"].get(slug)
    own = item.author_id == viewer.id
    asked: dict[str, Question] = {}
    if kind is not None and own:
        asked = questions(kind, step) if step else kind.asked("", item.content.get("way", ""))
        if status == 200 and item.state != "sent":
            errors = outbox.errors_of(db, viewer, request.app.state["kinds"], item)
    options = options_for(db, viewer, kind) if kind is not None and own else {}
    asked = {name: question for name, question in asked.items() if len(options.get(name, "..")) > 1 or typed.get(name)}
    return page(
        request,
        "outbox/item.html",
        status=status,
        viewer=viewer,
        item=item,
        own=own,
        kind=kind,
        called=_called(request.app.state["kinds"], item.form),
        fields=shown(asked, typed, errors, options),
        who=who_field(db, kind, typed, errors, None) if kind is not None and own and not step else None,
        action=f"/outbox/{item.id}",
        errors=errors,
    )


def _called(kinds: Any, form: str) -> str:
    slug, _, step = form.partition("/")
    kind: type[Kind] | None = kinds.get(slug)
    if slug == "photo":
        return "Photo"
    if kind is None:
        return "A form this hub no longer has"
    act = kind.act_for(step)
    return f"{kind.title}: {act.says.lower()}" if act else kind.title


def _moment(said: Any) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(said)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else None


handlers = [receive, register_device, waiting, look, finish, discard, photo]
