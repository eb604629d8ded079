"""Records: one thing written down about some young people, its answers in versions, its states as rows."""

from hub.records.alarms import alarm, answer
from hub.records.deeds import Deed, Impossible, Stale, Wrong
from hub.records.kinds import Act, Kind, Offers, Way
from hub.records.reading import (
    PAGE,
    Entry,
    answers,
    children,
    find,
    moved_away,
    people_of,
    readers,
    seen,
    steps_done,
    timeline,
    transitions,
    versions,
    waiting,
)
from hub.records.submitting import WHO, Kinds, not_one, options_for, submit, who
from hub.records.tables import Move, Record, RecordPerson, Transition
from hub.records.writing import act, change, link, may_act, may_change, may_write, move, write

__all__ = [
    "PAGE",
    "WHO",
    "Act",
    "Deed",
    "Entry",
    "Impossible",
    "Kind",
    "Kinds",
    "Move",
    "Offers",
    "Record",
    "RecordPerson",
    "Stale",
    "Transition",
    "Way",
    "Wrong",
    "act",
    "alarm",
    "answer",
    "answers",
    "change",
    "children",
    "find",
    "link",
    "may_act",
    "may_change",
    "may_write",
    "move",
    "moved_away",
    "not_one",
    "options_for",
    "people_of",
    "readers",
    "seen",
    "steps_done",
    "submit",
    "timeline",
    "transitions",
    "versions",
    "waiting",
    "who",
    "write",
]
