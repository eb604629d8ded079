"""How often something may be tried: free tries, then a wait that doubles up to 15 minutes, shared by all processes."""

import datetime as dt

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.access import unwalled
from hub.db import Base

FIRST_WAIT, LONGEST_WAIT = 30, 900
QUIET = 24 * 3600
_DOUBLINGS = 5


class Bucket(Base):
    """`open_at` and `touched_at` are whole seconds since 1970, so that one statement can do the sum everywhere."""

    __tablename__ = "buckets"
    key: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int]
    open_at: Mapped[int]
    touched_at: Mapped[int] = mapped_column(index=True)


def take(db: Session, key: str, now: dt.datetime, free: int) -> int:
    """Use one try, before it is known whether it was a good one. 0, or the seconds to wait first."""
    at = int(now.timestamp())
    tries = case((Bucket.touched_at < at - QUIET, 1), else_=Bucket.tries + 1)
    waits = [(tries < free, 0), *((tries == free + n, FIRST_WAIT << n) for n in range(_DOUBLINGS))]
    with unwalled(db):
        taken = db.scalar(
            _insert(db)
            .values(key=key, tries=1, open_at=at, touched_at=at)
            .on_conflict_do_update(
                index_elements=[Bucket.key],
                set_={"tries": tries, "open_at": at + case(*waits, else_=LONGEST_WAIT), "touched_at": at},
                # A clock set back shuts nobody out.
                where=(Bucket.open_at <= at) | (Bucket.open_at > at + LONGEST_WAIT),
            )
            .returning(Bucket.tries)
        )
        opens = at if taken is not None else db.scalar(select(Bucket.open_at).where(Bucket.key == key)) or at
    return 0 if taken is not None else max(1, opens - at)


def _insert(db: Session) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(Bucket) if db.get_bind().dialect.name == "sqlite" else postgresql.insert(Bucket)


def clear(db: Session, key: str) -> None:
    with unwalled(db):
        db.execute(delete(Bucket).where(Bucket.key == key))


def forget_quiet(db: Session, now: dt.datetime) -> None:
    """Drop what has not been tried for a day."""
    with unwalled(db):
        db.execute(delete(Bucket).where(Bucket.touched_at < int(now.timestamp()) - QUIET))


def in_words(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} seconds" if seconds != 1 else "1 second"
    minutes = -(-seconds // 60)
    return f"{minutes} minutes" if minutes != 1 else "1 minute"
