"""What the server writes down of itself: level, where, what kind of trouble. Never a body, a query or a value (C26)."""

import logging
import traceback
from typing import Any


class Plain(logging.Formatter):
    """One line an event, control characters escaped; an error is its type and place, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        said = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            said = f"{said.splitlines()[0] if said else 'error'}: {_place(record.exc_info)}"
        when = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
        return _one_line(f"{when} {record.levelname.lower()} {record.name}: {said}")


def _place(raised: Any) -> str:
    kind, _, trace = raised
    frames = traceback.extract_tb(trace)[-3:]
    return " < ".join(
        [kind.__name__, *(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames[::-1])]
    )


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def configuration(level: str = "INFO") -> dict[str, Any]:
    heard = {"handlers": ["plain"], "level": level, "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"()": Plain}},
        "handlers": {"plain": {"class": "logging.StreamHandler", "formatter": "plain", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["plain"], "level": "WARNING"},
        "loggers": {"uvicorn.error": heard, "hub": heard, "uvicorn.access": {"handlers": [], "propagate": False}},
    }
