"""Serves the hub that a browser test has laid in a folder: `python -m tests.browser.server FOLDER PORT PUBLIC_PORT`."""

import sys
from pathlib import Path

import uvicorn

from hub.app import create_app, open_database
from hub.crypto import read_keys
from hub.settings import Settings


def settings(folder: Path, port: int = 0) -> Settings:
    return Settings(data=folder, key_file=folder / "hub.key", public_url=f"http://localhost:{port}")


def main(folder: Path, port: int, public_port: int) -> None:
    own = settings(folder, public_port)
    keys = read_keys(own.key_file)
    app = create_app(own, keys, open_database(own, keys))
    uvicorn.run(app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
