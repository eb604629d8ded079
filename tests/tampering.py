"""What somebody with the database in hand could do to an audit chain, and a writer that can be killed."""

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from hub import audit
from hub.access import Steward
from hub.audit import GENESIS, AuditEvent, AuditHead, ReadWriter, canonical, link
from hub.db import Database, table_of
from tests import cast, databases

ROWS, HEADS = table_of(AuditEvent), table_of(AuditHead)
OURS = ROWS.c.hub_id == cast.WHARF
LAST = 12


@dataclass(frozen=True)
class Tampering:
    """`at` is the first event at which it must be found; `by_checkpoint`: the chain alone cannot show it."""

    says: str
    act: Callable[[Connection], object]
    at: int = 0
    by_checkpoint: bool = False


def _row(connection: Connection, seq: int) -> dict[str, object]:
    return dict(connection.execute(select(ROWS).where(OURS, ROWS.c.seq == seq)).one()._mapping)


def _set(connection: Connection, which: int, **values: object) -> None:
    assert connection.execute(update(ROWS).where(OURS, ROWS.c.seq == which).values(**values)).rowcount == 1


def _flip_body(connection: Connection) -> None:
    body = str(_row(connection, 5)["body"])
    _set(connection, 5, body=body[:-3] + chr(ord(body[-3]) ^ 1) + body[-2:])


def _break_body(connection: Connection) -> None:
    _set(connection, 5, body="{" + str(_row(connection, 5)["body"]))


def _flip_hash(connection: Connection) -> None:
    digest = bytes(_row(connection, 5)["hash"])
    _set(connection, 5, hash=bytes([digest[0] ^ 1]) + digest[1:])


def _delete(*seqs: int) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(delete(ROWS).where(OURS, ROWS.c.seq.in_(seqs)))


def _close_up(connection: Connection) -> None:
    """Delete one and let the later ones take its number."""
    _delete(5)(connection)
    for seq in range(6, LAST + 1):
        _set(connection, seq, seq=seq - 1)
    connection.execute(update(HEADS).where(HEADS.c.hub_id == cast.WHARF).values(seq=LAST - 1))


def _swap(connection: Connection) -> None:
    one, two = _row(connection, 5), _row(connection, 6)
    for seq, other in ((5, two), (6, one)):
        _set(connection, seq, **{name: value for name, value in other.items() if name not in ("hub_id", "seq")})


def _add(seq: int) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(insert(ROWS), [_row(connection, 5) | {"seq": seq}])


def _push_in(connection: Connection) -> None:
    for seq in range(LAST, 5, -1):
        _set(connection, seq, seq=seq + 1)
    _add(6)(connection)


def _cut_tail_and_head(connection: Connection) -> None:
    _delete(11, 12)(connection)
    _end(connection, 10, _row(connection, 10)["hash"])


def _end(connection: Connection, seq: int, digest: object) -> None:
    connection.execute(update(HEADS).where(HEADS.c.hub_id == cast.WHARF).values(seq=seq, hash=digest))


def _write_anew(connection: Connection) -> None:
    """Everything told differently, with every hash and the end to match."""
    last = GENESIS
    for seq in range(1, LAST + 1):
        body = canonical(json.loads(str(_row(connection, seq)["body"])) | {"actor": "milo"})
        last = link(last, seq, body)
        _set(connection, seq, body=body, actor="milo", hash=last)
    _end(connection, LAST, last)


def _forget_all(connection: Connection) -> None:
    connection.execute(delete(ROWS).where(OURS))
    connection.execute(delete(HEADS).where(HEADS.c.hub_id == cast.WHARF))


def _column(name: str, value: object) -> Tampering:
    return Tampering(f"another {name} in its column", lambda connection: _set(connection, 5, **{name: value}), 5)


TAMPERINGS = [
    Tampering("one bit of a body", _flip_body, 5),
    Tampering("a body that cannot be read", _break_body, 5),
    Tampering("one bit of a hash", _flip_hash, 5),
    _column("actor", "milo"),
    _column("verb", "viev"),
    _column("subject", "ref-of-jade"),
    _column("object", None),
    _column("at", cast.NOW + cast.SECOND),
    Tampering("one in the middle deleted", _delete(5), 5),
    Tampering("one in the middle deleted, the gap closed", _close_up, 5),
    Tampering("the first deleted", _delete(1), 1),
    Tampering("the tail deleted", _delete(11, 12), LAST),
    Tampering("all deleted but the end", _delete(*range(1, LAST + 1)), LAST),
    Tampering("two swapped", _swap, 5),
    Tampering("one pushed in", _push_in, 6),
    Tampering("one added behind the end", _add(LAST + 1), LAST + 1),
    Tampering(
        "the end deleted",
        lambda connection: connection.execute(delete(HEADS).where(HEADS.c.hub_id == cast.WHARF)),
        LAST,
    ),
    Tampering("the tail deleted, the end moved back", _cut_tail_and_head, by_checkpoint=True),
    Tampering("all written anew with matching hashes", _write_anew, by_checkpoint=True),
    Tampering("all deleted, the end too", _forget_all, by_checkpoint=True),
]


async def look_without_end(database: Database) -> None:
    """Sixteen at a time, each event named on standard output once it is said to be on disk."""
    writer = ReadWriter(database)

    async def one(name: str) -> None:
        found = {"hub": cast.WHARF, "at": cast.NOW.isoformat(), "actor": "milo", "verb": "view", "subject": None}
        await writer.write([found | {"object": name}])
        print(name, flush=True)

    for number in range(1000):
        await asyncio.gather(*(one(f"look-{number}-{which}") for which in range(16)))


if __name__ == "__main__":
    opened = Database(sys.argv[1], databases.KEY)
    audit.install(opened)
    with opened.reading(Steward()):
        asyncio.run(look_without_end(opened))
