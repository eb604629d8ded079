"""Serves the hub that a browser test has laid in a folder: `python -m tests.browser.server FOLDER PORT PUBLIC_PORT`."""

import sys
from pathlib import Path
from typing import Any

import uvicorn

from hub.app import create_app, open_database
from hub.crypto import read_keys
from hub.settings import Settings, folder
from hub.web.pages import built

OFF = 'self.SHELL = {"version": "off", "off": true};\n'


def settings(place: Path, port: int = 0) -> Settings:
    return Settings(data=place, key_file=place / "hub.key", public_url=f"http://localhost:{port}")


def recalled(app: Any, place: Path) -> Any:
    """The app, but while the folder holds `worker-off` its worker is the one that goes away."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") != "/service-worker.js" or not (place / "worker-off").exists():
            return await app(scope, receive, send)
        script = OFF + (folder("static") / "built" / built()["service-worker.js"]).read_text()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/javascript")]})
        await send({"type": "http.response.body", "body": script.encode()})
        return None

    return answer


def main(place: Path, port: int, public_port: int) -> None:
    own = settings(place, public_port)
    keys = read_keys(own.key_file)
    app = recalled(create_app(own, keys, open_database(own, keys)), place)
    uvicorn.run(app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
