"""What a question is, and what a person typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import MappedColumn, mapped_column

from hub.access import Grade

TRUE, FALSE = "yes", "no"

Options = Mapping[str, Sequence[tuple[str, str]]]
"""Choices known only at the time of asking: staff, wards, goals. By question name."""


@dataclass(frozen=True)
class Question:
    """One question. `enough` can stop Save; `needed` is wanted before the record counts as finished.

    `type` is one of text, note, whole, yes_no, choice, choices, date, moment, time, person, staff, ward, grid,
    faces, scale, rows. `when` is "past" or "future". `grade` and `group` say who sees the answer. `shown_if` names
    another question and the answers of it that call for this one. `own_words` are the young person's, never tidied.
    `step` is the act at which it is asked; empty: when the record is made. `near` keeps it beside Save, always in reach.
    """

    label: str
    type: str
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    enough: bool = False
    needed: bool = False
    when: str = ""
    limit: int = 0
    least: int | None = None
    most: int | None = None
    grade: int = Grade.SENSITIVE
    group: str = "detail"
    missing: str = ""
    shown_if: tuple[str, tuple[str, ...]] | None = None
    own_words: bool = False
    step: str = ""
    near: bool = False
    of: tuple[tuple[str, "Question"], ...] = ()


def ask(label: str, type: str, **words: Any) -> MappedColumn[Any]:
    """A column that is also a question. It may be empty while unfinished, or until its step, unless `enough` at once."""
    question = Question(label, type, **words)
    return mapped_column(info={"question": question}, nullable=not question.enough or bool(question.step))


def part(label: str, type: str, **words: Any) -> Question:
    """One question of the rows of a `rows` question."""
    return Question(label, type, **words)


@cache
def _questions(model: type) -> dict[str, Question]:
    table: Any = inspect(model, raiseerr=True).local_table
    found: dict[str, Question | None] = {column.key: column.info.get("question") for column in table.columns}
    return {name: question for name, question in found.items() if question is not None}


def questions(model: type, step: str | None = None) -> dict[str, Question]:
    """The questions of a model, in the order they were written; of one step, or of all."""
    return {name: question for name, question in _questions(model).items() if step is None or question.step == step}


class Typed(dict[str, list[str]]):
    """What a person typed, by field name; every value a list of strings."""

    @classmethod
    def of(cls, found: Mapping[str, object]) -> "Typed":
        """From a web form, or from the JSON of a sealed item; anything that is not text is dropped."""
        lists = {name: value if isinstance(value, list | tuple) else [value] for name, value in found.items()}
        return cls({name: [entry for entry in values if isinstance(entry, str)] for name, values in lists.items()})

    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])

    def first(self, name: str) -> str:
        return (self.get(name) or [""])[0]


def in_play(question: Question, typed: Typed) -> bool:
    if question.shown_if is None:
        return True
    name, answers = question.shown_if
    return (not answers and bool(typed.first(name))) or any(value in answers for value in typed.getlist(name))


def row_numbers(name: str, typed: Typed) -> list[int]:
    heads = {key[len(name) + 1 :].split(".")[0] for key in typed if key.startswith(f"{name}.")}
    return sorted(int(head) for head in heads if head.isascii() and head.isdigit() and len(head) < 4)
