"""One photo beside a record: drawn again, so that place and device are gone from it, and kept in the item it came in."""

import base64
import io

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access import unwalled
from hub.outbox.tables import Item
from hub.records import Impossible, Record

FORM = "photo"
EDGE = 1600
LARGEST = 1_000_000


def attach(item: Item) -> None:
    """Keep the picture under the record of the form it was taken for, which has that form's id. Raises Impossible."""
    words = [value for values in item.content["typed"].values() for value in values]
    try:
        picture = _redrawn(base64.b64decode(words[0], validate=True))
    except (IndexError, ValueError, OSError, Image.DecompressionBombError) as broken:
        raise Impossible("The hub could not read this photo") from broken
    item.sealed, item.record_id = picture, item.content["parent"]
    item.state, item.reason, item.content = "sent", "", {}


def photo_of(db: Session, record: Record) -> bytes | None:
    """The photo its author took; whoever may read the record may see it."""
    with unwalled(db):
        return db.scalar(
            select(Item.sealed)
            .where(
                Item.form == FORM,
                Item.state == "sent",
                Item.record_id == record.id,
                Item.author_id == record.author_id,
            )
            .order_by(Item.received_at)
            .limit(1)
        )


def _redrawn(found: bytes) -> bytes:
    if len(found) > LARGEST:
        raise ValueError("too large")
    picture = Image.open(io.BytesIO(found), formats=["JPEG"])
    if max(picture.size) > EDGE:
        raise ValueError("too wide")
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    drawn = io.BytesIO()
    bare.save(drawn, "JPEG", quality=85)
    return drawn.getvalue()
