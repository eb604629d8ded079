"""Names for things: time-ordered random ids, references that are safe to say aloud, two-word codes."""

import re
import secrets
import time

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_ALOUD = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_COLOURS = [
    "AMBER",
    "SLATE",
    "CORAL",
    "INDIGO",
    "SILVER",
    "COPPER",
    "OLIVE",
    "PEARL",
    "RUSSET",
    "TEAL",
    "IVORY",
    "MAUVE",
]
_THINGS = [
    "KITE",
    "RIVER",
    "LANTERN",
    "MAPLE",
    "ANCHOR",
    "COMET",
    "HARBOUR",
    "MEADOW",
    "PEBBLE",
    "FEATHER",
    "BRIDGE",
    "WILLOW",
]


def uuid7(milliseconds: int | None = None) -> str:
    """A version 7 UUID: 48 bits of time, then random bits. Its time is for index order, never believed."""
    moment = int(time.time() * 1000) if milliseconds is None else milliseconds
    bits = moment << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def person_ref() -> str:
    """`YP-` and four characters, none of them 0, O, 1 or I."""
    return "YP-" + "".join(secrets.choice(_ALOUD) for _ in range(4))


def two_words() -> str:
    return f"{secrets.choice(_COLOURS)}-{secrets.choice(_THINGS)}"
