"""An item arrives: it is kept whatever it says, alarms ring, and only then is it read as a record."""

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub import audit
from hub.access import Refused, Viewer, unwalled
from hub.agencies import Staff
from hub.crypto import Keys
from hub.forms import Typed
from hub.ids import uuid7
from hub.outbox import photos
from hub.outbox.sealing import Envelope, Opened, Unreadable, signed, unseal
from hub.outbox.tables import DeviceKey, Draft, Item
from hub.records import Impossible, Kind, Wrong, submit
from hub.reminders import ring

NOBODY = ""
"""Written on a phone that nobody was signed in on: whoever brings it is asked whether it is theirs."""

SKEWED = dt.timedelta(minutes=10)
log = logging.getLogger("hub")
Kinds = Mapping[str, type[Kind]]


@dataclass(frozen=True)
class Receipt:
    """What the phone is told of one item. It deletes an item on `kept` alone."""

    id: str
    state: str
    kept: bool
    path: str = ""


def accept(
    db: Session,
    viewer: Viewer | None,
    keys: Keys,
    kinds: Kinds,
    envelope: Envelope,
    now: dt.datetime,
    phone_now: dt.datetime | None = None,
) -> Receipt:
    """Keep one item in the caller's transaction. `viewer` is whoever brought it, None when nobody is signed in."""
    with unwalled(db):
        before = db.get(Item, envelope.id)
        if before is not None and before.digest == envelope.digest:
            return _receipt(before)
        author = _author_by_signature(db, envelope)
        try:
            opened = unseal(keys, envelope)
        except Unreadable as why:
            return _keep_unreadable(db, viewer, author, envelope, now, str(why))
        if viewer is not None and opened.author in (viewer.id, NOBODY):
            author = viewer.id
        if author is None or opened.author not in (author, NOBODY):
            return Receipt(envelope.id, "sign_in" if viewer is None else "other_author", kept=False)
        staff = db.get(Staff, author)
        if staff is None:
            return Receipt(envelope.id, "other_author", kept=False)
        if opened.draft:
            return _keep_draft(db, staff, envelope, opened, now)
        item = _keep(db, staff, viewer, envelope, opened, now, phone_now, of=before)
        db.execute(delete(Draft).where(Draft.id == opened.drafted, Draft.author_id == staff.id))
        _ring(db, kinds, staff, item, opened.typed, now)
    if item.form == photos.FORM and item.state != "conflict":
        _keep_photo(item)
    elif item.state == "arrived" and viewer is not None:
        make(db, viewer, kinds, item)
    return _receipt(item)


def make(db: Session, viewer: Viewer, kinds: Kinds, item: Item, typed: Typed | None = None) -> dict[str, str]:
    """Try to make the record that an item holds; what stands in the way is its reason. Returns the errors by field."""
    words = typed if typed is not None else Typed.of(item.content["typed"])
    errors: dict[str, str] = {}
    try:
        with db.begin_nested():
            record = submit(
                db,
                viewer,
                kinds,
                item.form,
                item.id,
                words,
                parent=item.content["parent"],
                way=item.content["way"],
                at=item.written_at,
            )
        item.state, item.reason, item.record_id, item.content = "sent", "", record.id, {}
    except Wrong as wrong:
        errors, item.state, item.reason = wrong.errors, "needs_attention", "Some answers need another look"
    except Impossible as impossible:
        item.state, item.reason = "needs_attention", str(impossible)
    except (Refused, LookupError):
        item.state, item.reason = "quarantined", "Its author may not write this any more"
    except Exception as broken:
        log.error("outbox item %s: %s", item.id, type(broken).__name__)
        item.state, item.reason = "needs_attention", "The hub could not read this. Open it and save again"
    db.flush()
    return errors


def _keep_photo(item: Item) -> None:
    try:
        photos.attach(item)
    except Impossible as impossible:
        item.state, item.reason = "needs_attention", str(impossible)


