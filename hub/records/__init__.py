"""Records: one thing written down about some young people, its answers in versions, its states as rows."""

from hub.records.kinds import Act, Kind, Way
from hub.records.reading import (
    Entry,
    answers,
    children,
    find,
    moved_away,
    people_of,
    seen,
    steps_done,
    timeline,
    transitions,
    versions,
    waiting,
)
from hub.records.tables import Move, Record, RecordPerson, Transition
from hub.records.writing import Deed, Impossible, Stale, act, change, link, may_change, may_write, move, write

__all__ = [
    "Act",
    "Deed",
    "Entry",
    "Impossible",
    "Kind",
    "Move",
    "Record",
    "RecordPerson",
    "Stale",
    "Transition",
    "Way",
    "act",
    "answers",
    "change",
    "children",
    "find",
    "link",
    "may_change",
    "may_write",
    "move",
    "moved_away",
    "people_of",
    "seen",
    "steps_done",
    "timeline",
    "transitions",
    "versions",
    "waiting",
    "write",
]
