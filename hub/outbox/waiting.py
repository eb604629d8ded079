"""Items that wait: for another look by their author, for confirmation, for the lead; drafts; what is still on phones."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import audit
from hub.access import Refused, Viewer
from hub.crypto import token_hash
from hub.forms import Typed
from hub.outbox.arriving import Kinds, make
from hub.outbox.tables import DeviceKey, Draft, Item, UnsentReport
from hub.records import Impossible, Record, Wrong, submit


def waiting_items(db: Session, viewer: Viewer) -> Sequence[Item]:
    """The viewer's own items that are not records yet, oldest first."""
    waits = Item.state.in_(("needs_attention", "conflict", "parked", "quarantined", "unreadable"))
    return db.scalars(select(Item).where(Item.author_id == viewer.id, waits).order_by(Item.received_at)).all()


def quarantined(db: Session, viewer: Viewer) -> Sequence[Item]:
    """What waits for a lead because its author left or may not write it any more."""
    others = Item.author_id != viewer.id
    return db.scalars(
        select(Item).where(others, Item.state.in_(("quarantined", "parked"))).order_by(Item.received_at)
    ).all()


def finish(db: Session, viewer: Viewer, kinds: Kinds, item: Item, typed: Typed) -> dict[str, str]:
    """The author's second look: try again with new words. Returns the errors by field; none when it is a record."""
    errors = make(db, viewer, kinds, item, typed)
    if item.state != "sent":
        item.content = {**item.content, "typed": typed}
    return errors


def confirm(db: Session, viewer: Viewer, kinds: Kinds, item: Item) -> dict[str, str]:
    """Its author says that an item somebody else carried is theirs."""
    if item.author_id != viewer.id:
        raise LookupError(item.id)
    audit.note(db, "confirm", object=item.id)
    return make(db, viewer, kinds, item)


def drafts(db: Session, form: str) -> Sequence[Draft]:
    """The viewer's own drafts of one form, newest first."""
    return db.scalars(select(Draft).where(Draft.form == form).order_by(Draft.at.desc())).all()


def register_device(db: Session, viewer: Viewer, public: bytes) -> str:
    """Remember the key this device signs with; its id is the key's own digest, so that asking twice is one row."""
    id = token_hash(public.hex() + viewer.id).hex()[:32]
    if db.get(DeviceKey, id) is None:
        db.add(DeviceKey(id=id, hub_id=viewer.hub_id, author_id=viewer.id, public=public, made_at=viewer.now))
        audit.note(db, "register device", object=id)
    return id


def report_unsent(db: Session, viewer: Viewer, device_id: str, count: int, oldest_at: dt.datetime | None) -> None:
    report = db.get(UnsentReport, (viewer.id, device_id))
    if report is None:
        report = UnsentReport(hub_id=viewer.hub_id, author_id=viewer.id, device_id=device_id)
        db.add(report)
    report.count, report.oldest_at, report.at = count, oldest_at, viewer.now


def errors_of(db: Session, viewer: Viewer, kinds: Kinds, item: Item) -> dict[str, str]:
    """What stands in the way of an item, tried and undone."""
    trial = db.begin_nested()
    try:
        slug, words, content = item.form, Typed.of(item.content.get("typed", {})), item.content
        submit(db, viewer, kinds, slug, item.id, words, parent=content.get("parent", ""), way=content.get("way", ""))
    except Wrong as wrong:
        return wrong.errors
    except (Impossible, Refused, LookupError):
        return {}
    finally:
        trial.rollback()
    return {}


def unsent_reports(db: Session) -> Sequence[UnsentReport]:
    """What the viewer's own devices last said was still on them."""
    return db.scalars(select(UnsentReport).where(UnsentReport.count > 0).order_by(UnsentReport.at.desc())).all()


def record_of(db: Session, item: Item) -> Record | None:
    return db.scalar(select(Record).where(Record.id == item.record_id))


def discard(db: Session, viewer: Viewer, item: Item, reason: str) -> None:
    """Its author lets an item go; a reason is asked, the words are deleted."""
    if item.author_id != viewer.id or item.state == "sent":
        raise LookupError(item.id)
    if not reason.strip():
        raise Refused("Say why it is let go.")
    item.state, item.reason, item.content, item.sealed = "discarded", reason.strip()[:200], {}, None
    audit.note(db, "discard", object=item.id, reason=item.reason)
