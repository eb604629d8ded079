"""What is too easy to guess, and what is kept."""

import pytest

from hub.access import Steward
from hub.accounts import cast, factors, passwords
from hub.crypto import Keys, OutboxKey
from hub.db import Database
from tests.accounts.door import KEYS, NOW, PASSWORD, session_of, sign_in


def test_no_secret_is_kept_as_it_was_typed(hub: Database) -> None:
    token = sign_in(hub)
    with hub.reading(Steward()) as db:
        kept = factors.credential_of(db, "milo")
        secret = cast.secret_for(KEYS, "milo")
        seen = f"{kept.password_hash} {kept.totp_secret!r} {kept.pin_hash} {session_of(hub, token).token_hash!r}"
    assert not [word for word in (cast.PASSWORD, secret, cast.PIN, token) if word in seen]


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "P@ssw0rd!!!!!",
        "aaaaaaaaaaaaaaa",
        "123456789012",
        "qwertyuiop123",
        "Milo Farrow 22",
        "x" * 201,
        "nul\0in a password",
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    assert passwords.weakness(password, ["Milo Farrow", "milo.farrow"])


@pytest.mark.parametrize("password", [PASSWORD, cast.PASSWORD, "koffie is om 4 uur klaar", "zażółć gęślą jaźń"])
def test_a_good_password_needs_no_special_signs(password: str) -> None:
    assert passwords.weakness(password, ["Milo Farrow", "milo.farrow"]) is None


@pytest.mark.parametrize(
    "pin", ["000000", "123456", "987654", "121212", "112211", "123123", "12345", "1234567", "٣٤٥٦٧٨", "", "12 456"]
)
def test_a_pin_that_is_easily_guessed_is_refused(pin: str) -> None:
    assert passwords.pin_weakness(pin)


def test_a_pin_says_nothing_without_the_key_file() -> None:
    kept = passwords.keep_pin(KEYS, "milo", cast.PIN)
    other = Keys(bytes(range(32)), [OutboxKey("0", None, NOW.date())])
    assert passwords.pin_matches(KEYS, "milo", kept, cast.PIN)
    assert not passwords.pin_matches(KEYS, "nadia", kept, cast.PIN)
    assert not passwords.pin_matches(other, "milo", kept, cast.PIN)
