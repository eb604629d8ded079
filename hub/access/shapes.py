"""The rule once for everybody alike: built for a shape of viewer, with who asks and when filled in at each query."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Text, bindparam
from sqlalchemy.orm import LoaderCriteriaOption, with_loader_criteria

from hub.access.policy import Viewer
from hub.access.tables import Walled
from hub.db import Instant


@dataclass(frozen=True)
class Shape:
    """All of a viewer that decides what the SQL says; the rest are its parameters."""

    roles: frozenset[str]
    on_rota: bool
    acting: bool
    compartments: frozenset[str]


SHAPING = tuple(found.name for found in fields(Shape))
UNASKED = ("name", "device_id", "relations", "shared", "preferences")
"""What no rule may ask of a viewer: a rule that does fails for everybody at once."""


def shape_of(viewer: Viewer) -> Shape | None:
    """None for the few who are excluded from somebody: their rule names those people, and is built anew."""
    return None if viewer.excluded else Shape(viewer.roles, viewer.on_rota, viewer.acting, viewer.compartments)


def said(viewer: Viewer) -> dict[str, str | dt.datetime]:
    return {
        "viewer_id": viewer.id,
        "viewer_hub": viewer.hub_id,
        "viewer_agency": viewer.agency_id,
        "viewer_now": viewer.now,
    }


_built: dict[tuple[Shape, type[Walled]], LoaderCriteriaOption] = {}


def criterion(shape: Shape, walled: type[Walled]) -> LoaderCriteriaOption:
    """What viewers of one shape see of a class. A rule that asks Python about a parameter fails here, for all."""
    if (shape, walled) not in _built:
        rule = walled.seen_by(stand_in(shape))
        _built[shape, walled] = with_loader_criteria(walled, rule, include_aliases=True)
    return _built[shape, walled]


def anybody() -> Viewer:
    """A viewer of no role at all, whose facts are parameters."""
    return stand_in(Shape(frozenset(), False, False, frozenset()))


def stand_in(shape: Shape) -> Viewer:
    """A viewer whose facts are parameters: compared in SQL they become one, in Python they raise TypeError."""
    facts: dict[str, Any] = {
        "id": bindparam("viewer_id", type_=Text()),
        "hub_id": bindparam("viewer_hub", type_=Text()),
        "agency_id": bindparam("viewer_agency", type_=Text()),
        "now": bindparam("viewer_now", type_=Instant()),
        "excluded": frozenset(),
        **dict.fromkeys(UNASKED),
    }
    return Viewer(**facts, **{name: getattr(shape, name) for name in SHAPING})
