"""The table of roles, as people read it: the page, docs/access.md and the line on every form say what the rule does."""

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from hub import access
from hub.access import COMPARTMENTS, POLICY, POLICY_HASH, ROLES, Viewer, audience, decide
from hub.access.audience import TEAM, WORKING
from hub.cli import main
from hub.db import Database
from hub.forms import questions
from hub.kinds import KINDS
from hub.people import Person
from tests import cast
from tests.approving import agrees
from tests.cells import BY_RULE, CELLS, CLOSED, NONE, TABLE
from tests.phones import app_of, phone
from tests.truth_table import ASKER, HERE, OURS, Case, Scene

ROOT = Path(__file__).parents[1]
FORMS = ("records", "capture", "kinds", "people")
MOVED = ("wrong_person.html", "keep_words.html", "_tidy.html")
HOW = "run bin/test --approve, read the diff, and commit it"


@pytest.fixture
def hub(database: Database) -> Database:
    return cast.build(database)


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_tells_the_whole_table_to_everybody_signed_in(hub: Database) -> None:
    app = app_of(hub)
    for name in ("milo", "clive", "hari", "ben"):
        with phone(app, name) as client:
            page = client.get("/who-sees-what")
        assert page.status_code == 200
        for rule in ROLES.values():
            assert rule["name"] in page.text
        for title in COMPARTMENTS.values():
            assert title in page.text
        assert POLICY_HASH in page.text
        assert cast.CANARY not in page.text
    with phone(app) as stranger:
        assert stranger.get("/who-sees-what").status_code in (303, 401)


def test_ones_own_roles_come_first(hub: Database) -> None:
    with phone(app_of(hub), "milo") as milo:
        told = words_of(milo.get("/who-sees-what").text)
    assert told.index("Youth worker") < told.index("Team lead")


def test_the_page_opens_from_me(hub: Database) -> None:
    with phone(app_of(hub), "milo") as milo:
        assert 'href="/who-sees-what"' in milo.get("/me").text


