"""Questions: declared once beside a column, shown as a form, read and checked on the server."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.clock import wall
from hub.forms.parsing import parse
from hub.forms.questions import FALSE, TRUE, Options, Question, Typed, ask, in_play, part, questions, row_numbers

__all__ = [
    "Answers",
    "Options",
    "Question",
    "Shown",
    "Typed",
    "as_typed",
    "ask",
    "gaps",
    "in_play",
    "part",
    "questions",
    "read",
    "shown",
    "words",
]


@dataclass
class Answers:
    """What came of reading a form: values for every question asked, errors by field name, the words as typed."""

    values: dict[str, Any]
    errors: dict[str, str]
    typed: Typed
    gaps: tuple[str, ...] = ()


def read(asked: Mapping[str, Question], typed: Typed, now: dt.datetime, options: "Options | None" = None) -> Answers:
    """Parse and check `typed`. A question out of play (`shown_if`) is not asked and reads as None."""
    values: dict[str, Any] = dict.fromkeys(asked)
    playing = {name: question for name, question in asked.items() if in_play(question, typed)}
    found, errors = parse(playing, typed, now, options or {})
    values |= found
    return Answers(values, errors, typed, gaps(asked, values))


def gaps(asked: Mapping[str, Question], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The questions still needed to finish; one that the other answers put out of play is not."""
    said = as_typed(asked, values)
    return tuple(n for n, q in asked.items() if q.needed and values.get(n) is None and in_play(q, said))


@dataclass
class Shown:
    """A question as a template shows it."""

    name: str
    question: Question
    value: Any
    error: str | None = None
    options: Sequence[tuple[str, str]] = ()
    suggestions: Sequence[tuple[str, str]] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.question, name)

    @property
    def id(self) -> str:
        return self.name

    @property
    def missing_words(self) -> str:
        return self.question.missing or f"Answer “{self.question.label}”"

    @property
    def required(self) -> bool:
        return self.question.enough


def shown(asked: Mapping[str, Question], typed: Typed, errors: Mapping[str, str], options: Options) -> list[Shown]:
    """The form as a template shows it: every question with what was typed and what is wrong with it."""
    return [_shown(name, question, typed, errors, options) for name, question in asked.items()]


def _shown(name: str, question: Question, typed: Typed, errors: Mapping[str, str], options: Options) -> Shown:
    value: Any = typed.first(name)
    if question.type == "choices":
        value = typed.getlist(name)
    elif question.type == "grid":
        prefix = f"{name}."
        value = {key.removeprefix(prefix): typed.first(key) for key in typed if key.startswith(prefix)}
    elif question.type == "rows":
        value = [
            _shown_row(f"{name}.{index}", question, typed, errors) for index in row_numbers(name, typed) or range(1)
        ]
    offered = options.get(name) or tuple(question.choices.items())
    return Shown(name, question, value, errors.get(name), offered)


def _shown_row(prefix: str, question: Question, typed: Typed, errors: Mapping[str, str]) -> list[Shown]:
    return [_shown(f"{prefix}.{name}", sub, typed, errors, {}) for name, sub in question.of]


def words(question: Question, value: Any, options: Sequence[tuple[str, str]] = ()) -> str:
    """An answer as a page tells it."""
    known = dict(options) or question.choices
    match value:
        case None | "" | []:
            return ""
        case bool():
            return "Yes" if value else "No"
        case list() if value and isinstance(value[0], dict):
            return "; ".join(_row_words(question, row) for row in value)
        case list():
            return ", ".join(known.get(entry, entry) for entry in value)
        case dict():
            return ", ".join(f"{_cell_words(question, cell)}: {count}" for cell, count in value.items()) or "0"
        case dt.datetime():
            return f"{wall(value):%a %-d %b, %H:%M}"
        case dt.date():
            return f"{value:%a %-d %b %Y}"
        case dt.time():
            return f"{value:%H:%M}"
    return str(known.get(value, known.get(str(value), value)))


def _row_words(question: Question, row: Mapping[str, Any]) -> str:
    return ", ".join(words(part, row[name]) for name, part in question.of if row.get(name) is not None)


def _cell_words(question: Question, cell: str) -> str:
    row, _, column = cell.partition(".")
    return f"{question.rows.get(row, row)} {question.choices.get(column, column).lower()}"


def as_typed(asked: Mapping[str, Question], values: Mapping[str, Any]) -> Typed:
    """Stored answers as a person would have typed them, to show a form again."""
    typed = Typed()
    for name, question in asked.items():
        value = values.get(name)
        if value is None:
            continue
        if question.type == "grid":
            typed |= {f"{name}.{cell}": [str(count)] for cell, count in value.items()}
        elif question.type == "rows":
            for index, row in enumerate(value):
                typed |= {f"{name}.{index}.{key}": [str(entry)] for key, entry in row.items() if entry is not None}
        else:
            typed[name] = [_text(entry) for entry in value] if isinstance(value, list) else [_text(value)]
    return typed


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, dt.datetime):
        return wall(value).strftime("%Y-%m-%dT%H:%M")
    return value.strftime("%H:%M") if isinstance(value, dt.time) else str(value)
