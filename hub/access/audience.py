"""Who will see what is about to be written: the table of roles told in a sentence, before anything is saved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.access.policy import COMPARTMENTS, ROLES, Grade
from hub.access.told import listed

HOW = ("fully", "partly", "never")
LEADS = {role: rule for role, rule in ROLES.items() if rule.get("leads")}
TEAM = {role: rule for role, rule in ROLES.items() if rule["sees"].get("hub") and role not in LEADS}
WORKING = ("allocated", "cover", "plan", "panel")


@dataclass(frozen=True)
class Audience:
    """`says` is the sentence; then the colleagues of a hub by how much of it they see when they work with somebody."""

    says: str
    fully: Sequence[str] = ()
    partly: Sequence[str] = ()
    never: Sequence[str] = ()


def audience(grade: int, compartment: str | None = None, kind: str = "", about: bool = True) -> Audience:
    """Who sees a record of this grade and kind; `about`: whether it is about a young person."""
    if compartment is not None:
        return _closed(grade, compartment)
    if all(rule["sees"]["hub"] >= grade and kind not in rule.get("cannot", ()) for rule in TEAM.values()):
        return Audience("Everybody in your hub will see this.", _many(TEAM))
    seen = {role: _share(role, grade, kind) if about else "never" for role in TEAM}
    fully, partly, never = (_many(role for role, how in seen.items() if how == one) for one in HOW)
    who = ["your leads"] if all(rule["sees"]["hub"] >= grade for rule in LEADS.values()) else []
    who += ["the colleagues who work with the young person"] if fully or partly else []
    who += ["whoever is on shift"] if not about and _reaches("rota", grade) else []
    if not who:
        return Audience("Only you will see this.", never=_many([*LEADS, *TEAM]))
    part = "; some see only a part" if partly else ""
    others = listed(never) if about else "other colleagues"
    return Audience(f"{_capital(listed(who))} will see this{part}. {_capital(others)} will not.", fully, partly, never)


def _reaches(relation: str, grade: int) -> bool:
    return any(rule["sees"].get(relation, 0) >= grade for rule in TEAM.values())


def _share(role: str, grade: int, kind: str) -> str:
    """fully, partly or never: what somebody of this role sees of it through working with the young person."""
    rule = ROLES[role]
    if kind in rule.get("cannot", ()):
        return "never"
    if rule["sees"]["hub"] >= grade:
        return "fully"
    open_to = [relation for relation in WORKING if rule["sees"].get(relation, 0) >= grade]
    if not open_to:
        return "never"
    narrowed = grade >= Grade.SENSITIVE and all(relation in rule.get("groups", {}) for relation in open_to)
    return "partly" if narrowed else "fully"


def _closed(grade: int, compartment: str) -> Audience:
    """A compartment: its author, and whom a grant names."""
    ways = {
        name: rule["compartments"][compartment]
        for name, rule in ROLES.items()
        if compartment in rule.get("compartments", {}) and rule["sees"].get("grant", 0) >= grade
    }
    called = COMPARTMENTS[compartment]
    never = _many(name for name, rule in ROLES.items() if rule["sees"].get("hub") and name not in ways)
    if not set(ways.values()) - {"author"}:
        return Audience("Only you will see this. Your leads will not.", never=never)
    who = f"the colleagues named for “{called}”"
    if set(ways.values()) == {"allocated"}:
        who += " who work with the young person"
    return Audience(f"Only you and {who} will see this. Your leads will not.", fully=_many(ways), never=never)


def _many(roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(ROLES[role]["many"] for role in roles)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
