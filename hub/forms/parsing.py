"""Reading typed words into values with WTForms; the words of every error are ours."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.form import BaseForm

from hub.clock import from_wall, today
from hub.forms.questions import FALSE, TRUE, Options, Question, Typed, row_numbers

LONG = 4000
LARGEST = 1_000_000
ROWS = 20

Check = Callable[[BaseForm, Field], None]


class Ours(str):
    """An error in our own words; any other comes from the parser and is replaced."""


class GridField(Field):
    """Counts by row and column, typed as `name.row.column`."""

    def process(self, formdata: Typed, *_: object, **__: object) -> None:
        self.data: dict[str, int] = {}
        self.process_errors: list[str] = []
        for name, words in formdata.items():
            if name.startswith(f"{self.name}.") and words and words[0].strip():
                self._count(name.removeprefix(f"{self.name}."), words[0].strip())

    def _count(self, cell: str, words: str) -> None:
        row, _, column = cell.partition(".")
        if row not in self.question.rows or column not in self.question.choices:
            self.process_errors.append(Ours(f"{_about(self.question)}: there is no such box"))
        elif not (words.isascii() and words.isdigit() and len(words) < 5):
            self.process_errors.append(Ours(f"{_about(self.question)}: enter whole numbers"))
        elif count := int(words):
            self.data[cell] = count

    def populate_obj(self, obj: object, name: str) -> None:
        raise NotImplementedError("answers are read as a mapping")


def parse(
    asked: Mapping[str, Question], typed: Typed, now: dt.datetime, options: Options
) -> tuple[dict[str, Any], dict[str, str]]:
    """(values, errors) of every question asked; empty answers read as None."""
    form = BaseForm({name: _field(name, question, now, options) for name, question in asked.items()})
    for name, question in asked.items():
        form[name].question = question
    form.process(formdata=_without_blank_rows(asked, typed))
    form.validate()
    values, errors = {}, {}
    for name, question in asked.items():
        if wrong := _wrong(form[name], question, typed):
            errors[name] = wrong
        values[name] = None if wrong else _value(question, form[name].data)
    return values, errors


def _without_blank_rows(asked: Mapping[str, Question], typed: Typed) -> Typed:
    kept = Typed(typed)
    for name in (name for name, question in asked.items() if question.type == "rows"):
        for number in row_numbers(name, typed):
            row = [key for key in typed if key.startswith(f"{name}.{number}.")]
            if not any(word.strip() for key in row for word in typed[key]):
                kept = Typed({key: words for key, words in kept.items() if key not in row})
    return kept


def _field(name: str, question: Question, now: dt.datetime, options: Options) -> Any:
    checks = {"validators": [_present(question), _within(question, now)]}
    match question.type:
        case "whole":
            return IntegerField(**checks)
        case "faces" | "scale":
            return RadioField(choices=[str(n) for n in range(1, 6)], coerce=_whole_or_none, **checks)
        case "yes_no":
            return RadioField(choices=[TRUE, FALSE], coerce=_or_none, **checks)
        case "choice" | "staff" | "ward":
            return RadioField(choices=_offered(name, question, options), coerce=_or_none, **checks)
        case "choices":
            return SelectMultipleField(choices=_offered(name, question, options), **checks)
        case "date":
            return DateField(**checks)
        case "moment":
            return DateTimeLocalField(**checks)
        case "time":
            return TimeField(**checks)
        case "grid":
            return GridField(**checks)
        case "rows":
            return FieldList(FormField(_row_form(question, now), separator="."), separator=".", **checks)
        case "text" | "note" | "person":
            return StringField(**checks)
    raise ValueError(f"{name}: no such type of question: {question.type}")


def _row_form(question: Question, now: dt.datetime) -> type[Form]:
    return type("Row", (Form,), {name: _field(name, sub, now, {}) for name, sub in question.of})


def _offered(name: str, question: Question, options: Options) -> list[str]:
    return [value for value, _ in options[name]] if name in options else [*question.choices]


def _or_none(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def _whole_or_none(value: Any) -> int | None:
    return None if value in (None, "") else int(value)


def _present(question: Question) -> Check:
    def check(form: BaseForm, field: Field) -> None:
        if field.raw_data is not None and not any(words.strip() for words in field.raw_data):
            field.errors = []  # an empty box is not a date that cannot be read
        if question.enough and not field.errors and _value(question, field.data) in (None, {}):
            raise ValidationError(Ours(question.missing or f"Answer “{question.label}”"))

    return check


def _within(question: Question, now: dt.datetime) -> Check:
    def check(form: BaseForm, field: Field) -> None:
        if field.data not in (None, "", [], {}) and (wrong := _bounds(question, field.data, now)):
            raise ValidationError(Ours(f"{_about(question)}: {wrong}"))

    return check


def _bounds(question: Question, value: Any, now: dt.datetime) -> str | None:
    match value:
        case bool() | list() | dict():
            return None
        case int():
            least, most = question.least or 0, LARGEST if question.most is None else question.most
            return None if least <= value <= most else f"enter a number from {least} to {most}"
        case dt.datetime():
            return _in_time(question, from_wall(value), now)
        case dt.date():
            return _in_time(question, value, today(now))
        case str():
            limit = question.limit or LONG
            if "\0" in value:
                return "there is a character in it that cannot be kept"
            return f"use {limit} characters or fewer (you used {len(value)})" if len(value) > limit else None
    return None


def _in_time(question: Question, value: Any, here: Any) -> str | None:
    if not 1900 <= value.year <= 2200:
        return "check the year"
    if question.when == "past" and value > here:
        return "it cannot be in the future"
    if question.when == "future" and value < here:
        return "it cannot be in the past"
    return None


_UNREADABLE = {
    "whole": "enter a whole number",
    "date": "enter a date, like 27 3 2027",
    "moment": "enter a date and a time",
    "time": "enter a time, like 17:30",
}


def _about(question: Question) -> str:
    """A question's own words, to say something of it."""
    return question.label.removesuffix("?")


def _wrong(field: Field, question: Question, typed: Typed) -> str | None:
    if question.type == "rows" and len(row_numbers(field.name, typed)) > (question.most or ROWS):
        return f"{_about(question)}: {question.most or ROWS} is the most there can be. Move some to another record"
    found = next((error for error in field.errors if isinstance(error, Ours)), None) or _first(field.errors)
    blank = not any(word.strip() for word in typed.getlist(field.name))
    if found is None or (blank and not isinstance(found, Ours)):
        return None
    return (
        found
        if isinstance(found, Ours)
        else f"{_about(question)}: {_UNREADABLE.get(question.type, 'choose from the list')}"
    )


def _first(found: Any) -> Any:
    while isinstance(found, list | tuple | dict):
        if not found:
            return None
        found = next((entry for entry in (found.values() if isinstance(found, dict) else found) if entry), None)
    return found


def _value(question: Question, value: Any) -> Any:
    match question.type, value:
        case _, None | []:
            return None
        case _, str() if not value.strip():
            return None
        case "yes_no", str():
            return value == TRUE
        case "choices", list():
            return [chosen for chosen in value if chosen.strip()] or None
        case "moment", dt.datetime():
            return from_wall(value)
        case "rows", list():
            rows = [{key: _value(sub, row[key]) for key, sub in question.of} for row in value]
            return [_plain(row) for row in rows if any(entry is not None for entry in row.values())] or None
        case _, str():
            return value.strip().replace("\r\n", "\n")
    return value


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON keeps it: dates and moments as ISO 8601."""
    return {key: value.isoformat() if isinstance(value, dt.date | dt.time) else value for key, value in row.items()}
