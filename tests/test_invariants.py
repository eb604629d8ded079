"""What holds of every page, kind and route as they are declared: later ones are walked the day they come."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from sqlalchemy import func, inspect, select

from hub.access import COMPARTMENTS, PERSONAL, ROLES, Grade, Steward, decide
from hub.audit import AuditEvent
from hub.db import Database
from hub.forms import Typed, questions, read
from hub.kinds import KINDS
from hub.records import Record
from tests import cast, crawl, databases
from tests.approving import agrees
from tests.cells import CLOSED
from tests.crawl import ABSENT, Cage
from tests.phones import app_of, phone, token
from tests.truth_table import Case, Scene

NAMES = [*cast.COLLEAGUES, "ben"]
OTHERS = {
    "hub": ["wharf", "mill"],
    "slug": [KINDS[0].slug],
    "name": ["none"],
    "relation": ["none"],
    "exclusion": ["none"],
}
STEP = re.compile("{(step|child)")
NOT_CRAWLED = ("/static/{name:str}", "/service-worker.js")
THOROUGH = ("milo", "pete", "meera", "clive", "ben")
DEEP = ("milo", "ben")
"""The ordinary run takes the first to every page and these two to every step as well; --soak takes everybody."""
UNLIKE = [*{(kind.grade, kind.compartment, kind.slug in CLOSED["POL"]): kind for kind in KINDS}.values()]
"""One kind for each way in which the rule tells kinds apart."""
EACH = [name if name in THOROUGH else pytest.param(name, marks=pytest.mark.soak) for name in NAMES]


class Walk:
    """One app and one client that is any of the cast in turn."""

    def __init__(self, database: Database) -> None:
        self.cage: Cage = crawl.build(database)
        self.database = database
        self.app = app_of(database)
        self.client = phone(self.app, raise_server_exceptions=False)
        self.tokens = {name: token(database, name, cast.NOW) for name in NAMES}
        self.allowed = {name: crawl.allowed(database, self.cage, cast.asking(database, name)) for name in NAMES}

    def ask(self, name: str, path: str, method: str = "GET", **how: Any) -> Any:
        self.client.cookies.clear()
        return self.client.request(method, path, headers={"Cookie": f"hub={self.tokens[name]}"}, **how)

    def find(self, name: str, words: str) -> Any:
        return self.ask(name, self.ask(name, "/search", "POST", data={"words": words}).headers["Location"])


@pytest.fixture(scope="module")
def walk(embedded_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    path = shutil.copy(embedded_template, tmp_path_factory.mktemp("walk") / "hub.db")
    database = Database(f"sqlite:///{path}", databases.KEY)
    found = Walk(database)
    with found.client:
        yield found
    database.close()


def handlers(app: Any) -> Iterator[tuple[HTTPRoute, str, HTTPRouteHandler]]:
    for route in sorted(app.routes, key=lambda route: route.path):
        for handler in getattr(route, "route_handlers", []):
            yield from ((route, method, handler) for method in sorted(handler.http_methods))


def is_public(handler: HTTPRouteHandler) -> bool:
    return bool(handler.opt.get("public"))


def paths(walk: Walk, route: HTTPRoute) -> list[tuple[str, str]]:
    """(path, id) of everything that a route could be asked about: seen, hidden, elsewhere and absent."""
    head = route.path.split("/")[1]
    ids = [id for id, kind in walk.cage.kept.items() if kind.slug == head] or [*cast.YOUNG_PEOPLE]
    kind = next((kind for kind in KINDS if kind.slug == head), None)
    fill = OTHERS | {
        "id": [*ids, ABSENT],
        "step": [act.slug for act in kind.acts] or ["none"] if kind else ["none"],
        "child": [child.slug for child in KINDS if kind and child.parent == kind.slug] or ["none"],
    }
    names = re.findall(r"{(\w+):\w+}", route.path)
    found = []
    for values in product(*(fill[name] for name in names)):
        path = route.path
        for name, value in zip(names, values, strict=True):
            path = re.sub(rf"{{{name}:\w+}}", value, path)
        found.append((path, dict(zip(names, values, strict=True)).get("id", "")))
    return found


def test_27_every_handler_is_public_or_asks_who_looks(walk: Walk, approve: bool) -> None:
    lines = []
    for route, method, handler in handlers(walk.app):
        if method == "OPTIONS":
            continue
        asks = "viewer" in handler.parsed_fn_signature.parameters
        assert asks or is_public(handler), route.path
        lines.append(f"{method:5}{'public' if is_public(handler) else 'viewer':8}{route.path}")
    lines.sort(key=lambda line: (line.split()[-1], line))
    assert agrees("routes.txt", "\n".join(lines) + "\n", approve), "run bin/test --approve, read the diff, commit it"


def test_27_head_and_options_show_nothing_to_a_stranger(walk: Walk) -> None:
    for route, method, handler in handlers(walk.app):
        if method != "GET" or is_public(handler):
            continue
        path = paths(walk, route)[0][0]
        walk.client.cookies.clear()
        for other in ("HEAD", "OPTIONS", "GET"):
            answer = walk.client.request(other, path)
            assert not crawl.sung(answer), (other, path)
            assert answer.status_code != 200, (other, path)


@pytest.mark.parametrize("name", EACH)
def test_11_no_page_shows_a_word_that_its_reader_may_not_see(walk: Walk, name: str) -> None:
    asked = 0
    for route, method, _ in handlers(walk.app):
        if (
            method != "GET"
            or route.path in NOT_CRAWLED
            or (STEP.search(route.path) and name in set(THOROUGH) - {*DEEP})
        ):
            continue
        for path, _ in paths(walk, route):
            answer = walk.ask(name, path)
            wrong = crawl.sung(answer) - walk.allowed[name]
            assert not wrong, (path, {words: walk.cage.birds[words] for words in wrong})
            assert answer.status_code < 500, path
            asked += 1
    assert asked > 100


@pytest.mark.parametrize("name", EACH)
def test_14_denied_and_absent_are_the_same_bytes(walk: Walk, name: str) -> None:
    seen = {walk.cage.birds[words].record or walk.cage.birds[words].person for words in walk.allowed[name]}
    compared = 0
    for route, method, _ in handlers(walk.app):
        if method == "OPTIONS" or "{id:str}" not in route.path:
            continue
        how = {} if method == "GET" else {"data": {}}
        found = {id: path for path, id in paths(walk, route)}
        absent = _said(walk.ask(name, found.pop(ABSENT), method, **how))
        for id, path in found.items():
            if id not in seen:
                denied = _said(walk.ask(name, path, method, **how))
                assert denied == absent, (method, path)
                compared += 1
    assert compared > 50


def _said(answer: Any) -> tuple[Any, ...]:
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    return answer.status_code, answer.content, headers


@pytest.mark.parametrize("name", NAMES)
def test_16_the_search_finds_whom_one_may_see_and_never_hints_at_others(walk: Walk, name: str) -> None:
    people = {words for words, bird in walk.cage.birds.items() if not bird.record and bird.group == "name"}
    hidden, shown = people - walk.allowed[name], people & walk.allowed[name]
    for words in shown:
        assert crawl.sung(walk.find(name, words)) & people == {words}
    assert crawl.sung(walk.find(name, "qx")) & people == shown
    misses = {_without(walk.find(name, words), words) for words in (*hidden, "nobody of that name")}
    assert len(misses) == 1
    assert "Not on your list. Ask the duty lead to match" in misses.pop()


def _without(answer: Any, words: str) -> str:
    """What a page says, but for what its reader typed and the numbers made for this one page."""
    shown = re.sub(
        r'(value|content|href|action)="[^"]*"', "", answer.text.replace(words, "").replace(words.lower(), "")
    )
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def test_1_what_may_be_seen_opens_and_nothing_else_does(walk: Walk) -> None:
    """The walks above could pass by showing nothing at all."""
    met: set[str] = set()
    for name in NAMES:
        open_to = {walk.cage.birds[words].record or walk.cage.birds[words].person for words in walk.allowed[name]}
        kinds = KINDS if name in ("nadia", *THOROUGH) else UNLIKE
        pages = {id: f"/{kind.slug}/{id}" for id, kind in walk.cage.kept.items() if kind in kinds}
        pages |= {person: f"/people/{person}" for person in cast.YOUNG_PEOPLE}
        for id, path in pages.items():
            answer = walk.ask(name, path)
            assert answer.status_code == (200 if id in open_to else 404), (name, path)
            met |= crawl.sung(answer)
    possible = {words for words, bird in walk.cage.birds.items() if bird.person == "amari" and bird.group != "summary"}
    assert len(met & possible) > len(possible) * 0.8


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_17_whoever_writes_a_kind_reads_what_they_wrote(kind: Any) -> None:
    for role in kind.writers:
        rule = ROLES[role]
        assert rule["sees"].get("author", 0) >= kind.grade or rule["sees"].get("hub", 0) >= kind.grade, role
        assert kind.slug not in rule.get("cannot", ()), role
        assert kind.compartment is None or kind.compartment in rule.get("compartments", {}), role


def test_13_no_sensitive_word_is_shown_without_an_event(walk: Walk) -> None:
    shown = 0
    for route, method, _ in handlers(walk.app):
        if method != "GET" or route.path in NOT_CRAWLED or STEP.search(route.path):
            continue
        for path, _ in paths(walk, route):
            before = _looks(walk)
            birds = [walk.cage.birds[words] for words in crawl.sung(walk.ask("milo", path))]
            if any(bird.grade >= Grade.SENSITIVE for bird in birds):
                assert _looks(walk) > before, path
                shown += 1
    assert shown > 3


def _looks(walk: Walk) -> int:
    with walk.database.reading(Steward()) as db:
        return db.scalar(select(func.count()).where(AuditEvent.actor == "milo")) or 0


HEADER = {column.key for column in inspect(Record).columns} | {"record_id", "written_by", "written_at"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_17_no_form_can_say_whose_or_how_sensitive_its_record_is(kind: Any) -> None:
    assert not {*questions(kind)} & (HEADER - {"happened_at"})
    typed = Typed({name: ["mill"] for name in HEADER})
    assert not {*read(kind.asked(), typed, cast.NOW).values} & (HEADER - {"happened_at"})


@pytest.mark.parametrize("compartment", COMPARTMENTS)
@pytest.mark.parametrize("role", ROLES)
def test_8_no_tie_to_a_young_person_opens_a_compartment(role: str, compartment: str) -> None:
    held = {relation: {"amari": int(Grade.SEALED)} for relation in PERSONAL}
    viewer = replace(cast.viewer("milo", roles=[role]), relations=held, on_rota=True, acting=True)
    closed = Case("one", Scene(""), "here", int(Grade.COMPARTMENT), compartment, "somebody else", ("amari",))
    assert decide(viewer, closed, ["amari"]) is None
