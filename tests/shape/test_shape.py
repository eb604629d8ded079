"""The tree keeps the house rules, and each lint fails when its rule is broken."""

from pathlib import Path

import pytest

from tests.shape.lints import LINTS, Planted

ROOT = Path(__file__).resolve().parents[2]
HASH = "--hash=sha256:" + "0" * 64

PLANTED = [
    Planted("round the wall", "hub/a.py", "db.execute(text('select 1'))"),
    Planted("round the wall", "hub/web/a.py", "rows = sa.text('select 1')"),
    Planted("round the wall", "hub/a.py", "db.connection().exec_driver_sql('select 1')", times=2),
    Planted("round the wall", "hub/a.py", "db.execute(select(Record.__table__))"),
    Planted("round the wall", "hub/a.py", "rows = Record.__table__\ndb.execute(select(rows.c.id))"),
    Planted(
        "round the wall", "hub/a.py", "one, two = A.__table__, Table('b', metadata)\nselect(two.c.id)\nselect(one)", 2
    ),
    Planted("unpickled", "hub/jobs.py", "AsyncIOScheduler(jobstores={'default': store})"),
    Planted(
        "unpickled", "hub/jobs.py", "import pickle\nfrom shelve import open\nscheduler.add_jobstore(store)", times=3
    ),
    Planted("undocumented", "hub/a.py", "A = 1\n"),
    Planted("unsafe markup", "templates/a.html", "{{ name|safe }}\n{{ name | safe }}", times=2),
    Planted("unsafe markup", "templates/a.html", "{% autoescape false %}"),
    Planted("unsafe markup", "templates/a.html", '<p style="color: red">'),
    Planted("unsafe markup", "templates/a.html", "<style>p { color: red }</style>"),
    Planted("unsafe markup", "templates/a.html", "<script>go()</script>\n<script\ntype=module>go()</script>", times=2),
    Planted("unsafe markup", "templates/a.html", '<a onclick="go()" href="javascript:go()">', times=2),
    Planted("unsafe markup", "templates/a.html", '<a hx-on:click="go()">'),
    Planted("unsafe markup", "templates/a.html", "<p hx-vals='js:{a: 1}'>"),
    Planted("unsafe markup", "templates/a.html", '<img src="//elsewhere.example/a.png">'),
    Planted("long modules", "hub/a.py", "A = 1\n" * 301),
    Planted("long templates", "templates/a.html", "<p>\n" * 81),
    Planted("long scripts", "static/js/a.js", "go()\n" * 151),
    Planted("long style sheets", "static/css/a.css", "p { color: red }\n" * 201),
    Planted(
        "below floor", "requirements.lock", "litestar==2.21.0\nmultipart==1.3.0\njinja2==3.1.5\nh11==0.14.0\n", times=5
    ),
    Planted("unhashed", "requirements.lock", f"a==1.0 \\\n    {HASH}\nb==1.0\nc>=1 \\\n    {HASH}\n", times=2),
    Planted(
        "unsealed", "package-lock.json", '{"packages": {"": {}, "node_modules/a": {"resolved": "somewhere"}}}', times=2
    ),
    Planted(
        "loose versions", "package.json", '{"dependencies": {"a": "^1.0.0"}, "devDependencies": {"b": "*"}}', times=2
    ),
    Planted("names a registry", "docs/a.md", "pip install --index-url https://pypi.org/simple\nnpmjs.com/a", times=2),
]

ALLOWED = [
    Planted("round the wall", "hub/db.py", "connection.exec_driver_sql('begin')"),
    Planted("round the wall", "hub/a.py", "db.execute(select(Record.id)); path.read_text(); Record.__table__.c.id"),
    Planted("unpickled", "hub/a.py", "import json"),
    Planted(
        "unsafe markup", "templates/a.html", '{# |safe #}<script type="module" src="{{ asset("app.js") }}"></script>'
    ),
    Planted(
        "unsafe markup",
        "templates/a.html",
        '<p data-tone="soft" class="safe">unsafe style = none</p>\n{% set one = "safe" %}',
    ),
    Planted("long templates", "templates/a.html", "<p>\n" * 80),
    Planted("unhashed", "requirements.lock", f"# why\na==1.0 ; sys_platform == 'linux' \\\n    {HASH}\n"),
]


@pytest.mark.parametrize("name", LINTS)
def test_the_tree_keeps_the_rule(name: str) -> None:
    assert not LINTS[name].findings(ROOT)


@pytest.mark.parametrize("name", LINTS)
def test_the_lint_has_files_to_read(name: str) -> None:
    assert LINTS[name].files(ROOT)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.lint}: {planted.text[:24]!r}")
def test_a_planted_breach_is_found(planted: Planted, tmp_path: Path) -> None:
    found = _lint(planted, tmp_path)
    assert len(found) == planted.times, found
    assert all(line.startswith(f"{planted.path}:") for line in found)


@pytest.mark.parametrize("planted", ALLOWED, ids=lambda planted: f"{planted.lint}: {planted.text[:24]!r}")
def test_what_the_rule_allows_is_left_alone(planted: Planted, tmp_path: Path) -> None:
    assert _lint(planted, tmp_path) == []


def test_every_lint_has_a_planted_breach() -> None:
    assert {planted.lint for planted in PLANTED} == set(LINTS)


def _lint(planted: Planted, root: Path) -> list[str]:
    path = root / planted.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(planted.text)
    assert LINTS[planted.lint].files(root) == [planted.path] or planted.path == "hub/db.py"
    return LINTS[planted.lint].findings(root)
