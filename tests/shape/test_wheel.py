"""Installed from its wheel, away from any checkout, the hub begins, serves its pages and proves its chain."""

import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
BEGIN = (
    "init --name Lock --borough Ashlock --wards Pier --time-zone Europe/London --duty-phone 02079460999 "
    "--lead Ruth --email ruth@example.org --agency Council"
).split()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of somebody who has the wheel and nothing else of ours."""
    folder = tmp_path_factory.mktemp("installed")
    build = [Path(sys.executable).parent / "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(folder / "site"), "PYTHONSAFEPATH": "1"}


def run(installed: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "hub", *command],
        env=installed,
        cwd=installed["HOME"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def address(installed: dict[str, str]) -> Iterator[str]:
    run(installed, *BEGIN)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "hub", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=installed, cwd=installed["HOME"], stdout=subprocess.DEVNULL) as process:
        found = f"http://localhost:{port}"
        for _ in range(600):
            try:
                if httpx.get(f"{found}/health").text == "ok":
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield found
        process.terminate()


def test_the_code_that_runs_is_the_wheels(installed: dict[str, str]) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import hub; print(hub.__file__)"],
        env=installed,
        cwd=installed["HOME"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(installed["PYTHONPATH"])


def test_its_pages_and_styles_are_there(address: str) -> None:
    page = httpx.get(f"{address}/sign-in")
    assert page.status_code == 200
    style = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    for path in (style, "/manifest.webmanifest", "/favicon.ico"):
        found = httpx.get(address + path)
        assert (found.status_code, len(found.content) > 100) == (200, True), path


def test_it_has_no_demo_page(address: str) -> None:
    assert httpx.get(f"{address}/demo").status_code == 404


def test_its_chain_holds_while_it_serves(address: str, installed: dict[str, str]) -> None:
    assert run(installed, "audit", "verify") == "Lock: the chain holds\n"
    assert "proved" in run(installed, "backup", f"{installed['HOME']}/copy")