def test_docs_access_md_is_in_step_with_the_table(approve: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy"]) == 0
    said, path = capsys.readouterr().out, ROOT / "docs" / "access.md"
    if approve:
        path.write_text(said)
    assert path.read_text() == said, HOW
    assert all(f"(`{role}`)" in said for role in ROLES)


def test_every_line_of_the_audit_names_the_table() -> None:
    assert len(POLICY_HASH) == 16


def test_who_sees_what_is_as_it_was_approved(approve: bool) -> None:
    lines = []
    for role, (relation, rule) in product(ROLES, _relations()):
        sees = ROLES[role]["sees"].get(relation, 0)
        parts = ROLES[role].get("groups", {}).get(relation)
        lines.append(
            f"{role:4}{relation:10}{sees or '-'} {' '.join(parts) if parts else rule if sees else ''}".rstrip()
        )
    for role, name in product(ROLES, COMPARTMENTS):
        lines.append(f"{role:4}{name:10}{ROLES[role].get('compartments', {}).get(name, '-')}")
    lines += [
        f"{role:4}never     {' '.join([*rule.get('never', ()), *rule.get('cannot', ())]) or '-'}"
        for role, rule in ROLES.items()
    ]
    for kind in KINDS:
        lines.append(f"{kind.slug}: {audience(kind.grade, kind.compartment, kind.slug, kind.about != 'none').says}")
    assert agrees("access.txt", "\n".join(lines) + "\n", approve), HOW


def _relations() -> list[tuple[str, str]]:
    return [(relation, "everything up to it") for relation in access.RELATIONS]


def test_the_questions_of_every_form_are_as_they_were_approved(approve: bool) -> None:
    models: list[tuple[str, type[Any]]] = [("person", Person), *((kind.slug, kind) for kind in KINDS)]
    lines = [
        f"{slug}{'/' + asked.step if asked.step else ''} {name}: {asked.type}, grade {int(asked.grade)}, {asked.group}"
        f"{', stops Save' if asked.enough else ''}{', needed' if asked.needed else ''}"
        for slug, model in models
        for name, asked in questions(model).items()
    ]
    assert agrees("forms.txt", "\n".join(lines) + "\n", approve), HOW


def viewer(role: str, relation: str | None = None, granted: str | None = None) -> Viewer:
    held = {relation: {"amari": 5}} if relation else {}
    members = frozenset([granted] if granted else [])
    return Viewer(ASKER, HERE, OURS, frozenset([role]), cast.NOW, relations=held, compartments=members)


def item(grade: int, compartment: str | None = None, kind: str = "outreach-session", author: str = "") -> Case:
    return Case("one", Scene("", kind=kind), "here", grade, compartment, author, ("amari",))


@pytest.mark.parametrize("kind", ["outreach-session", "mentoring-session"])
@pytest.mark.parametrize("grade", range(1, 6))
def test_the_line_on_a_form_says_what_the_rule_does(grade: int, kind: str) -> None:
    said = audience(grade, kind=kind)
    for role in TEAM:
        decisions = [decide(viewer(role, relation), item(grade, kind=kind), ["amari"]) for relation in WORKING]
        seen = [decision for decision in decisions if decision]
        whole = any(decision.shows(grade, "any part") for decision in seen)
        name = ROLES[role]["many"]
        assert (name in said.never) == (not seen and "Everybody" not in said.says), role
        assert (name in said.fully) == (whole or "Everybody" in said.says), role
        assert (name in said.partly) == (bool(seen) and not whole), role


@pytest.mark.parametrize("compartment", COMPARTMENTS)
def test_the_line_on_a_closed_form_says_what_the_rule_does(compartment: str) -> None:
    said = audience(4, compartment)
    assert "Your leads will not" in said.says
    for role in TEAM:
        mine, others = item(4, compartment, author=ASKER), item(4, compartment)
        opened = decide(viewer(role, "allocated", compartment), others, ["amari"])
        assert (ROLES[role]["many"] in said.fully) == bool(opened), role
        assert not decide(viewer(role, "allocated"), others, ["amari"]), role
        if ROLES[role]["many"] in said.never:
            assert not decide(viewer(role, "allocated", compartment), mine, ["amari"]), role


def test_every_form_about_people_says_who_will_see_it_before_it_is_saved() -> None:
    forms = {path: path.read_text() for folder in FORMS for path in (ROOT / "templates" / folder).rglob("*.html")}
    asking = {path: text for path, text in forms.items() if '<form class="fields"' in text and path.name not in MOVED}
    assert len(asking) > 4
    assert [str(path) for path, text in asking.items() if "records/_audience.html" not in text] == []


def test_a_new_record_and_a_blank_one_say_it(hub: Database) -> None:
    cast.relate(hub, "marcus", "amari", "allocated")
    with phone(app_of(hub), "marcus") as marcus:
        pages = ["/mentoring-session/new?person=amari", "/people/new", "/h/wharf/capture/mentoring-session"]
        for page in pages:
            assert "Who will see this?" in marcus.get(page).text, page


@pytest.mark.parametrize(("role", "grade"), CELLS)
def test_every_cell_of_the_roles_table_is_in_the_policy_or_undecided(role: str, grade: int) -> None:
    cell, rule = CELLS[role, grade], ROLES[role]
    kept = all(rule["sees"].get(relation, 0) >= grade for relation in cell.relations)
    kept = kept and all(cell.groups == set(rule["groups"][relation]) for relation in cell.relations if cell.groups)
    kept = kept and cell.compartments.items() <= rule.get("compartments", {}).items()
    assert kept != (f"{role}-G{grade}" in POLICY["undecided"]), cell.says


@pytest.mark.parametrize("role", TABLE)
def test_the_policy_gives_nothing_that_the_roles_table_does_not(role: str) -> None:
    rule = ROLES[role]
    for relation, ceiling in rule["sees"].items():
        for grade in range(1, ceiling + 1):
            cell = CELLS[role, grade]
            by_rule = relation in BY_RULE and cell != NONE
            own = relation in ("author", "grant") and any(CELLS[role, higher] != NONE for higher in range(grade, 6))
            assert relation in cell.relations or _given_below(role, relation, grade) or by_rule or own, (
                relation,
                grade,
            )
    opened = {name for grade in range(1, 6) for name in CELLS[role, grade].compartments}
    assert set(rule.get("compartments", {})) <= opened


def _given_below(role: str, relation: str, grade: int) -> bool:
    """A relation that shows more shows the less beside it."""
    return any(relation in CELLS[role, higher].relations for higher in range(grade, 6))


def test_what_the_roles_table_never_allows_is_closed() -> None:
    for role, rule in ROLES.items():
        assert {*rule.get("never", ()), *rule.get("cannot", ())} == CLOSED.get(role, set()), role
    assert [role for role, rule in ROLES.items() if rule.get("reads_only")] == ["AUD"]


def test_nothing_is_undecided_that_the_table_does_not_have() -> None:
    assert set(POLICY["undecided"]) <= {f"{role}-G{grade}" for role, grade in CELLS}
    assert set(ROLES) - set(TABLE) == {"DPO", "HAD"}
