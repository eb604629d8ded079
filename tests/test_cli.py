"""The commands begin, prove, copy and restore a hub, and stop with one plain line where they must."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from hub import migrations
from hub.access import Steward
from hub.accounts import invites
from hub.agencies import Hub, Staff, Ward
from hub.audit import AuditEvent
from hub.cli import main
from hub.clock import now
from hub.crypto import read_keys
from hub.db import Database
from tests import databases

BEGIN = [
    "init", "--name", "The Lock", "--borough", "Ashlock", "--wards", "East Pier, Kiln Row", "--time-zone", "Europe/London",
    "--duty-phone", "020 7946 0999", "--lead", "Ruth Ansah", "--email", "ruth.ansah@example.org", "--agency", "Ashlock Council",
]  # fmt: skip
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(params=["sqlcipher", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home with nothing in its environment but where data and keys go, on each database."""
    for name in [name for name in os.environ if name.startswith(("HUB_", "XDG_", "LITESTAR_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HUB_DATA", str(tmp_path / "data"))
    if request.param == "sqlcipher":
        yield tmp_path
        return
    server: databases.Postgres = request.getfixturevalue("postgres")
    name = server.make()
    monkeypatch.setenv("HUB_DATABASE", server.url(name))
    monkeypatch.setenv("PATH", f"{databases.PACKAGES / databases.BINARIES / 'bin'}:{os.environ['PATH']}")
    yield tmp_path
    server.drop(name)


@pytest.fixture
def run(place: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def begun(run: Run) -> str:
    """A hub with its first lead asked in; the link."""
    code, said, _ = run(*BEGIN)
    assert code == 0
    return next(line for line in said.splitlines() if "/join/" in line)


def database_of(place: Path) -> Database:
    url = os.environ.get("HUB_DATABASE") or f"sqlite:///{place / 'data' / 'hub.db'}"
    return Database(url, read_keys(place / ".config/hub/hub.key").database)


def embedded(place: Path) -> bool:
    return "HUB_DATABASE" not in os.environ


def test_init_lays_a_hub_and_asks_its_first_lead_in(begun: str, place: Path) -> None:
    database = database_of(place)
    with database.reading(Steward()) as db:
        hub = db.scalars(select(Hub)).one()
        assert (hub.slug, hub.borough, hub.duty_phone) == ("the-lock", "Ashlock", "020 7946 0999")
        assert set(db.scalars(select(Ward.name))) == {"East Pier", "Kiln Row"}
        found = invites.open_invite(db, begun.rpartition("/")[2], now())
        assert found is not None
        assert (found[1].name, found[1].roles) == ("Ruth Ansah", ["TL"])
    database.close()
    assert (place / ".config/hub/hub.key").stat().st_mode & 0o077 == 0


def test_a_second_hub_of_the_same_name_is_refused(begun: str, run: Run) -> None:
    code, said, wrong = run(*BEGIN)
    assert (code, said) == (1, "")
    assert wrong == "hub: There is a hub called The Lock already.\n"


@pytest.mark.parametrize(
    ("flag", "typed", "words"),
    [
        ("--email", "ruth", "e-mail address"),
        ("--wards", " , ", "at least one ward"),
        ("--wards", "Kiln Row, kiln-row", "each once"),
        ("--time-zone", "London", "time zone"),
        ("--duty-phone", "ask me", "digits and spaces"),
        ("--name", "!", "Enter a name"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_made(run: Run, place: Path, flag: str, typed: str, words: str) -> None:
    given = [*BEGIN]
    given[given.index(flag) + 1] = typed
    code, _, wrong = run(*given)
    assert code == 1
    assert wrong.startswith(f"hub: {flag}:")
    assert words in wrong
    assert not (place / ".config").exists()


def test_a_missing_answer_is_asked_for_by_its_flag(run: Run) -> None:
    code, _, wrong = run("init", "--name", "The Lock")
    assert (code, wrong) == (1, "hub: --borough is missing: Which borough is it in?\n")


def test_an_invite_is_for_somebody_on_the_staff_list(begun: str, run: Run, place: Path) -> None:
    code, said, _ = run("invite", "Ruth.Ansah@example.org")
    assert code == 0
    fresh = said.split("/join/")[1].strip()
    database = database_of(place)
    with database.reading(Steward()) as db:
        assert invites.open_invite(db, fresh, now()) is not None
        assert invites.open_invite(db, begun.rpartition("/")[2], now()) is None
    database.close()
    assert run("invite", "nobody@example.org")[0] == 1


def test_audit_verify_names_the_first_event_that_was_changed(begun: str, run: Run, place: Path) -> None:
    run("invite", "ruth.ansah@example.org")
    assert run("audit", "verify") == (0, "The Lock: the chain holds\n", "")
    database = database_of(place)
    with database.writing(Steward()) as db:
        db.execute(update(AuditEvent).where(AuditEvent.seq == 2).values(body="{}"))
    database.close()
    code, said, _ = run("audit", "verify", "--hub", "the-lock")
    assert (code, said) == (1, "The Lock: broken at 2: changed\n")
    assert run("audit", "verify", "--hub", "the-mill")[0] == 1


def test_a_backup_restores_to_what_it_was(begun: str, run: Run, place: Path) -> None:
    copy = place / "copy"
    code, said, _ = run("backup", str(copy))
    assert code == 0
    assert "proved" in said
    assert copy.stat().st_mode & 0o077 == 0
    assert b"ruth.ansah" not in copy.read_bytes()
    run("invite", "ruth.ansah@example.org")
    if embedded(place):
        assert "--replace" in run("restore", str(copy))[2]
        assert run("restore", "--replace", str(copy))[0] == 0
        assert len(list((place / "data").glob("hub.db.before-*"))) >= 1
    else:
        assert "holds a hub already" in run("restore", str(copy))[2]
        assert run("migrate", "--to", "base")[0] == 0
        empty(place)
        assert run("restore", str(copy))[0] == 0
    database = database_of(place)
    with database.reading(Steward()) as db:
        assert invites.open_invite(db, begun.rpartition("/")[2], now()) is not None
        assert db.scalars(select(Staff.name)).all() == ["Ruth Ansah"]
    database.close()
    assert run("audit", "verify")[0] == 0


def empty(place: Path) -> None:
    database = database_of(place)
    with database.writer.begin() as connection:
        connection.exec_driver_sql("drop table if exists alembic_version")
    database.close()


def test_a_backup_never_overwrites(begun: str, run: Run, place: Path) -> None:
    (place / "copy").write_text("mine")
    code, _, wrong = run("backup", str(place / "copy"))
    assert code == 1
    assert "never overwrites" in wrong
    assert (place / "copy").read_text() == "mine"


@pytest.mark.parametrize("change", ["flip", "cut", "none of ours"])
def test_a_damaged_backup_is_not_restored(begun: str, run: Run, place: Path, change: str) -> None:
    copy = place / "copy"
    run("backup", str(copy))
    whole = copy.read_bytes()
    middle = len(whole) // 2
    copy.write_bytes(
        {
            "flip": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "cut": whole[:-4096],
            "none of ours": b"x" * 9000,
        }[change]
    )
    if not embedded(place):
        run("migrate", "--to", "base")
        empty(place)
    code, _, wrong = run("restore", "--replace", str(copy))
    assert (code, wrong[:5]) == (1, "hub: ")
    if embedded(place):
        assert run("audit", "verify")[0] == 0
    else:
        database = database_of(place)
        assert migrations.present(database) is None
        database.close()


def test_migrate_takes_every_step_back_and_again(begun: str, run: Run) -> None:
    assert run("migrate", "--to", "base")[0] == 0
    assert "hub migrate" in run("audit", "verify")[2]
    code, said, _ = run("migrate")
    assert code == 0
    assert migrations.newest() in said
    assert "there is no step 999" in run("migrate", "--to", "999")[2]


def test_keys_are_rotated_and_told_apart(begun: str, run: Run) -> None:
    before = run("keys", "status")[1]
    assert before.count("outbox ") == 1
    assert run("keys", "rotate")[0] == 0
    after = run("keys", "status")[1]
    assert (after.count("in use"), after.count("opens late items")) == (1, 1)


def test_serve_refuses_what_must_not_be_served(
    begun: str, run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = place / ".config/hub/hub.key"
    key.chmod(0o640)
    assert "can be read by others" in run("serve")[2]
    key.chmod(0o600)
    for name in ("HUB_DEBUG", "LITESTAR_DEBUG", "LITESTAR_PDB"):
        monkeypatch.setenv(name, "1")
        assert run("serve")[2] == f"hub: {name} would show what people wrote: unset it.\n"
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUB_PUBLIC_URL", "http://hub.example.org")
    assert "https alone" in run("serve")[2]
    monkeypatch.delenv("HUB_PUBLIC_URL")
    if embedded(place):
        assert "one process" in run("serve", "--workers", "2")[2]
    run("migrate", "--to", "base")
    assert "hub migrate" in run("serve")[2]
    key.rename(place / "elsewhere")
    assert "does not exist" in run("serve")[2]


def test_serve_refuses_the_demo(run: Run, begun: str, place: Path) -> None:
    database = database_of(place)
    with database.writing(Steward()) as db:
        db.scalars(select(Hub)).one().settings = {"demo": True}
    database.close()
    assert "whose passwords are public" in run("serve")[2]


def test_the_demo_keeps_away_from_a_real_hub(begun: str, run: Run, place: Path) -> None:
    if embedded(place):
        where = ["--data", str(place / "data")]
        shutil.copy(place / ".config/hub/hub.key", place / ".config/hub/demo.key")
    else:
        where = ["--database", os.environ["HUB_DATABASE"]]
    for more in ([], ["--fresh"]):
        code, _, wrong = run("demo", *where, *more)
        assert (code, "real hub" in wrong) == (1, True)
    database = database_of(place)
    with database.reading(Steward()) as db:
        assert db.scalars(select(Hub.name)).all() == ["The Lock"]
    database.close()


@pytest.mark.parametrize("place", ["sqlcipher"], indirect=True)
def test_another_key_opens_nothing(begun: str, run: Run, place: Path) -> None:
    (place / ".config/hub/hub.key").unlink()
    (place / "data/hub.db").rename(place / "data/other.db")
    run(*BEGIN)
    (place / "data/hub.db").unlink()
    (place / "data/other.db").rename(place / "data/hub.db")
    code, _, wrong = run("audit", "verify")
    assert code == 1
    assert "does not open with this key" in wrong
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(place / "data/hub.db").execute("select * from staff")


@pytest.mark.parametrize("place", ["sqlcipher"], indirect=True)
def test_two_processes_never_hold_one_file(begun: str, place: Path) -> None:
    holding = "import sys,time; from hub.cli.opening import alone; from hub.settings import Settings\nwith alone(Settings.read()): print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", holding], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        served = subprocess.run(
            [sys.executable, "-m", "hub", "serve"], capture_output=True, text=True, check=False, timeout=60
        )
        holder.kill()
    assert served.returncode == 1
    assert f"Process {holder.pid} has" in served.stderr
    assert "Traceback" not in served.stderr
