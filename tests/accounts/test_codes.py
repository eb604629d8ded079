"""Signing in with a password and a code: who gets in, and what a stranger learns."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from hub import accounts, sessions
from hub.access import Steward
from hub.accounts import cast, factors
from hub.agencies import Staff
from hub.db import Database
from tests.accounts.door import (
    HOUR,
    KEYS,
    MINUTE,
    NOW,
    PHONE,
    STRANGER,
    code,
    code_says,
    opened,
    password_says,
    sign_in,
)


def test_milo_signs_in_with_password_and_code(hub: Database) -> None:
    assert password_says(hub, " Milo@Example.org ", cast.PASSWORD) == "milo"
    assert code_says(hub, "milo", code("milo")) == "in"
    seen_as = opened(hub, sign_in(hub), NOW)
    assert seen_as is not None
    assert (seen_as.id, seen_as.hub_id, seen_as.roles) == ("milo", "wharf", frozenset({"YW"}))


def test_nothing_says_whether_an_account_exists(hub: Database) -> None:
    nobody = [("nobody@example.org", cast.PASSWORD), ("\0", "x"), ("a" * 5000, "b" * 5000), ("\ud800", "\ud800")]
    said = {
        password_says(hub, email, password, STRANGER) for email, password in [*nobody, ("milo@example.org", "wrong")]
    }
    assert said == {accounts.WRONG}


def test_a_wrong_code_a_stale_code_and_strange_digits_do_not_open(hub: Database) -> None:
    typed = ["000000", code("milo", NOW - 2 * MINUTE), code("milo", NOW + MINUTE), "٣٤٥٦٧٨", "1" * 5000, "\0", ""]
    for number, each in enumerate(typed):
        assert code_says(hub, "milo", each, now=NOW + number * HOUR) == accounts.WRONG_CODE


def test_the_code_before_the_present_one_still_opens(hub: Database) -> None:
    assert code_says(hub, "milo", code("milo", NOW - dt.timedelta(seconds=30))) == "in"


def test_a_code_opens_once_whoever_races(hub: Database) -> None:
    typed = code("milo")

    def use(_: int) -> bool:
        with hub.writing(Steward()) as db:
            return factors.use_code(db, KEYS, factors.credential_of(db, "milo"), typed, NOW)

    with ThreadPoolExecutor(64) as pool:
        assert sum(pool.map(use, range(64))) == 1
    assert code_says(hub, "milo", typed) == accounts.WRONG_CODE


def test_a_recovery_code_opens_once_and_ends_the_other_sessions(hub: Database) -> None:
    old = sign_in(hub)
    with hub.writing(Steward()) as db:
        first, second, *_ = factors.new_recovery_codes(db, KEYS, db.get_one(Staff, "milo"), NOW)
    assert code_says(hub, "ben", first) == accounts.WRONG_CODE
    assert code_says(hub, "milo", first.lower().replace("-", " ")) == "recovered"
    assert code_says(hub, "milo", first) == accounts.WRONG_CODE
    with hub.writing(Steward()) as db:
        token = accounts.sign_in(db, NOW, "milo", PHONE, recovered=True)
        assert factors.recovery_codes_left(db, "milo") == 9
    assert opened(hub, token, NOW)
    assert opened(hub, old, NOW) is None
    with hub.writing(Steward()) as db:
        factors.new_recovery_codes(db, KEYS, db.get_one(Staff, "milo"), NOW)
    assert code_says(hub, "milo", second) == accounts.WRONG_CODE


def test_an_outsider_who_guesses_does_not_lock_a_phone_that_is_known(hub: Database) -> None:
    sign_in(hub)
    said = [password_says(hub, "milo@example.org", "guess", STRANGER) for _ in range(8)]
    assert said[0] == accounts.WRONG
    assert "Try again in" in said[-1]
    assert password_says(hub, "milo@example.org", cast.PASSWORD, STRANGER) != "milo"
    assert password_says(hub, "milo@example.org", cast.PASSWORD, PHONE) == "milo"


def test_a_phone_reported_lost_is_not_known_any_more(hub: Database) -> None:
    token = sign_in(hub)
    with hub.writing(Steward()) as db:
        accounts.report_lost(db, db.get_one(Staff, "milo"), NOW)
        assert not sessions.knows(db, "milo", PHONE.id)
        assert not sessions.knows(db, "milo", "")
    assert opened(hub, token, NOW) is None


def test_an_account_that_slept_for_thirty_days_stays_shut(hub: Database) -> None:
    sign_in(hub)
    almost, after = NOW + dt.timedelta(days=29, hours=23), NOW + dt.timedelta(days=30)
    assert code_says(hub, "milo", code("milo", after), now=after) == accounts.ASLEEP
    assert code_says(hub, "nadia", code("nadia", almost), now=almost) == "in"
