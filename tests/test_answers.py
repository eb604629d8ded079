"""What is enough to save, read from what somebody typed."""

import pytest

from hub.forms import Question, Typed, read
from tests.cast import NOW

GRID = {"rows": {"13_15": "13–15"}, "choices": {"female": "Female"}}
ENOUGH = {
    "text": Question("Name", "text", enough=True),
    "note": Question("Note", "note", enough=True),
    "date": Question("Day", "date", enough=True),
    "time": Question("Time", "time", enough=True),
    "moment": Question("When", "moment", enough=True),
    "whole": Question("How many", "whole", enough=True),
    "choice": Question("Which", "choice", enough=True, choices={"a": "A"}),
    "choices": Question("Which ones", "choices", enough=True, choices={"a": "A"}),
    "yes_no": Question("Is it so", "yes_no", enough=True),
    "grid": Question("Counts", "grid", enough=True, **GRID),
}


@pytest.mark.parametrize("typed", [[], [""], ["  "], [" \t\n "]])
@pytest.mark.parametrize("type", ENOUGH)
def test_an_empty_answer_is_not_enough(type: str, typed: list[str]) -> None:
    given = read({"it": ENOUGH[type]}, Typed({"it": typed}), NOW)
    assert given.errors == {"it": f"Answer “{ENOUGH[type].label}”"}
    assert given.values == {"it": None}


@pytest.mark.parametrize(
    ("type", "name"), [("date", "it"), ("time", "it"), ("whole", "it"), ("grid", "it.13_15.female")]
)
def test_an_answer_that_cannot_be_read_is_named_as_such(type: str, name: str) -> None:
    given = read({"it": ENOUGH[type]}, Typed({name: ["a few"]}), NOW)
    assert given.errors["it"].startswith(f"{ENOUGH[type].label}: enter ")


@pytest.mark.parametrize("type", ENOUGH)
def test_what_is_not_asked_for_may_stay_empty(type: str) -> None:
    asked = Question("Anything", type, choices=ENOUGH[type].choices, rows=ENOUGH[type].rows)
    assert read({"it": asked}, Typed({"it": [" "]}), NOW).errors == {}
