"""The policy table as read from `hub/policy.toml`, and the rule of one item: `decide`."""

import datetime as dt
import enum
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

_POLICY = (Path(__file__).parent.parent / "policy.toml").read_bytes()
POLICY: dict[str, Any] = tomllib.loads(_POLICY.decode())
POLICY_HASH = hashlib.sha256(_POLICY).hexdigest()[:16]
ROLES: dict[str, dict[str, Any]] = POLICY["roles"]
COMPARTMENTS: dict[str, str] = POLICY["compartments"]
PARTS: dict[str, str] = POLICY["parts"]
ACTING: dict[str, Any] = POLICY["acting"]
PERSONAL = ("allocated", "cover", "plan", "panel", "today", "share", "glass")


class Grade(enum.IntEnum):
    OPERATIONAL = 1
    PERSONAL = 2
    SENSITIVE = 3
    COMPARTMENT = 4
    SEALED = 5


class Refused(Exception):
    """A write that the policy does not allow; its words are for the person who tried."""


@dataclass(frozen=True)
class Viewer:
    """Who is asking, and what they hold at this moment. `relations`: relation → person id → cap.

    `acting`: they stand in for a lead. `shared`: person id → the groups of questions that shares open at grade 3;
    a person who is not in it is shared without such a limit.
    """

    id: str
    hub_id: str
    agency_id: str
    roles: frozenset[str]
    now: dt.datetime
    name: str = ""
    device_id: str = ""
    relations: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    on_rota: bool = False
    acting: bool = False
    shared: Mapping[str, frozenset[str]] = field(default_factory=dict)
    compartments: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    preferences: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rules(self) -> list[dict[str, Any]]:
        """Their rows of the table; a role that it does not know gives nothing."""
        own = [ROLES[role] for role in self.roles if role in ROLES]
        return [*own, ACTING] if self.acting else own

    @property
    def barred(self) -> frozenset[str]:
        """Compartments, kinds and groups of questions that one of their roles closes, whatever else would open them."""
        return frozenset(name for rule in self.rules for name in (*rule.get("never", ()), *rule.get("cannot", ())))

    def ceiling(self, relation: str) -> int:
        return max((rule["sees"].get(relation, 0) for rule in self.rules), default=0)

    def may(self, trait: str) -> bool:
        """Whether one of their roles carries a trait of the table: leads, oversees, administers, reads_only."""
        return any(rule.get(trait) for rule in self.rules)

    @property
    def leads(self) -> bool:
        return self.may("leads")

    def need(self, compartment: str) -> str | None:
        """What opens a compartment to them: a grant, a grant and allocation, authorship, or nothing."""
        if compartment in self.barred:
            return None
        needs = {rule.get("compartments", {}).get(compartment) for rule in self.rules} - {None}
        held = compartment in self.compartments
        return next(
            (need for need in ("grant", "allocated", "author") if need in needs and (held or need == "author")), None
        )


@dataclass(frozen=True)
class Steward:
    """The hub itself: commands, schedules and sign-in, which look before anybody is known."""

    hub_id: str | None = None


@dataclass(frozen=True)
class View:
    """One relation through which an item is seen: how far, and which groups of questions (None: all)."""

    relation: str
    ceiling: int
    groups: frozenset[str] | None = None


@dataclass(frozen=True)
class Decision:
    views: tuple[View, ...]
    barred: frozenset[str] = frozenset()

    @property
    def via(self) -> str:
        return max(self.views, key=lambda view: view.ceiling).relation

    def shows(self, grade: int, group: str) -> bool:
        """Whether a question of this grade and group may be shown; groups narrow grade 3 and above."""
        return group not in self.barred and any(
            view.ceiling >= grade and (grade < Grade.SENSITIVE or view.groups is None or group in view.groups)
            for view in self.views
        )


class Item(Protocol):
    """What `decide` needs to know of anything: a record, a young person."""

    @property
    def hub_id(self) -> str: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def grade(self) -> int: ...
    @property
    def compartment(self) -> str | None: ...
    @property
    def author_id(self) -> str | None: ...


def decide(viewer: Viewer, item: Item, people: Iterable[str]) -> Decision | None:
    """Every relation through which `viewer` may see `item`, which is about `people`; None when there is none."""
    people = frozenset(people)
    if item.hub_id != viewer.hub_id or people & viewer.excluded or item.kind in viewer.barred:
        return None
    held = [relation for relation in PERSONAL if _holds(viewer, relation, people, item.grade)]
    wrote = ["author"] if item.author_id == viewer.id else []
    if item.compartment is None:
        relations = ["hub", *(["rota"] if viewer.on_rota else []), *held, *wrote]
    else:
        need = viewer.need(item.compartment)
        opened = need == "grant" or (need == "allocated" and "allocated" in held) or (need == "author" and wrote)
        relations = ["grant", *wrote] if opened and need != "author" else wrote if opened else []
    views = tuple(view for relation in relations for view in _views(viewer, relation, people))
    return Decision(views, viewer.barred) if any(view.ceiling >= item.grade for view in views) else None


def _holds(viewer: Viewer, relation: str, people: frozenset[str], grade: int) -> bool:
    held = viewer.relations.get(relation, {})
    return any(held.get(person, 0) >= grade for person in people)


def _views(viewer: Viewer, relation: str, people: frozenset[str]) -> Iterable[View]:
    held = viewer.relations.get(relation, {})
    cap = max((held[person] for person in people if person in held), default=int(Grade.SEALED))
    shared = _shared(viewer, people & held.keys()) if relation == "share" else None
    for rule in viewer.rules:
        if ceiling := rule["sees"].get(relation, 0):
            groups = rule.get("groups", {}).get(relation)
            yield View(relation, min(ceiling, cap), shared if groups is None else frozenset(groups))


def _shared(viewer: Viewer, people: Iterable[str]) -> frozenset[str] | None:
    """The groups of questions that shares about these people open; None where one of them has no such limit."""
    named = [viewer.shared.get(person) for person in people]
    return None if None in named else frozenset(group for groups in named if groups for group in groups)
