"""Faults planted in the access rule by changing its source, each of which the truth table must find."""

import types
from dataclasses import dataclass
from pathlib import Path

from hub import access
from hub.access import policy, queries
from tests.agreement import Rule

PARTS = ("Viewer", "viewer_for", "predicate", "decide")
ON_ROTA = "half of the compartments, on the rota"


@dataclass(frozen=True)
class Mutant:
    """`module` with `old` read as `new`; `roles` are those of an asker who would gain by it."""

    says: str
    module: types.ModuleType
    old: str
    new: str
    roles: tuple[str, ...] = ("SW",)
    held: str = "nothing"

    def changed(self) -> types.ModuleType:
        """The module as it would be with the fault."""
        source = Path(str(self.module.__file__)).read_text()
        assert source.count(self.old) == 1, f"{self.says}: the rule no longer says {self.old!r}"
        found = types.ModuleType(self.module.__name__)
        found.__file__ = self.module.__file__
        # dataclasses look their own module up by name, so the real one stands in for it
        exec(compile(source.replace(self.old, self.new), str(self.module.__file__), "exec"), found.__dict__)
        return found

    def rule(self) -> Rule:
        found = self.changed()
        return Rule(*(getattr(found, part, getattr(access, part)) for part in PARTS))


MUTANTS = [
    Mutant("a query without exclusions", queries, "    if not viewer.excluded:\n", "    if True:\n"),
    Mutant("decide without exclusions", policy, " or people & viewer.excluded", ""),
    Mutant(
        "exclusions looked up for nobody", queries, "x.staff_id == viewer.id, x.hub_id", "x.staff_id == '', x.hub_id"
    ),
    Mutant("a lifted exclusion that goes on", queries, "x.lifted_at.is_(None)", "true()"),
    Mutant("everybody acting for a lead", queries, '"acting" in standing', "True"),
    Mutant("a query without the hub's wall", queries, "item.hub_id == viewer.hub_id, ", ""),
    Mutant("decide without the hub's wall", policy, "item.hub_id != viewer.hub_id or ", ""),
    Mutant("an ended relation honoured", queries, "        _live(r, viewer),\n    )", "    )"),
    Mutant(
        "every ended row honoured",
        queries,
        "or_(columns.ends_at.is_(None), columns.ends_at > viewer.now)",
        "true()",
    ),
    Mutant("the last moment counted in", queries, "columns.ends_at > viewer.now", "columns.ends_at >= viewer.now"),
    Mutant("a relation to come honoured", queries, "and_(columns.starts_at <= viewer.now, ", "and_("),
    Mutant("a query that ignores the cap", queries, "        r.cap >= item.grade,\n", ""),
    Mutant(
        "decide that ignores the cap",
        policy,
        "held.get(person, 0) >= grade",
        "held.get(person, 0) > 0",
        held=ON_ROTA,
    ),
    Mutant(
        "an ended grant honoured",
        queries,
        "g.hub_id == viewer.hub_id, _live(g, viewer)",
        "g.hub_id == viewer.hub_id",
        ("MED",),
        "the other half, the rota to come",
    ),
    Mutant(
        "a compartment opened by a relation",
        queries,
        "and_(item.compartment.is_(None), open_to)",
        "open_to",
    ),
    Mutant(
        "decide that opens a compartment by a relation",
        policy,
        "    if item.compartment is None:",
        "    if item.compartment is None or held:",
    ),
    Mutant(
        "a compartment opened without allocation",
        queries,
        'yield and_(compartment == name, member, _linked(viewer, item, ["allocated"]))',
        "yield and_(compartment == name, member)",
        ("CAM",),
        ON_ROTA,
    ),
    Mutant(
        "police input opened to whoever has a grant",
        queries,
        "yield and_(compartment == name, authored)",
        "yield and_(compartment == name, member)",
        ("POL",),
        ON_ROTA,
    ),
    Mutant(
        "a share with one colleague opened to the agency",
        queries,
        "and_(r.staff_id.is_(None), r.agency_id == viewer.agency_id)",
        "r.agency_id == viewer.agency_id",
    ),
    Mutant(
        "a share with one agency opened to all",
        queries,
        "r.agency_id == viewer.agency_id",
        "r.agency_id.is_not(None)",
    ),
    Mutant("a colleague's relation honoured", queries, "r.staff_id == viewer.id, ", "r.staff_id.is_not(None), "),
    Mutant(
        "the rota honoured when it is over",
        queries,
        'viewer.ceiling("rota") if viewer.on_rota else 0',
        'viewer.ceiling("rota")',
    ),
    Mutant("an author known by nobody's id", policy, "item.author_id == viewer.id", "item.author_id"),
    Mutant(
        "a closed kind opened",
        queries,
        "_not_excluded(viewer, item), barred,",
        "_not_excluded(viewer, item),",
        ("POL",),
    ),
    Mutant("decide that opens a closed kind", policy, " or item.kind in viewer.barred", "", ("POL",)),
    Mutant(
        "a closed compartment opened",
        policy,
        "        if compartment in self.barred:\n            return None\n",
        "",
        ("TL", "GYW"),
        "the other half, the rota to come",
    ),
    Mutant(
        "an unknown role let through", policy, "if role in ROLES]", "if role in ROLES] or [ROLES['TL']]", ("WIZARD",)
    ),
]
