"""Words worth a second look: how a child is spoken of, and names or addresses that do not belong in a note.

It suggests after saving and never stops anybody; a young person's own words are not looked at (domain 5.6).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.forms import Question


@dataclass(frozen=True)
class Suggestion:
    """`words` as they stand in the text from `start` on, why they are worth a look, and what could be said instead."""

    words: str
    start: int
    why: str
    instead: str


def tidy(text: str, known: Iterable[str] = ()) -> list[Suggestion]:
    """Every suggestion about a text, in reading order; `known` are names that may stand, as the young person's own."""
    found = [_said(rule, match) for rule in _SPOKEN for match in rule.pattern.finditer(text)]
    found += [_said(rule, match) for rule in _TRACES for match in rule.pattern.finditer(text)]
    taken = [(suggestion.start, suggestion.start + len(suggestion.words)) for suggestion in found]
    found += [name for name in _names(text, known) if not any(start <= name.start < end for start, end in taken)]
    return sorted(_without_overlap(found), key=lambda suggestion: suggestion.start)


def tidy_answers(
    asked: Mapping[str, Question], values: Mapping[str, Any], known: Iterable[str] = ()
) -> dict[str, list[Suggestion]]:
    """Suggestions by question name, for what workers wrote in their own words."""
    known = tuple(known)
    written = {name: values.get(name) for name, question in asked.items() if _is_prose(question)}
    found = {name: tidy(text, known) for name, text in written.items() if isinstance(text, str)}
    return {name: suggestions for name, suggestions in found.items() if suggestions}


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    why: str
    instead: str


def _rule(words: str, why: str, instead: str) -> _Rule:
    return _Rule(re.compile(rf"\b(?:{words})\b", re.IGNORECASE), why, instead)


SETTING = "Say what others did to them, and where"
BLAME = "It lays on the child what others did"
OLDER = "It makes a child sound older than they are"

_SPOKEN = (
    _rule(r"lifestyle choices?|puts? (?:him|her|them)sel(?:f|ves) (?:in danger|at risk)", BLAME, SETTING),
    _rule(r"putting (?:him|her|them)sel(?:f|ves) (?:in danger|at risk)|street ?wise|promiscuous", BLAME, SETTING),
    _rule(
        r"(?:drugs?|lines?) runners?|drugs? mules?|mules?|(?:drug )?dealers?",
        BLAME,
        "A child made to carry, hold or sell",
    ),
    _rule(r"abscond(?:s|ed|ing)?", "It is a word of custody", "Went missing"),
    _rule(
        r"refus(?:es?|ed|ing) to engage|(?:does|did|will) not engage|hard to reach|non[- ]engag(?:ing|ement)",
        "It blames them for what we have not found yet",
        "We have not yet found a way. Tried A, B and C",
    ),
    _rule(
        r"boyfriends?",
        "If he is an adult, or uses them, he is no boyfriend",
        "Say: the adult who, and what that adult does",
    ),
    _rule(
        r"gang members?", "Free text is no place for that", "Use the flag form, or say: part of a group of friends who"
    ),
    _rule(r"mature for (?:his|her|their) age|(?:big|old) for (?:his|her|their) age", OLDER, "Leave it out"),
    _rule(r"consensual(?:ly)?|consented to sex", "Under 16, with an adult, it is not", "Sexual abuse. Call duty"),
)

_TRACES = (
    _Rule(
        re.compile(r"(?<![\w.])(?:\+44\s?|0)(?:\d[\s-]?){8,9}\d(?!\w)"),
        "It looks like a phone number",
        "Put it in the person’s safe contact, not in a note",
    ),
    _Rule(
        re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE),
        "It looks like a postcode",
        "Say the kind of place, or the ward",
    ),
    _Rule(
        re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"),
        "It looks like an e-mail address",
        "Put it in the person’s safe contact, not in a note",
    ),
    _Rule(
        re.compile(
            r"\b(?:flat \d+\w?,? )?\d{1,4}[a-z]? (?:[A-Z][\w’']+ ){1,3}"
            r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Close|Court|House|Way|Drive|Gardens|Terrace|Place|Crescent)\b"
        ),
        "It looks like an address",
        "Say the kind of place, or the ward",
    ),
)

_NAME = re.compile(r"\b[A-ZÀ-Þ][a-zß-ÿ’'-]+(?:\s[A-ZÀ-Þ][a-zß-ÿ’'-]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;…]\s+|\n\s*|[“\"(]\s*)$")
_ORDINARY = frozenset(
    """I I’m I’ll I’ve I’d Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May
    June July August September October November December Mum Dad Nan Gran Grandad Auntie Uncle English British Maths
    Christmas Easter Eid Ramadan Diwali God Council Police College School Hub YouTube Snapchat Instagram TikTok
    WhatsApp Xbox PlayStation Romanian Polish Somali Turkish Albanian Bengali Panjabi Portuguese Spanish""".split()
)


def _names(text: str, known: Iterable[str]) -> Iterable[Suggestion]:
    """Capitalised words inside a sentence that are no ordinary word and not known."""
    allowed = _ORDINARY | {part for name in known for part in re.split(r"[\s,]+", name)}
    for match in _NAME.finditer(text):
        words = match.group().split()
        opens = _SENTENCE_START.search(text, 0, match.start()) is not None
        start = match.start()
        if opens:
            start, words = start + len(words[0]) + 1, words[1:]
        unknown = [word for word in words if word.removesuffix("’s").removesuffix("'s") not in allowed]
        if unknown:
            said = " ".join(words)
            yield Suggestion(
                said, start, "It looks like somebody’s name", "Use initials, or who they are to the young person"
            )


def _said(rule: _Rule, match: re.Match[str]) -> Suggestion:
    return Suggestion(match.group(), match.start(), rule.why, rule.instead)


def _without_overlap(found: Iterable[Suggestion]) -> list[Suggestion]:
    kept: list[Suggestion] = []
    for suggestion in sorted(found, key=lambda one: (one.start, -len(one.words))):
        if not kept or suggestion.start >= kept[-1].start + len(kept[-1].words):
            kept.append(suggestion)
    return kept


def _is_prose(question: Question) -> bool:
    return question.type in ("note", "text") and not question.own_words
