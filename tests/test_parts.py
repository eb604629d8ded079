"""How much of an answer is shown: every part at every grade through every relation, as the table says and no further."""

import types
from itertools import product

import pytest

from hub.access import PERSONAL, ROLES, policy
from tests import cast
from tests.mutants import Mutant
from tests.truth_table import ASKER, HERE, OURS, Case, Scene

GROUPS = sorted({group for rule in ROLES.values() for groups in rule.get("groups", {}).values() for group in groups})
PARTS = [*GROUPS, "detail"]
ITEM = Case("one", Scene(""), "here", 1, None, "", ("amari",))
FAULTS = [
    Mutant("a cap that narrows nothing", policy, "min(ceiling, cap)", "ceiling"),
    Mutant(
        "parts that narrow nothing", policy, " or view.groups is None or group in view.groups", " or True", ("POL",)
    ),
    Mutant("parts closed that are shown", policy, "group not in self.barred and ", "", ("MED",)),
    Mutant("narrowed below grade 3", policy, "grade < Grade.SENSITIVE or ", "", ("YW",)),
]


def should_show(role: str, relation: str, cap: int, grade: int, part: str) -> bool:
    rule = ROLES[role]
    if part in {*rule.get("never", ()), *rule.get("cannot", ())}:
        return False
    if grade <= rule["sees"].get("hub", 0):
        return True
    parts = rule.get("groups", {}).get(relation, PARTS)
    return grade <= min(cap, rule["sees"].get(relation, 0)) and (grade < 3 or part in parts)


def disagreements(role: str, module: types.ModuleType = policy) -> list[tuple[object, ...]]:
    found = []
    for relation, cap in product(PERSONAL, range(1, 6)):
        held = {relation: {"amari": cap}}
        viewer = module.Viewer(ASKER, HERE, OURS, frozenset([role]), cast.NOW, relations=held)
        decision = module.decide(viewer, ITEM, ["amari"])
        for grade, part in product(range(1, 6), PARTS):
            shown = decision is not None and decision.shows(grade, part)
            if shown != should_show(role, relation, cap, grade, part):
                found.append((relation, cap, grade, part))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_part_is_shown_as_far_as_the_table_says(role: str) -> None:
    assert disagreements(role) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.says)
def test_a_planted_fault_in_the_parts_is_found(fault: Mutant) -> None:
    assert disagreements(fault.roles[0], fault.changed()), "nobody would have noticed"
