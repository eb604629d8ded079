"""Serving: the demo borough for trying things out, or a real hub in earnest."""

import os
import socket
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from hub.app import create_app, open_database
from hub.cli import demonstration, logs
from hub.cli.opening import Trouble, alone, file_of, is_demo, open_keys, opened
from hub.settings import Settings

DEBUGGING = ("HUB_DEBUG", "LITESTAR_DEBUG", "LITESTAR_PDB", "PYTHONASYNCIODEBUG", "PYTHONDEVMODE")


def add_commands(commands: Any) -> None:
    found = commands.add_parser("demo", help="serve the invented borough of Thornmere, for trying things out")
    _add_place(found)
    found.add_argument("--data", type=Path, metavar="FOLDER", help="where the demo is kept")
    found.add_argument("--database", default="", metavar="URL", help="PostgreSQL instead of a file")
    found.add_argument("--fresh", action="store_true", help="load the borough anew")
    found.add_argument("--https", action="store_true", help="with a certificate of its own, for phones on this network")
    found.add_argument(
        "--now", metavar="ISO", help="let the hub's clock start at this moment, such as 2026-11-23T18:00"
    )
    found.add_argument(
        "--people", type=int, default=0, metavar="N", help="for measuring, add a crowd of N young people"
    )
    found.add_argument("--records", type=int, default=0, metavar="N", help="and N records about them")
    found.set_defaults(run=demo)
    found = commands.add_parser("serve", help="serve a real hub")
    _add_place(found)
    found.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes; more than one on PostgreSQL only"
    )
    found.set_defaults(run=serve)


def _add_place(command: Any) -> None:
    command.add_argument("--port", type=int, default=8000)
    command.add_argument("--host", default="")


def demo(given: Namespace) -> int:
    place = demonstration.place(given)
    keys = demonstration.keys_of(place.settings)
    _check_port(place.host, given.port)
    with alone(place.settings):
        demonstration.apart(lambda: demonstration.load(place, keys, fresh=given.fresh))
        with opened(place.settings, keys) as database:
            demonstration.welcome(place, database)
            app = create_app(place.settings, keys, database, place.clock)
            _run(app, place.host, given.port, **place.tls)
    return 0


def serve(given: Namespace) -> int:
    settings = Settings.read()
    _refuse(settings, given.workers)
    keys = open_keys(settings)
    host = given.host or "127.0.0.1"
    with alone(settings), opened(settings, keys) as database:
        if is_demo(database):
            raise Trouble("This database holds the demo, whose passwords are public: hub demo serves it.")
        _check_port(host, given.port)
        print(f"Serving {settings.public_url} on {host}:{given.port}")
        if given.workers == 1:
            _run(create_app(settings, keys, database), host, given.port)
            return 0
    _run("hub.cli.serving:application", host, given.port, factory=True, workers=given.workers)
    return 0


def application() -> Any:
    """What each process of several makes for itself, from the settings in its environment."""
    settings = Settings.read()
    keys = open_keys(settings)
    return create_app(settings, keys, open_database(settings, keys))


def _refuse(settings: Settings, workers: int) -> None:
    """Raises Trouble for what must not be served in earnest."""
    if found := [name for name in DEBUGGING if os.environ.get(name, "0") not in ("", "0")]:
        raise Trouble(f"{' and '.join(found)} would show what people wrote: unset it.")
    if sys.flags.dev_mode or settings.debug:
        raise Trouble("Debugging is on: switch it off.")
    if not settings.secure and urlsplit(settings.public_url).hostname not in ("localhost", "127.0.0.1", "::1"):
        raise Trouble(f"HUB_PUBLIC_URL is {settings.public_url}: people may reach a hub through https alone.")
    if workers > 1 and file_of(settings):
        raise Trouble("An embedded database has one process. Several need PostgreSQL: HUB_DATABASE.")


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as taken:
            raise Trouble(f"Port {port} cannot be used ({taken.strerror}): --port takes another.") from taken


def _run(app: Any, host: str, port: int, **more: Any) -> None:
    uvicorn.run(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        server_header=False,
        log_config=logs.configuration("WARNING"),
        timeout_graceful_shutdown=10,
        **more,
    )
