"""The roles table of the domain (section 0.2), cell by cell: what it says, and what in the policy that calls for."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """The table's words; the relations that must reach the grade, the groups they show, the compartments opened."""

    says: str
    relations: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    compartments: dict[str, str] = field(default_factory=dict)


def _cell(says: str, *relations: str, groups: str = "", **compartments: str) -> Cell:
    return Cell(says, frozenset(relations), frozenset(groups.split()), compartments)


NONE = _cell("none")
ALL = _cell("all", "hub")
ALLOCATED = _cell("allocated", "allocated")
IF_ALLOCATED = {"NRM": "allocated", "DISC": "allocated"}
_CASE = (
    ALL,
    ALL,
    _cell("allocated + duty cases", "allocated", "rota"),
    _cell("NRM, DISC if allocated", **IF_ALLOCATED),
)
_STREET = (
    ALL,
    _cell("today's contacts + allocated", "today", "allocated"),
    _cell("allocated: summary, safety notes, plan", "allocated", groups="summary safety plan"),
    NONE,
    NONE,
)
_LEARNING = (
    ALL,
    ALLOCATED,
    _cell("allocated: plan, ETE, consented sharing", "allocated", groups="plan education sharing"),
    NONE,
    NONE,
)
_OUTSIDE = (_cell("published packs", "packs"), NONE, NONE, NONE, NONE)
TABLE: dict[str, tuple[Cell, ...]] = {
    "TL": (
        ALL,
        ALL,
        _cell("all in hub", "hub"),
        _cell("sees that an item exists; opens with reason (logged)", "deed"),
        _cell("approves release, cannot read alone", "release"),
    ),
    "SW": (*_CASE, _cell("HSE if on the move", HSE="move")),
    "YJS": (*_CASE, _cell("HSE if on the move", HSE="move")),
    "YW": _STREET,
    "MEN": _STREET,
    "MED": (ALL, _cell("parties", "allocated"), _cell("own conflicts", "conflict"), _cell("MED", MED="grant"), NONE),
    "TC": (
        ALL,
        ALLOCATED,
        ALLOCATED,
        NONE,
        _cell("release address of allocated person only, from T-14 days", "release"),
    ),
    "ETE": _LEARNING,
    "EDU": _LEARNING,
    "HOU": (
        ALL,
        _cell("move household", "allocated"),
        _cell("move risk summary", "allocated", groups="summary housing"),
        _cell("HSE", HSE="grant"),
        _cell("HSE address", HSE="move"),
    ),
    "GYW": (ALL, ALLOCATED, ALLOCATED, _cell("GYW", GYW="grant"), NONE),
    "CAM": (ALL, ALLOCATED, ALLOCATED, _cell("CLIN", CLIN="allocated"), NONE),
    "POL": (
        ALL,
        _cell("referrals they made + cases under a joint safety plan", "author", "plan"),
        _cell("colour, review date, safety plan", "plan", groups="risk safety"),
        _cell("INT (own input)", INT="author"),
        _cell("threat-to-life items raised", "threat"),
    ),
    "AN": (ALL, NONE, _cell("pseudonymised only", "extract"), NONE, NONE),
    "ADM": (ALL, _cell("bookings, registers", "today"), NONE, NONE, NONE),
    "AUD": (
        ALL,
        _cell("sampled cases, time-boxed", "share"),
        _cell("sampled", "share"),
        _cell("by named grant", "grant"),
        NONE,
    ),
    "CLR": _OUTSIDE,
    "YSC": _OUTSIDE,
}
CELLS = {(role, grade): cell for role, row in TABLE.items() for grade, cell in enumerate(row, 1)}
BY_RULE = frozenset({"cover", "plan", "panel", "share", "glass", "author", "grant", "today", "rota"})
"""Relations that the rules below the table give whoever has the grade at all: a legitimate relationship, dated."""
CLOSED = {"TL": {"MED", "GYW"}, "MED": {"risk"}, "POL": {"GYW", "MED", "CLIN", "booking", "mentoring-session"}}
"""What the column "can never" names, as far as it is something to see; the lead's two are the design's."""
