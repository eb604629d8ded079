"""The walk-through of docs/adding-a-kind.md, followed to the letter in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("hub", "templates", "static", "schedules", "tests", "bin", "pyproject.toml")

TRY_IT = """
import datetime as dt, sys
from pathlib import Path
from hub import access, audit, records
from hub.db import Base, Database
from hub.forms import Typed
from hub.ids import uuid7
from hub.kinds import KINDS
from hub.web.records import controllers
from tests import cast
database = Database(f"sqlite:///{sys.argv[1]}/hub.db", bytes(32))
Base.metadata.create_all(database.writer)
cast.build(database)
cast.relate(database, "milo", "amari", "allocated")
kinds = {kind.slug: kind for kind in KINDS}
viewer = cast.asking(database, "milo")
words = {"who": ["YP-AMARI"], "visited_at": ["2026-11-20T16:00"], "met": ["them"], "told": ["He was in."]}
with database.writing(viewer) as db:
    made = records.submit(db, viewer, kinds, "home-visit", uuid7(), Typed(words)).id
with database.reading(viewer) as db:
    person = db.get(cast.Person, "amari")
    [entry] = records.timeline(db, viewer, person)
    assert entry.id == made, entry
    assert entry.happened_at == dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC), entry
outsider = cast.asking(database, "anil")
with database.reading(outsider) as db:
    try:
        records.find(db, outsider, made)
    except LookupError:
        print("kept from the outsider")
paths = {controller.path for controller in controllers(KINDS)}
assert "/home-visit" in paths, paths
print("added")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("walk")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, target / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(source, target / part)
    told = (ROOT / "docs" / "adding-a-kind.md").read_text()
    [module] = re.findall(r"```python\n(.*?)```", told, re.DOTALL)
    (target / "hub/kinds/home_visit.py").write_text(module)
    listed = target / "hub/kinds/__init__.py"
    text = listed.read_text().replace(
        "from hub.records", "from hub.kinds.home_visit import HomeVisit\nfrom hub.records", 1
    )
    listed.write_text(text.replace("] = (", "] = (\n    HomeVisit,", 1))
    return target


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command in the copy, with the copy's own packages in front."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(copy), "HOME": str(copy)}
    return subprocess.run(
        [sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True, timeout=120
    )


def test_one_file_and_two_lines_are_a_kind(copy: Path, tmp_path: Path) -> None:
    done = run(copy, "-c", TRY_IT, str(tmp_path))
    assert done.stdout.splitlines() == ["kept from the outsider", "added"], done.stderr