def _author_by_signature(db: Session, envelope: Envelope) -> str | None:
    key = db.get(DeviceKey, envelope.device_key) if envelope.device_key else None
    return key.author_id if key is not None and signed(key.public, envelope) else None


def _keep(
    db: Session,
    staff: Staff,
    viewer: Viewer | None,
    envelope: Envelope,
    opened: Opened,
    now: dt.datetime,
    phone_now: dt.datetime | None,
    of: Item | None,
) -> Item:
    skew = now - phone_now if phone_now else dt.timedelta()
    said = opened.written_at or now
    carried = viewer is None or viewer.id != staff.id or opened.author == NOBODY
    item = Item(
        id=envelope.id if of is None else uuid7(),
        hub_id=staff.hub_id,
        of_id=of.id if of else None,
        form=envelope.form,
        kid=envelope.kid,
        digest=envelope.digest,
        author_id=staff.id,
        carried_by=viewer.id if carried and viewer else None,
        received_at=now,
        written_at=min(said + (skew if abs(skew) > SKEWED else dt.timedelta()), now),
        skew_seconds=int(skew.total_seconds()),
        zone=opened.zone,
        state="conflict" if of else "parked" if carried else "arrived",
        reason="The same item came twice with other words"
        if of
        else "Waits for its author to confirm it"
        if carried
        else "",
        content=opened.content,
        sealed=None,
        record_id=None,
    )
    db.add(item)
    db.flush()
    audit.note(db, "receive", object=item.id, hub_id=staff.hub_id, actor=staff.id, reason=item.state, at=now)
    return item


def _keep_unreadable(
    db: Session, viewer: Viewer | None, author: str | None, envelope: Envelope, now: dt.datetime, why: str
) -> Receipt:
    """Bytes nobody can open are kept beside the phone's own copy: only a known person's, and never as a receipt."""
    owner = author or (viewer.id if viewer else None)
    staff = db.get(Staff, owner) if owner else None
    if staff is None:
        return Receipt(envelope.id, "sign_in", kept=False)
    if db.scalar(select(Item.id).where(Item.digest == envelope.digest, Item.author_id == staff.id)) is None:
        db.add(
            Item(
                id=uuid7(),
                hub_id=staff.hub_id,
                of_id=envelope.id,
                form=envelope.form,
                kid=envelope.kid,
                digest=envelope.digest,
                author_id=staff.id,
                carried_by=None,
                received_at=now,
                written_at=now,
                skew_seconds=0,
                zone="",
                state="unreadable",
                reason=why,
                content={},
                sealed=envelope.blob,
                record_id=None,
            )
        )
        audit.note(db, "receive", object=envelope.id, hub_id=staff.hub_id, actor=staff.id, reason="unreadable", at=now)
    return Receipt(envelope.id, "unreadable", kept=False)


def _keep_draft(db: Session, staff: Staff, envelope: Envelope, opened: Opened, now: dt.datetime) -> Receipt:
    draft = db.get(Draft, envelope.id)
    if draft is None:
        db.add(
            Draft(
                id=envelope.id,
                hub_id=staff.hub_id,
                author_id=staff.id,
                form=envelope.form,
                content=opened.content,
                number=opened.draft,
                at=now,
            )
        )
    elif draft.author_id == staff.id and draft.number < opened.draft:
        draft.content, draft.number, draft.at = opened.content, opened.draft, now
    return Receipt(envelope.id, "draft", kept=True)


def _ring(db: Session, kinds: Kinds, staff: Staff, item: Item, typed: Typed, now: dt.datetime) -> None:
    """Danger alerts on arrival, valid or not, matched or not, whoever carried it."""
    kind = kinds.get(item.form.split("/")[0])
    if kind is not None and kind.alarm(typed):
        ring(db, staff.hub_id, item.id, now)
        audit.note(db, "alarm", object=item.id, hub_id=staff.hub_id, actor=staff.id, at=now)


def _receipt(item: Item) -> Receipt:
    path = f"/outbox/{item.id}" if item.state != "sent" else ""
    return Receipt(item.of_id or item.id, item.state, kept=True, path=path)
