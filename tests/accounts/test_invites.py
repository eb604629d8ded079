"""Joining, joining again, and leaving."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub import access, accounts, sessions
from hub.access import Refused, Steward
from hub.accounts import cast, factors, invites
from hub.agencies import Staff
from hub.db import Database
from tests.accounts.door import HOUR, KEYS, MINUTE, NOW, PASSWORD, code, code_says, opened, password_says, sign_in


def test_an_invite_opens_one_account_once(hub: Database) -> None:
    old = sign_in(hub)
    with hub.writing(Steward()) as db:
        staff = db.get_one(Staff, "milo")
        first = invites.invite(db, staff, NOW)
        token = invites.invite(db, staff, NOW, "nadia")
        assert invites.open_invite(db, first, NOW) is None
        assert invites.open_invite(db, token, NOW + dt.timedelta(days=2)) is None
        assert invites.open_invite(db, "made-up", NOW) is None
    with hub.writing(Steward()) as db:
        assert invites.accept(db, KEYS, NOW, token, PASSWORD).id == "milo"
        assert invites.accept(db, KEYS, NOW, token, PASSWORD) is None
    assert opened(hub, old, NOW) is None
    assert code_says(hub, "milo", code("milo")) == accounts.WRONG
    assert password_says(hub, "milo@example.org", PASSWORD) == accounts.WRONG
    with hub.writing(Steward()) as db:
        secret = factors.secret_of(KEYS, factors.credential_of(db, "milo"))
        assert factors.use_code(db, KEYS, factors.credential_of(db, "milo"), factors.code_now(secret, NOW), NOW)
        invites.finish(db, KEYS, NOW, db.get_one(Staff, "milo"), "739105")
    assert password_says(hub, "milo@example.org", PASSWORD) == "milo"
    assert password_says(hub, "milo@example.org", cast.PASSWORD) == accounts.WRONG


def test_an_invite_raced_by_many_opens_for_one(hub: Database) -> None:
    with hub.writing(Steward()) as db:
        token = invites.invite(db, db.get_one(Staff, "milo"), NOW)

    def accept(_: int) -> bool:
        with hub.writing(Steward()) as db:
            return invites.accept(db, KEYS, NOW, token, PASSWORD) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(accept, range(8))) == 1


def test_two_colleagues_re_enrol_a_third_and_neither_may_be_the_same(hub: Database) -> None:
    def as_viewer(db: object, who: str) -> access.Viewer:
        return sessions.viewer_of(db.get_one(Staff, who), NOW, "s")

    with hub.writing(Steward()) as db:
        nadia, farah, milo, ben = (as_viewer(db, who) for who in ("nadia", "farah", "milo", "ben"))
        staff = db.get_one(Staff, "owen")
    with hub.writing(nadia) as db:
        with pytest.raises(Refused):
            invites.start_re_enrolment(db, db.get_one(Staff, "nadia"), nadia)
        waiting = invites.start_re_enrolment(db, staff, nadia)
    for viewer in (nadia, milo):
        with hub.writing(viewer) as db, pytest.raises(Refused):
            invites.confirm_re_enrolment(db, waiting, viewer)
    with hub.writing(ben) as db:
        assert invites.confirm_re_enrolment(db, waiting, ben) is None
    with hub.writing(farah) as db:
        token = invites.confirm_re_enrolment(db, waiting, farah)
        assert invites.confirm_re_enrolment(db, waiting, farah) is None
    with hub.writing(Steward()) as db:
        assert invites.open_invite(db, token, NOW)[1].id == "owen"
        assert invites.open_invite(db, token, NOW + HOUR) is None


def test_a_leaver_is_out_at_once(hub: Database) -> None:
    token = sign_in(hub)
    with hub.writing(Steward()) as db:
        invite = invites.invite(db, db.get_one(Staff, "milo"), NOW)
        accounts.leave(db, db.get_one(Staff, "milo"), NOW)
        assert invites.open_invite(db, invite, NOW) is None
    assert opened(hub, token, NOW) is None
    assert code_says(hub, "milo", code("milo")) == accounts.WRONG


def test_a_leaving_date_ends_access_by_itself(hub: Database) -> None:
    token = sign_in(hub)
    with hub.writing(Steward()) as db:
        db.get_one(Staff, "milo").ended_at = NOW + 5 * MINUTE
    assert opened(hub, token, NOW + 4 * MINUTE)
    assert opened(hub, token, NOW + 5 * MINUTE) is None
