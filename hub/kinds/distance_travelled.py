"""Distance travelled: eight scales in our own words, the young person first, the worker second (domain 4.3).

Neither rating ever feeds a risk colour.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, MappedColumn, Session

from hub import hand_overs, reminders
from hub.access import Viewer
from hub.actions import DOMAINS
from hub.forms import ask
from hub.records import Deed, Kind, Record, RecordPerson, people_of
from hub.reminders import Due

ANCHORS = {
    "1": "Not ready to look at it",
    "2": "Thinking about it",
    "3": "Trying, with help",
    "4": "Mostly managing",
    "5": "Sorted, could help someone else",
}
OCCASIONS = {
    "first": "The first time",
    "six_weeks": "After six weeks",
    "ending": "At the ending",
    "after": "Twelve weeks after the ending",
}
CLOCKS = {"first": "scales.first", "six_weeks": "scales", "ending": "scales.ending", "after": "scales.after"}
FOLLOWED_BY = {"first": "scales", "six_weeks": "scales", "ending": "scales.after"}
WORKER = "_worker"


def theirs(domain: str) -> MappedColumn[Any]:
    return ask(DOMAINS[domain], "scale", choices=ANCHORS, own_words=True, group="plan")


def worker(domain: str) -> MappedColumn[Any]:
    return ask(f"{DOMAINS[domain]}: what you see", "scale", choices=ANCHORS, group="plan")


class DistanceTravelled(Kind):
    __tablename__ = "distance_travelled"
    slug = "distance-travelled"
    title = "Distance travelled"
    plural = "Distance travelled"
    writers = frozenset({"MEN", "YW", "GYW", "TC"})

    occasion: Mapped[str] = ask("When is this?", "choice", choices=OCCASIONS, enough=True, group="plan")
    safe: Mapped[int | None] = theirs("safe")
    people: Mapped[int | None] = theirs("people")
    home: Mapped[int | None] = theirs("home")
    learning: Mapped[int | None] = theirs("learning")
    health: Mapped[int | None] = theirs("health")
    money: Mapped[int | None] = theirs("money")
    choices: Mapped[int | None] = theirs("choices")
    identity: Mapped[int | None] = theirs("identity")
    safe_worker: Mapped[int | None] = worker("safe")
    people_worker: Mapped[int | None] = worker("people")
    home_worker: Mapped[int | None] = worker("home")
    learning_worker: Mapped[int | None] = worker("learning")
    health_worker: Mapped[int | None] = worker("health")
    money_worker: Mapped[int | None] = worker("money")
    choices_worker: Mapped[int | None] = worker("choices")
    identity_worker: Mapped[int | None] = worker("identity")

    @classmethod
    def summary(cls, values: Mapping[str, Any]) -> str:
        rated = [name for name in DOMAINS if values.get(name)]
        return f"{cls.title}, {OCCASIONS[values['occasion']].lower()}: {len(rated)} of {len(DOMAINS)} rated by them"

    @classmethod
    def check(cls, deed: Deed) -> dict[str, str]:
        """The young person rates first: without a rating of theirs there is nothing to set beside."""
        rated = any(deed.values.get(name) for name in DOMAINS)
        return {} if rated else {"safe": "Ask them first: at least one scale needs their own rating"}

    @classmethod
    def prefilled(cls, deed: Deed) -> dict[str, Any]:
        asking = open_clocks(deed)
        found = next((occasion for occasion in ("ending", "after", "first") if CLOCKS[occasion] in asking), None)
        rated = hand_overs.tapped_today(deed.db, deed.viewer, deed.people, cls.slug)
        return {"occasion": found or ("six_weeks" if ratings(deed) else "first"), **rated}

    @classmethod
    def follow(cls, deed: Deed) -> None:
        """Taking the scales answers every clock that asked for them, and starts the one for next time."""
        if deed.past:
            return
        hand_overs.take_up(deed.db, deed.viewer, deed.people, cls.slug)
        person, occasion = deed.people[0], deed.values["occasion"]
        for code in CLOCKS.values():
            reminders.resolve(deed.db, deed.viewer, code, person_id=person, by=deed.made.id)
        if occasion in FOLLOWED_BY:
            reminders.start(deed.db, deed.viewer, FOLLOWED_BY[occasion], record_id=deed.made.id, person_id=person)

    @classmethod
    def context(cls, db: Session, viewer: Viewer, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
        deed = Deed(db, viewer, cls, record, dict(values), people=people_of(db, record))
        first, *_ = [*ratings(deed), None]
        return {"scales": [_compared(name, values, first) for name in DOMAINS], "anchors": ANCHORS}


def open_clocks(deed: Deed) -> set[str]:
    query = select(Due.rule).where(Due.person_id.in_(deed.people), Due.resolved_at.is_(None))
    return {*deed.db.scalars(query)} if deed.people else set()


def ratings(deed: Deed) -> list[DistanceTravelled]:
    """Their ratings of other days up to this one, the first first."""
    query = (
        select(DistanceTravelled)
        .join(Record, Record.id == DistanceTravelled.record_id)
        .join(RecordPerson, RecordPerson.record_id == Record.id)
        .where(RecordPerson.person_id.in_(deed.people), DistanceTravelled.version == Record.version)
        .order_by(RecordPerson.happened_at)
    )
    if deed.record is not None:
        query = query.where(Record.id != deed.record.id, RecordPerson.happened_at <= deed.record.happened_at)
    return [*deed.db.scalars(query)] if deed.people else []


def _compared(name: str, values: Mapping[str, Any], first: Any) -> dict[str, Any]:
    """One domain: their rating, the worker's, how far apart, and where they began."""
    own, seen = values.get(name), values.get(name + WORKER)
    return {
        "says": DOMAINS[name],
        "own": own,
        "worker": seen,
        "apart": abs(own - seen) if own and seen else None,
        "began": getattr(first, name, None),
    }
