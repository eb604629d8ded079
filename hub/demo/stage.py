"""Playing the past: who did something, on which day before or after the load, in the way that they would do it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from hub import sessions
from hub.access import Steward, Viewer, viewer_for
from hub.agencies import Hub, Staff
from hub.clock import from_wall, today
from hub.forms import as_typed, questions
from hub.ids import uuid7
from hub.kinds import KINDS
from hub.people import Person
from hub.records import Kind, Record, submit


class Stage:
    """One hub while its past is being laid. `cast`, `people` and `goals` are found by a name or a word."""

    def __init__(self, db: Session, hub: Hub, cast: Mapping[str, Staff], now: dt.datetime) -> None:
        self.db = db
        self.hub = hub
        self.cast = cast
        self.now = now
        self.people: dict[str, Person] = {}
        self.goals: dict[str, str] = {}
        self.kinds: dict[str, type[Kind]] = {kind.slug: kind for kind in KINDS}

    def day(self, offset: int) -> dt.date:
        return today(self.now) + dt.timedelta(days=offset)

    def at(self, offset: int, time: str = "10:00") -> dt.datetime:
        """`day` at a London wall time; never later than now for a day that has begun."""
        moment = from_wall(dt.datetime.combine(self.day(offset), dt.time.fromisoformat(time)))
        return min(moment, self.now) if offset <= 0 else moment

    def planned(self, offset: int, time: str) -> dt.datetime:
        """A wall time that may lie ahead, even today."""
        return from_wall(dt.datetime.combine(self.day(offset), dt.time.fromisoformat(time)))

    def as_(self, name: str, moment: dt.datetime) -> Viewer:
        """That member of staff at that moment, with what they held then; the session looks through them."""
        self.db.flush()
        self.db.info["viewer"] = Steward(self.hub.id)
        viewer = viewer_for(self.db, sessions.viewer_of(self.staff(name), moment, ""))
        self.db.info["viewer"] = viewer
        return viewer

    def submit(
        self,
        by: str,
        moment: dt.datetime,
        form: str,
        answers: Mapping[str, Any],
        *,
        who: str = "",
        parent: Record | None = None,
        way: str = "",
    ) -> Record:
        """Fill a form in as that person would have done then: it passes every check that a worker meets."""
        kind = self.kinds[form.partition("/")[0]]
        known = {name: question for name, question in questions(kind).items() if name in answers}
        if unknown := answers.keys() - known.keys():
            raise KeyError(f"{form} does not ask {', '.join(sorted(unknown))}")
        typed = as_typed(known, answers)
        if who:
            typed["who"] = [self.people[who].ref if who in self.people else who]
        viewer = self.as_(by, moment)
        above = parent.id if parent else ""
        return submit(self.db, viewer, self.kinds, form, uuid7(), typed, parent=above, way=way)

    def staff(self, name: str) -> Staff:
        """By full name, or by the first when only one has it."""
        found = [
            one
            for full, one in self.cast.items()
            if name in (full, full.replace("PC ", "").replace("Dr ", "").split()[0])
        ]
        if len(found) != 1:
            raise KeyError(name)
        return found[0]

    def id(self, name: str) -> str:
        return self.staff(name).id

    def close(self) -> None:
        """The audit tells what was done in the order in which it was done."""
        self.db.flush()
        self.db.info["viewer"] = Steward()
        events: list[dict[str, Any]] = self.db.info.get("events", [])
        events.sort(key=lambda event: dt.datetime.fromisoformat(event["at"]))
