"""The table of roles in words: for the page "Who sees what" and for docs/access.md, one text for both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hub.access.policy import ACTING, COMPARTMENTS, POLICY, POLICY_HASH, ROLES

GRADES: dict[str, str] = POLICY["grades"]
RELATIONS: dict[str, str] = POLICY["relations"]
NEEDS = {
    "grant": "when named for it",
    "allocated": "when named for it, for young people they work with",
    "author": "what they wrote themselves",
}


@dataclass(frozen=True)
class Told:
    """One role. `lines` are (through what, how far, which parts alone); `closed` the groups it can be named for."""

    code: str
    name: str
    lines: Sequence[tuple[str, str, str]]
    closed: Sequence[tuple[str, str]]
    never: Sequence[str]
    traits: Sequence[str]


TRAITS = {
    "leads": "Leads the hub: gives and ends allocations, shares and grants",
    "reads_only": "Reads, and changes nothing",
    "oversees": "Reviews who looked, without reading files",
    "administers": "Looks after accounts, without reading files",
}


def told() -> list[Told]:
    """Every role, and what acting as lead adds to one."""
    return [_role(code, rule) for code, rule in {**ROLES, "acting": ACTING}.items()]


def _role(code: str, rule: dict[str, Any]) -> Told:
    closed = [(COMPARTMENTS[name], NEEDS[need]) for name, need in rule.get("compartments", {}).items()]
    never = [
        COMPARTMENTS.get(name, name.replace("-", " ")) for name in (*rule.get("never", ()), *rule.get("cannot", ()))
    ]
    traits = [words for trait, words in TRAITS.items() if rule.get(trait)]
    return Told(code, rule["name"], list(_lines(rule)), closed, never, traits)


def _lines(rule: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What reaches equally far is told together, the nearest first."""
    found: dict[tuple[int, str], list[str]] = {}
    for relation, words in RELATIONS.items():
        if ceiling := rule["sees"].get(relation, 0):
            parts = listed(rule.get("groups", {}).get(relation, ())) if ceiling > 2 else ""
            found.setdefault((ceiling, parts), []).append(words)
    for (ceiling, parts), through in found.items():
        yield ", ".join(through), GRADES[str(ceiling)], f"{parts} alone" if parts else ""


def listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def markdown() -> str:
    """docs/access.md: written by `hub policy`, never by hand."""
    return "\n".join(_document()) + "\n"


def _document() -> Iterator[str]:
    yield "# Who sees what"
    yield ""
    yield "Written by `hub policy > docs/access.md` from `hub/policy.toml`; change that file, not this one."
    yield f"Table `{POLICY_HASH}`: every line of the audit names the table it was decided by."
    yield ""
    yield "A grade is how sensitive something is; a person sees up to the grade given, and only through what ties them"
    yield "to a young person. What is not written here is nothing. A declared personal connection closes everything."
    yield ""
    yield from (f"- Grade {grade}: {words}." for grade, words in GRADES.items())
    yield ""
    relations = list(RELATIONS)
    yield f"| Role | {' | '.join(relations)} |"
    yield f"|---{'|---' * len(relations)}|"
    for code, rule in ROLES.items():
        yield f"| {rule['name']} (`{code}`) | {' | '.join(_cell(rule, relation) for relation in relations)} |"
    yield ""
    yield from (f"- `{relation}`: {words}." for relation, words in RELATIONS.items())
    yield ""
    yield "A star: only some parts of what is of grade 3, as below. Closed groups open to nobody by rule, only so:"
    for one in told():
        yield from _of_role(one)
    yield ""
    yield "## Not decided yet"
    yield ""
    yield "Denied until it is:"
    yield ""
    yield from (f"- {cell}: {words}." for cell, words in POLICY["undecided"].items())


def _cell(rule: dict[str, Any], relation: str) -> str:
    ceiling = rule["sees"].get(relation, 0)
    return "" if not ceiling else f"{ceiling}*" if relation in rule.get("groups", {}) and ceiling > 2 else str(ceiling)


def _of_role(one: Told) -> Iterator[str]:
    said = [f"{through}: {parts}" for through, _, parts in one.lines if parts]
    said += [f"{name}: {how}" for name, how in one.closed]
    said += [f"never {listed(one.never)}"] if one.never else []
    said += one.traits
    if said:
        yield ""
        yield f"**{one.name}**"
        yield ""
        yield from (f"- {line}." for line in said)
