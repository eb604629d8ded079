"""A change in hand, and the three ways in which it cannot be made."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from hub.access import Viewer
from hub.records.kinds import Act, Kind
from hub.records.tables import Record


class Stale(Exception):
    """Somebody corrected the record meanwhile; both versions must be looked at."""


class Impossible(Exception):
    """A step that the record's state does not allow, in words."""


class Wrong(Exception):
    """What one answer says against another: field → words."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(*errors.values())
        self.errors = errors


@dataclass
class Deed:
    """One change in hand, as a kind's `check` and `follow` see it. `past` is empty for a new record."""

    db: Session
    viewer: Viewer
    kind: type[Kind]
    record: Record | None
    values: dict[str, Any]
    act: Act | None = None
    past: Mapping[str, Any] = field(default_factory=dict)
    people: Sequence[str] = ()
    parent: Record | None = None
    unmatched: str = ""

    @property
    def now(self) -> dt.datetime:
        return self.viewer.now

    @property
    def made(self) -> Record:
        """The record, once there is one (a kind's `follow` is called only then)."""
        if self.record is None:
            raise LookupError("the record is not made yet")
        return self.record
