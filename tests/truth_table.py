"""Every combination of facts as one row to be seen or not, and what the table of roles says of it, reckoned by hand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from sqlalchemy import delete, insert

from hub.access import ACTING, COMPARTMENTS, PERSONAL, ROLES, Exclusion, Grant, Relation, Steward
from hub.agencies import Agency, Hub, Staff
from hub.db import Database, table_of
from hub.people import Person
from hub.records import Record, RecordPerson
from tests.cast import DAY, NOW, SECOND

ASKER, OTHER = "asker", "other"
OURS, THEIRS = "wharf-youth", "wharf-law"
HERE, ELSEWHERE = "wharf", "mill"
SPANS = {
    "live": (NOW, NOW + SECOND),
    "open": (NOW - DAY, None),
    "ended": (NOW - DAY, NOW),
    "not begun": (NOW + SECOND, None),
}
LIVE = ("live", "open")
PLAIN, BARRED = "outreach-session", "mentoring-session"


@dataclass(frozen=True)
class Tie:
    """One relation row: how far it reaches, when, and to whom. `about` is the first or the second young person."""

    relation: str
    when: str = "open"
    cap: int = 5
    staff: str | None = ASKER
    agency: str | None = None
    about: int = 0

    @property
    def holds(self) -> bool:
        named = self.staff == ASKER or (self.staff is None and self.agency == OURS)
        return named and self.when in LIVE


@dataclass(frozen=True)
class Scene:
    """What ties the asker to the young people of a record; `people` is how many it is about."""

    name: str
    ties: tuple[Tie, ...] = ()
    people: int = 1
    kind: str = PLAIN


SCENES = [
    Scene("nothing ties them"),
    Scene("about nobody", people=0),
    *(Scene(f"{relation} {when}", (Tie(relation, when),)) for relation in PERSONAL for when in SPANS),
    *(Scene(f"share up to {cap}", (Tie("share", cap=cap),)) for cap in (1, 2, 3)),
    *(Scene(f"allocated up to {cap}", (Tie("allocated", cap=cap),)) for cap in (1, 3)),
    Scene("share with our agency", (Tie("share", staff=None, agency=OURS, cap=3),)),
    Scene("share with our agency, ended", (Tie("share", "ended", staff=None, agency=OURS),)),
    Scene("share with another agency", (Tie("share", staff=None, agency=THEIRS),)),
    Scene("share with a colleague of our agency", (Tie("share", staff=OTHER, agency=OURS),)),
    Scene("share with the asker by name, at another agency", (Tie("share", staff=ASKER, agency=THEIRS, cap=3),)),
    Scene("allocated ended, share goes on", (Tie("allocated", "ended"), Tie("share", cap=2))),
    Scene("allocated up to 1, plan without limit", (Tie("allocated", cap=1), Tie("plan"))),
    Scene("two people, the second allocated", (Tie("allocated", about=1),), people=2),
    Scene("two people, one allocated up to 2, one shared", (Tie("allocated", cap=2), Tie("share", about=1)), people=2),
    Scene("a kind closed to some, allocated", (Tie("allocated"), Tie("plan")), kind=BARRED),
    Scene("a kind closed to some, shared", (Tie("share"),), kind=BARRED),
]
STANDINGS = ("here", "excluded", "excluded from the last", "once excluded", "elsewhere")


@dataclass(frozen=True)
class Case:
    """One item as `decide` sees it, and the facts it was made from."""

    id: str
    scene: Scene
    standing: str
    grade: int
    compartment: str | None
    author_id: str
    people: tuple[str, ...] = ()

    @property
    def hub_id(self) -> str:
        return ELSEWHERE if self.standing == "elsewhere" else HERE

    @property
    def kind(self) -> str:
        return self.scene.kind


@dataclass
class Asker:
    """The roles in question, and what they hold that is not about one person."""

    on_rota: bool
    acting: bool
    granted: frozenset[str]
    roles: frozenset[str] = frozenset()


@dataclass
class World:
    """`cases` are records; `young` the same question asked of the young people themselves."""

    cases: list[Case] = field(default_factory=list)
    young: list[Case] = field(default_factory=list)
    people: list[dict[str, object]] = field(default_factory=list)
    ties: list[dict[str, object]] = field(default_factory=list)
    exclusions: list[dict[str, object]] = field(default_factory=list)


def should_see(asker: Asker, case: Case) -> bool:
    """The table of roles read by hand, from the facts and not from any row."""
    rules = [ROLES[role] for role in asker.roles if role in ROLES] + ([ACTING] if asker.acting else [])
    closed = {name for rule in rules for name in (*rule.get("never", ()), *rule.get("cannot", ()))}
    if case.standing == "elsewhere" or {case.kind, case.compartment} & closed:
        return False
    if case.people and case.standing.startswith("excluded"):
        return False
    wrote = case.author_id == ASKER
    ties = [tie for tie in case.scene.ties if tie.holds and tie.cap >= case.grade]
    if case.compartment is None:
        relations = {"hub", *(tie.relation for tie in ties)}
        relations |= ({"rota"} if asker.on_rota else set()) | ({"author"} if wrote else set())
        return case.grade <= _reach(rules, relations)
    ways = {rule.get("compartments", {}).get(case.compartment) for rule in rules}
    member = case.compartment in asker.granted
    allocated = any(tie.relation == "allocated" for tie in ties)
    if member and ("grant" in ways or ("allocated" in ways and allocated)):
        return case.grade <= _reach(rules, {"grant", "author"} if wrote else {"grant"})
    return "author" in ways and wrote and case.grade <= _reach(rules, {"author"})


def _reach(rules: Iterable[dict[str, dict[str, int]]], relations: Iterable[str]) -> int:
    return max((rule["sees"].get(relation, 0) for rule in rules for relation in relations), default=0)


def build(database: Database) -> World:
    """Lay every case, with decoys: a colleague who holds everything about everybody."""
    world = World()
    for number, (scene, standing) in enumerate(product(SCENES, STANDINGS)):
        _lay(world, f"{number:03d}", scene, standing)
    with database.writing(Steward()) as db:
        for model, rows in _rows(world):
            for start in range(0, len(rows), 2000):
                db.execute(insert(table_of(model)), rows[start : start + 2000])
    return world


def _lay(world: World, number: str, scene: Scene, standing: str) -> None:
    hub = ELSEWHERE if standing == "elsewhere" else HERE
    people = [f"p{number}-{which}" for which in range(scene.people)]
    for which, person in enumerate(people):
        world.people.append(_person(person, hub))
        world.young.append(_young(person, which, scene, standing))
        decoys = [Tie(relation, staff=OTHER) for relation in PERSONAL] + [Tie("share", staff=None, agency=THEIRS)]
        world.ties += [_tie(f"{person}-decoy-{n}", tie, person, HERE) for n, tie in enumerate(decoys)]
        world.exclusions.append(_exclusion(f"{person}-decoy", OTHER, person))
    for index, tie in enumerate(scene.ties):
        world.ties += [_tie(f"{number}-{index}-{at}", tie, people[tie.about], at) for at in {hub, HERE}]
    if standing.startswith("excluded") and people:
        world.exclusions.append(_exclusion(number, ASKER, people[-1 if standing.endswith("last") else 0]))
    elif standing == "once excluded" and people:
        world.exclusions.append(_exclusion(number, ASKER, people[0], lifted_at=NOW))
    for grade, compartment, author in product(range(1, 6), (None, *COMPARTMENTS), (ASKER, OTHER)):
        name = f"{number}-{grade}-{compartment or 'none'}-{author}"
        world.cases.append(Case(name, scene, standing, grade, compartment, author, tuple(people)))


def _young(id: str, which: int, scene: Scene, standing: str) -> Case:
    """A young person as a case of their own: only what ties the asker to them counts."""
    ties = tuple(replace(tie, about=0) for tie in scene.ties if tie.about == which)
    spared = "last" if which == 0 and scene.people > 1 else "first"
    if (standing == "excluded" and which > 0) or standing.endswith(spared):
        standing = "here"
    return Case(id, Scene(scene.name, ties, kind=""), standing, 2, None, "", (id,))


def _rows(world: World) -> Iterator[tuple[type, list[dict[str, object]]]]:
    yield (
        Hub,
        [
            {"id": h, "slug": h, "name": h, "borough": h, "duty_phone": "", "time_zone": "", "settings": {}}
            for h in (HERE, ELSEWHERE)
        ],
    )
    yield Agency, [{"id": a, "hub_id": HERE, "name": a, "sector": "council"} for a in (OURS, THEIRS)]
    yield Staff, [_staff(who) for who in (ASKER, OTHER)]
    yield Person, world.people
    yield Relation, world.ties
    yield Exclusion, world.exclusions
    yield Record, [_record(case) for case in world.cases]
    yield RecordPerson, [_link(case, person) for case in world.cases for person in case.people]


def _staff(who: str) -> dict[str, object]:
    return {
        "id": who,
        "hub_id": HERE,
        "agency_id": OURS,
        "name": who,
        "email": who,
        "roles": [],
        "work_phone": "",
        "preferences": {},
    }


def _person(id: str, hub: str) -> dict[str, object]:
    plain = {"ref": id, "audit_ref": id, "since": NOW, "version": 1, "colour": "grey", "found_by": id}
    return {"id": id, "hub_id": hub, "preferred_name": id, "standing": "harmed", **plain}


def _tie(id: str, tie: Tie, person: str | None, hub: str) -> dict[str, object]:
    starts, ends = SPANS[tie.when]
    reach = {"relation": tie.relation, "cap": tie.cap, "staff_id": tie.staff, "agency_id": tie.agency}
    return {
        "id": id,
        "hub_id": hub,
        "person_id": person,
        "starts_at": starts,
        "ends_at": ends,
        "lead": False,
        "reason": "",
        **reach,
    }


def _exclusion(id: str, staff: str, person: str, lifted_at: object = None) -> dict[str, object]:
    facts = {"reason": "", "declared_at": NOW, "lifted_at": lifted_at}
    return {"id": id, "hub_id": HERE, "staff_id": staff, "person_id": person, **facts}


def _record(case: Case) -> dict[str, object]:
    header = {"kind": case.kind, "author_id": case.author_id, "grade": case.grade, "compartment": case.compartment}
    plain = {"agency_id": OURS, "happened_at": NOW, "written_at": NOW, "state": "kept", "version": 1, "gaps": 0}
    return {"id": case.id, "hub_id": case.hub_id, "line": "", "summary": "", **header, **plain}


def _link(case: Case, person: str) -> dict[str, object]:
    facts = {"part": "subject", "kind": case.kind, "happened_at": NOW, "contact": False}
    return {"record_id": case.id, "person_id": person, "hub_id": case.hub_id, **facts}


def hold(database: Database, rota: str, acting: str, grants: Mapping[str, str]) -> Asker:
    """Give the asker these and nothing else that is not about one person: when on the rota, acting, granted what."""
    relations, members = table_of(Relation), table_of(Grant)
    with database.writing(Steward()) as db:
        db.execute(delete(relations).where(relations.c.person_id.is_(None)))
        db.execute(delete(members))
        for name, when in (("rota", rota), ("acting", acting)):
            standing = [
                _tie(name, Tie(name, when), None, HERE),
                _tie(f"{name}-decoy", Tie(name, staff=OTHER), None, HERE),
            ]
            db.execute(insert(relations), standing)
        rows = [_grant(ASKER, name, when) for name, when in grants.items()]
        db.execute(insert(members), [*rows, *(_grant(OTHER, name, "open") for name in COMPARTMENTS)])
    live = {name for name, when in grants.items() if when in LIVE}
    return Asker(rota in LIVE, acting in LIVE, frozenset(live))


def _grant(staff: str, compartment: str, when: str) -> dict[str, object]:
    starts, ends = SPANS[when]
    facts = {"compartment": compartment, "review_by": NOW.date(), "approved_by": OTHER}
    return {
        "id": f"{staff}-{compartment}",
        "hub_id": HERE,
        "staff_id": staff,
        "starts_at": starts,
        "ends_at": ends,
        **facts,
    }
