"""What a host installs is whole: the wheel carries pages, styles and schedules, and the locks agree."""

import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [Path(sys.executable).parent / "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(built).namelist())


def test_the_wheel_carries_every_page_style_and_schedule(wheel: set[str]) -> None:
    for folder in ("templates", "schedules", "static/built", "static/icons"):
        wanted = {f"hub/{path.relative_to(ROOT)}" for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert wanted
        assert wanted <= wheel
    assert {"hub/policy.toml", "hub/static/built/manifest.json"} <= wheel


def test_the_wheel_leaves_the_workshop_behind(wheel: set[str]) -> None:
    assert not [name for name in wheel if name.startswith(("tests/", "bin/", "docs/", "node_modules/"))]
    assert not [name for name in wheel if "__pycache__" in name or name.endswith((".key", ".db"))]


def test_tests_run_on_the_versions_that_are_served() -> None:
    served, tested = _locked("requirements.lock"), _locked("requirements-dev.lock")
    assert served
    assert {name: tested.get(name) for name in served} == served


def test_every_declared_package_is_locked_at_its_version() -> None:
    declared = dict(
        re.findall(r'^ +"([\w-]+)(?:\[\w+\])?==([\w.]+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    )
    assert len(declared) > 20
    locked = _locked("requirements-dev.lock")
    assert {name: locked.get(name) for name in declared} == declared


def test_setup_with_nothing_to_do_takes_no_time() -> None:
    before = time.monotonic()
    done = subprocess.run([ROOT / "bin" / "setup", "--tests"], check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")
    assert time.monotonic() - before < 1


def _locked(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / name).read_text(), re.MULTILINE))
