"""A quick count: whom one worker met in one place, by age and perceived sex, without a name."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Mapped, Session

from hub.access import Grade
from hub.forms import Typed, ask
from hub.kinds.outreach_session import crew
from hub.kinds.outreach_session.words import BANDS, DANGER, IMMEDIATE, MOST_THEMES, SEXES, THEMES, WRITERS
from hub.records import Deed, Impossible, Kind, Record, alarm, children

Cells = Mapping[str, int]


class QuickCount(Kind):
    slug = "quick-count"
    title = "Quick count"
    plural = "Quick counts"
    grade = Grade.OPERATIONAL
    writers = WRITERS
    parent = "outreach-session"
    offline = True
    about = "none"

    counts: Mapped[dict[str, int] | None] = ask(
        "Who did you meet?",
        "grid",
        rows=BANDS,
        choices=SEXES,
        hint="As they seem to you. No names, no ethnicity.",
        grade=Grade.OPERATIONAL,
    )
    danger: Mapped[str] = ask(
        "Is anyone in danger now?",
        "choice",
        choices=DANGER,
        enough=True,
        missing="Say whether anyone is in danger now",
        near=True,
        grade=Grade.OPERATIONAL,
    )
    themes: Mapped[list[str] | None] = ask(
        "What came up?", "choices", choices=THEMES, hint=f"Up to {MOST_THEMES}", grade=Grade.OPERATIONAL
    )

    @classmethod
    def alarm(cls, typed: Typed) -> bool:
        return typed.first("danger") == IMMEDIATE

    @classmethod
    def line(cls, values: Mapping[str, Any]) -> str:
        said = ", ".join(THEMES[theme].lower() for theme in values["themes"] or ())
        return f"{total(values['counts'])} met on outreach" + (f": {said}" if said else "")

    @classmethod
    def check(cls, deed: Deed) -> dict[str, str]:
        if len(deed.values["themes"] or ()) > MOST_THEMES:
            return {"themes": f"Choose up to {MOST_THEMES} for one count"}
        return {}

    @classmethod
    def follow(cls, deed: Deed) -> None:
        session = crew.session_of(deed)
        crew.must_belong(deed, session)
        if session.state not in ("live", "closed", "debriefed"):
            raise Impossible(f"This session is {session.state}: it takes no more counts.")
        if deed.values["danger"] == IMMEDIATE and deed.past.get("danger") != IMMEDIATE:
            alarm(deed, f"Danger now, told on outreach. Ring {deed.viewer.name}.", about=session)


@dataclass(frozen=True)
class Tally:
    """The counts of a session added up: in all, by worker (id → name, total), and what came up."""

    cells: dict[str, int]
    by: dict[str, tuple[str, int]]
    themes: list[str]

    @property
    def total(self) -> int:
        return total(self.cells)

    @property
    def young(self) -> int:
        """Everybody but the adults."""
        return sum(count for cell, count in self.cells.items() if not cell.startswith("adult."))

    @property
    def rows(self) -> list[tuple[str, list[int], int]]:
        """(age band, counts by sex, sum) for a table, empty bands included."""
        found = [(says, [self.cells.get(f"{band}.{sex}", 0) for sex in SEXES]) for band, says in BANDS.items()]
        return [(says, counts, sum(counts)) for says, counts in found]


def tally(db: Session, session: Record, chosen: str | None = None) -> Tally:
    """What a session's counts come to; `chosen` is the one worker whose counts hold, else everybody's."""
    return added([(row.author_id, row.author, row.QuickCount) for row in children(db, QuickCount, session)], chosen)


def added(rows: Sequence[tuple[str, str, Any]], chosen: str | None = None) -> Tally:
    """(worker id, name, count) of each row, added up."""
    by: dict[str, tuple[str, int]] = {}
    for worker, name, row in rows:
        by[worker] = (name, by.get(worker, (name, 0))[1] + total(row.counts))
    held = [row for worker, _, row in rows if chosen not in by or worker == chosen]
    themes = Counter(theme for _, _, row in rows for theme in row.themes or ())
    return Tally(add_up(row.counts for row in held), by, [theme for theme, _ in themes.most_common()])


def add_up(counts: Iterable[Cells | None]) -> dict[str, int]:
    summed: Counter[str] = Counter()
    for cells in counts:
        summed.update(cells or {})
    return dict(summed)


def total(counts: Cells | None) -> int:
    return sum((counts or {}).values())
