"""The rule built once for a shape of viewer says what the rule built for one of them says."""

import re
from dataclasses import fields, replace

import pytest
from sqlalchemy import ColumnElement, select

from hub.access import ROLES, Viewer, Walled
from hub.access.shapes import SHAPING, UNASKED, said, shape_of, stand_in
from hub.app import create_app  # every table is declared once the app is known
from hub.db import Base
from tests import cast

WALLED = sorted(
    (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Walled)),
    key=lambda found: found.__name__,
)
assert create_app


def told(rule: ColumnElement[bool], parameters: dict[str, object]) -> tuple[str, list[object]]:
    """The SQL without the names of its parameters, and their values in order."""
    compiled = select(1).where(rule).compile()
    text = str(compiled)
    values = {**compiled.params, **parameters}
    names = re.findall(r":(\w+)|__\[POSTCOMPILE_(\w+)\]", text)
    return re.sub(r":\w+|__\[POSTCOMPILE_\w+\]", "?", text), [values[one or other] for one, other in names]


def test_all_of_a_viewer_is_a_shape_a_parameter_or_never_asked() -> None:
    asked = {*SHAPING, "id", "hub_id", "agency_id", "now", "excluded"}
    assert {found.name for found in fields(Viewer)} == asked | {*UNASKED}
    assert not asked & {*UNASKED}


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("more", [{}, {"on_rota": True}, {"acting": True}, {"compartments": frozenset({"MED", "GYW"})}])
def test_every_class_is_ruled_alike_by_the_shape_and_by_the_viewer(role: str, more: dict[str, object]) -> None:
    viewer = replace(cast.viewer("milo"), roles=frozenset({role}), **more)  # type: ignore[arg-type]  # facts of a viewer
    shape = shape_of(viewer)
    assert shape is not None
    assert WALLED
    for walled in WALLED:
        assert told(walled.seen_by(stand_in(shape)), dict(said(viewer))) == told(walled.seen_by(viewer), {}), walled


def test_who_is_excluded_from_somebody_has_a_rule_of_their_own() -> None:
    assert shape_of(replace(cast.viewer("milo"), excluded=frozenset({"amari"}))) is None
