"""Device sessions: when they lock, end, and stay ended."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hub import accounts, sessions
from hub.access import Steward
from hub.accounts import Denied, cast
from hub.db import Database
from tests.accounts.door import HOUR, KEYS, MINUTE, NOW, code, opened, pin_says, session_of, sign_in


def test_a_session_locks_when_idle_and_the_pin_opens_it_again(hub: Database) -> None:
    token, later = sign_in(hub), NOW + 15 * MINUTE
    assert opened(hub, token, later - MINUTE)
    assert opened(hub, token, later) is None
    assert pin_says(hub, token, "000000", later) == "That PIN is not right. 4 tries left"
    assert pin_says(hub, token, cast.PIN, later) == "unlocked"
    assert opened(hub, token, later + MINUTE)


def test_five_wrong_pins_end_the_session_and_the_right_one_comes_too_late(hub: Database) -> None:
    token = sign_in(hub)
    said = [pin_says(hub, token, pin, NOW) for pin in ("1", "٣٤٥٦٧٨", "\0", "9" * 5000, "111112")]
    assert said[3] == "That PIN is not right. 1 try left"
    assert said[4] == ""
    assert pin_says(hub, token, cast.PIN, NOW) == "signed out"


def test_a_race_of_pins_wins_no_extra_tries(hub: Database) -> None:
    session = session_of(hub, sign_in(hub))

    def attempt(_: int) -> int | None:
        with hub.writing(Steward()) as db:
            return sessions.try_pin(db, session.id)

    with ThreadPoolExecutor(16) as pool:
        assert sum(tried is not None for tried in pool.map(attempt, range(32))) == sessions.PIN_TRIES


def test_lock_now_asks_for_the_pin_at_once(hub: Database) -> None:
    token = sign_in(hub)
    with hub.writing(Steward()) as db:
        sessions.lock(db, session_of(hub, token).id, NOW)
    with hub.reading(Steward()) as db, pytest.raises(sessions.Locked):
        sessions.viewer(db, token, NOW + MINUTE)


def test_being_seen_does_not_unlock_or_revive(hub: Database) -> None:
    token = sign_in(hub)
    session = session_of(hub, token)
    with hub.writing(Steward()) as db:
        assert sessions.touch(db, session.id, NOW + 10 * MINUTE)
        assert not sessions.touch(db, session.id, NOW + 26 * MINUTE)
        assert sessions.lock(db, session.id, NOW + 11 * MINUTE)
        assert not sessions.touch(db, session.id, NOW + 12 * MINUTE)
        assert sessions.end(db, session.id, NOW + 12 * MINUTE, "signed out")
        assert not sessions.unlock(db, session.id, NOW + 12 * MINUTE)
        assert sessions.freshen(db, session.id, NOW + 12 * MINUTE) is None
        assert not sessions.end(db, session.id, NOW + 13 * MINUTE, "again")
    assert opened(hub, token, NOW + 12 * MINUTE) is None


def test_a_session_ends_after_twelve_hours_and_its_words_may_wait(hub: Database) -> None:
    token, later = sign_in(hub), NOW + 12 * HOUR
    with hub.reading(Steward()) as db:
        with pytest.raises(sessions.NotSignedIn) as ran_out:
            sessions.viewer(db, token, later)
        assert ran_out.value.staff_id == "milo"
        for never in (None, "", "made-up", "\0"):
            with pytest.raises(sessions.NotSignedIn) as unknown:
                sessions.viewer(db, never, NOW)
            assert unknown.value.staff_id is None


def test_a_typed_code_makes_a_session_fresh_under_a_new_token(hub: Database) -> None:
    token, later = sign_in(hub), NOW + 6 * MINUTE
    with hub.writing(Steward()) as db:
        viewer = sessions.viewer(db, token, later)
        with pytest.raises(sessions.NeedsFresh):
            sessions.require_fresh(db, viewer)
    with hub.writing(Steward()) as db:
        viewer = sessions.viewer(db, token, later)
        with pytest.raises(Denied):
            accounts.step_up(db, KEYS, later, viewer, "000000")
        new = accounts.step_up(db, KEYS, later, viewer, code("milo", later))
        with pytest.raises(Denied):
            accounts.step_up(db, KEYS, later, viewer, code("milo", later))
    assert opened(hub, token, later) is None
    with hub.reading(Steward()) as db:
        sessions.require_fresh(db, sessions.viewer(db, new, later + 4 * MINUTE))


def test_an_auditor_who_only_reads_can_still_lock_and_unlock(hub: Database) -> None:
    token = sign_in(hub, "owen")
    with hub.writing(Steward()) as db:
        viewer = sessions.viewer(db, token, NOW)
        assert sessions.lock(db, viewer.device_id, NOW)
    assert pin_says(hub, token, cast.PIN, NOW) == "unlocked"


def test_nobody_sees_the_sessions_of_another_hub(hub: Database) -> None:
    sign_in(hub, "ben")
    token = sign_in(hub, "nadia")
    with hub.reading(Steward()) as db:
        sessions.viewer(db, token, NOW)
        assert [session.staff_id for session in sessions.live_in_hub(db, NOW)] == ["nadia"]
        assert sessions.of_staff(db, "ben") == []
