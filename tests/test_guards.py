"""What every answer carries and every request must pass, on the whole app."""

import brotli
import pytest
from litestar.testing import TestClient

from hub.app import create_app
from hub.db import Database
from hub.settings import Settings
from hub.web.pages import asset
from tests import cast
from tests.accounts import door
from tests.databases import KEY

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(sqlite_url: str) -> TestClient:
    return TestClient(
        create_app(Settings(demo=True), door.KEYS, cast.build(Database(sqlite_url, KEY)), lambda: cast.NOW)
    )


def test_a_built_file_is_compressed_once(client: TestClient) -> None:
    with client.stream("GET", asset("hub.css"), headers={"Accept-Encoding": "br"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == "br"
    assert b"@layer" in brotli.decompress(raw)
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/static/none.css", "/nowhere", "/static/..%2f..%2fpyproject.toml"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code in (200, 303, 404)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_an_unsafe_request_from_elsewhere_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/sign-in", data={"email": "x"}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "body", [b"email=%ff%fe", b"\xff\xfe=1", b"email=" + b"x" * 70_000, b"&".join(b"a=1" for _ in range(3000))]
)
def test_broken_or_huge_bodies_are_refused_in_words(client: TestClient, body: bytes) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/sign-in", content=body, headers=OWN | form)
    assert 400 <= answer.status_code < 500
    assert "<h1>" in answer.text
