"""What serving writes down, proves itself with, and asks of whoever starts it."""

import datetime as dt
import logging
import socket
import ssl
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from cryptography import x509
from sqlalchemy import func, select

from hub.access import Steward
from hub.agencies import Hub
from hub.cli import demonstration, parser
from hub.cli.certificates import LIFE, certificate, fingerprint
from hub.cli.demonstration import keys_of, place, prepare, start_afresh
from hub.cli.logs import Plain, configuration
from hub.cli.opening import Trouble, alone, opened
from hub.records import Record

NOW = dt.datetime(2026, 11, 23, 14, 0, tzinfo=dt.UTC)
CANARY = "Kai Mensah-Lowe of Lark Rise"


def line(says: str, *values: object, raised: BaseException | None = None) -> str:
    told = (type(raised), raised, raised.__traceback__) if raised else None
    return Plain().format(logging.LogRecord("hub", logging.ERROR, "x.py", 1, says, values, told))


def test_an_error_is_its_type_and_place_and_never_its_words() -> None:
    try:
        raise ValueError(CANARY)
    except ValueError as raised:
        told = line("incident %s", "ab12", raised=raised)
    assert CANARY not in told
    assert "ValueError < test_serving.py:" in told
    assert "incident ab12" in told


def test_one_event_is_one_line_whatever_it_holds() -> None:
    told = line("GET %s", "/search\r\n2026-11-23 error forged\x1b[31m")
    assert told.isprintable()
    assert "\\r\\n" in told


def test_requests_themselves_are_not_written_down() -> None:
    logged = configuration()["loggers"]
    assert logged["uvicorn.access"] == {"handlers": [], "propagate": False}


def test_a_certificate_speaks_for_this_address_alone(tmp_path: Path) -> None:
    authority, own, key = certificate(tmp_path, "192.0.2.7", NOW)
    names = x509.load_pem_x509_certificate(own.read_bytes()).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert [str(found) for found in names.value.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "192.0.2.7"]
    assert names.value.get_values_for_type(x509.DNSName) == ["localhost"]
    assert key.stat().st_mode & 0o077 == 0
    checked = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-attime", str(int(NOW.timestamp())), "-CAfile", authority, own],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout.strip().endswith("OK"), checked.stderr
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(own, key)


def test_the_authority_cannot_vouch_for_anything_else(tmp_path: Path) -> None:
    authority, *_ = certificate(tmp_path, "192.0.2.7", NOW)
    public = x509.load_pem_x509_certificate(authority.read_bytes()).public_key()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert kept.count(b"PRIVATE KEY-----") == 2  # the beginning and the end of one: the server's
    assert x509.load_pem_x509_certificate((tmp_path / "https-certificate.pem").read_bytes()).public_key() != public


def test_a_certificate_lasts_until_the_address_moves_or_its_time_is_near(tmp_path: Path) -> None:
    authority, *_ = certificate(tmp_path, "192.0.2.7", NOW)
    first = fingerprint(authority)
    certificate(tmp_path, "192.0.2.7", NOW + LIFE / 2)
    assert fingerprint(authority) == first
    certificate(tmp_path, "192.0.2.8", NOW)
    second = fingerprint(authority)
    certificate(tmp_path, "192.0.2.8", NOW + LIFE)
    assert len({first, second, fingerprint(authority)}) == 3


def asked(*flags: str) -> Namespace:
    return parser().parse_args(["demo", *flags])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HUB_DATABASE", "postgresql+psycopg://real@nowhere/hub")
    monkeypatch.setenv("HUB_KEY_FILE", "/nowhere/real.key")
    return tmp_path


def test_the_demo_minds_its_own_folder_whatever_the_environment_says(home: Path) -> None:
    where = place(asked())
    assert where.settings.database_url == f"sqlite:///{home}/.local/share/hub/demo/hub.db"
    assert where.settings.key_file == home / ".config/hub/demo.key"
    assert (where.host, where.settings.public_url, where.settings.demo) == ("127.0.0.1", "http://localhost:8000", True)
    assert place(asked("--data", str(home / "mine"))).settings.data == home / "mine"


def test_its_clock_can_begin_at_another_moment() -> None:
    shown = place(asked("--now", "2026-07-01T18:00")).clock()
    assert abs(shown - dt.datetime(2026, 7, 1, 17, 0, tzinfo=dt.UTC)) < dt.timedelta(seconds=5)
    with pytest.raises(Trouble, match="--now soon is not a moment"):
        place(asked("--now", "soon"))


def test_a_second_start_finds_what_the_first_left_and_fresh_begins_again(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = place(asked())
    keys = keys_of(where.settings)
    with alone(where.settings), opened(where.settings, keys, bare=True) as database:
        prepare(where, keys, database)
        with database.writing(Steward()) as db:
            before = db.scalar(select(func.count(Record.id)))
            hub = db.scalars(select(Hub).where(Hub.slug == "the-wharf")).one()
            hub.settings = hub.settings | {"loaded_on": "2026-01-01"}
            first = hub.id
        monkeypatch.setattr(demonstration.demo, "load", lambda *_: pytest.fail("loaded twice"))
        prepare(where, keys, database)
        demonstration.welcome(where, database)
    said = capsys.readouterr().out
    assert "Loaded on 2026-01-01" in said
    assert "Ama Osei" in said
    monkeypatch.undo()
    monkeypatch.setenv("HOME", str(home))
    start_afresh(where.settings, keys)
    with opened(where.settings, keys, bare=True) as database:
        prepare(where, keys, database)
        with database.reading(Steward()) as db:
            assert db.scalar(select(func.count(Record.id))) == before
            assert db.scalar(select(Hub.id).where(Hub.slug == "the-wharf")) != first


def test_a_taken_port_is_said_in_one_line(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "hub", "demo", "--port", str(taken.getsockname()[1])]
        environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"hub: Port {command[-1]} cannot be used")
    assert "Traceback" not in done.stderr
