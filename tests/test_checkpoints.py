"""The commands that sign where the audit chain ends, and that hold the chain against what was signed."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from hub.access import Steward
from hub.audit import GENESIS, AuditEvent, AuditHead, link
from hub.cli import main
from hub.crypto import read_keys
from hub.db import Database
from tests.test_cli import BEGIN

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    for name in [name for name in os.environ if name.startswith(("HUB_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    assert command(*BEGIN)[0] == 0
    return command


def _write_anew(home: Path) -> None:
    """Tell the first event differently, with every hash after it to match."""
    keys = read_keys(home / ".config/hub/hub.key")
    database = Database(f"sqlite:///{home / '.local/share/hub/hub.db'}", keys.database)
    with database.writing(Steward()) as db:
        last = GENESIS
        for seq, body in db.execute(select(AuditEvent.seq, AuditEvent.body).order_by(AuditEvent.seq)).all():
            told = body.replace('"reason":""', '"reason":"x"')
            last = link(last, seq, told)
            db.execute(update(AuditEvent).where(AuditEvent.seq == seq).values(body=told, hash=last))
        db.execute(update(AuditHead).values(hash=last))
    database.close()


def test_a_chain_written_anew_is_caught_by_what_was_signed_before(run: Run, tmp_path: Path) -> None:
    file = tmp_path / ".local/state/hub/checkpoints"
    assert run("audit", "checkpoint") == (0, f"1 signed in {file}.\n", "")
    assert run("audit", "verify", "--checkpoint", str(file)) == (0, "The Lock: the chain holds\n", "")
    _write_anew(tmp_path)
    assert run("audit", "verify") == (0, "The Lock: the chain holds\n", "")
    code, said, _ = run("audit", "verify", "--checkpoint", str(file))
    seq, at = (json.loads(file.read_text())[name] for name in ("seq", "at"))
    assert (code, said) == (1, f"The Lock: broken at {seq}: written anew since the checkpoint of {at}\n")


def test_a_file_that_is_not_there_or_says_nothing_is_named(run: Run, tmp_path: Path) -> None:
    assert run("audit", "verify", "--checkpoint", str(tmp_path / "none"))[0] == 1
    (tmp_path / "junk").write_bytes(b"\xff\x00junk\n")
    code, said, _ = run("audit", "verify", "--checkpoint", str(tmp_path / "junk"))
    assert (code, said) == (1, "The Lock: broken at 1: this line of the checkpoints is not signed by this hub's key\n")
