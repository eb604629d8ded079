"""Young people: who they are, and how they are found by those who may."""

from hub.people.finding import add, allocate, answers_seen, change, find, look, match, normal, search
from hub.people.person import Person, age_on
from hub.people.words import (
    ACCESS_NEEDS,
    CARE,
    CHANNELS,
    COLOURS,
    ETHNICITIES,
    LANGUAGES,
    OLDEST,
    STANDINGS,
    YOUNGEST,
)

__all__ = [
    "ACCESS_NEEDS",
    "CARE",
    "CHANNELS",
    "COLOURS",
    "ETHNICITIES",
    "LANGUAGES",
    "OLDEST",
    "STANDINGS",
    "YOUNGEST",
    "Person",
    "add",
    "age_on",
    "allocate",
    "answers_seen",
    "change",
    "find",
    "look",
    "match",
    "normal",
    "search",
]
