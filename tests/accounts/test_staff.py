"""One's own account, and what colleagues may do for one another: the lost phone, joining again, the leaver."""

import re

import pytest

from hub import accounts
from hub.access import Relation, Steward
from hub.accounts import cast, factors
from hub.audit import AuditEvent
from hub.db import Database
from hub.ids import uuid7
from tests.accounts.door import KEYS, NOW, PASSWORD, code
from tests.accounts.web import Browser, Clock

STEPS = ["/me/password", "/me/pin", "/me/authenticator"]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Pages are tried on one database; what stands behind them is tried on both."""
    return sqlite_url


@pytest.fixture
def clock() -> Clock:
    return Clock()


def as_one(hub: Database, clock: Clock, who: str) -> Browser:
    browser = Browser(hub, clock, demo=True)
    browser.post(f"/demo/{who}")
    return browser


def noted(hub: Database) -> list[str]:
    with hub.reading(Steward()) as db:
        return [event.verb for event in db.query(AuditEvent).order_by(AuditEvent.seq)]


def test_nadia_signs_milos_lost_phone_out_in_one_tap(hub: Database, clock: Clock) -> None:
    milo, nadia = as_one(hub, clock, "milo"), as_one(hub, clock, "nadia")
    clock.pass_by(minutes=10)
    assert "Android phone, Chrome" in nadia.go("/staff").shows
    assert "Whoever has that phone sees nothing" in nadia.post("/staff/milo/revoke").shows
    assert milo.go("/me").path == "/sign-in"
    assert "lost phone signed out" in noted(hub)


@pytest.mark.parametrize("who", ["milo", "owen", "ben"])
def test_others_can_neither_revoke_nor_see_devices(hub: Database, clock: Clock, who: str) -> None:
    nadia, other = as_one(hub, clock, "nadia"), as_one(hub, clock, who)
    assert "Lost phone" not in other.go("/staff").shows
    assert "last used" not in other.shows
    assert other.post("/staff/nadia/revoke").answer.status_code == 404
    assert other.post("/staff/nadia/leave").answer.status_code == 404
    assert other.go("/staff/new").answer.status_code == 404
    assert nadia.go("/me").answer.status_code == 200


def test_an_auditor_does_not_see_who_works_here(hub: Database, clock: Clock) -> None:
    owen = as_one(hub, clock, "owen")
    assert "/staff" not in owen.go("/me").answer.text
    assert owen.go("/staff").answer.status_code == 404
    assert owen.post("/staff/milo/re-enrol").answer.status_code == 404


def test_the_safety_contact_of_tonight_may_revoke_while_on_duty(hub: Database, clock: Clock) -> None:
    with hub.writing(Steward()) as db:
        duty = {"starts_at": NOW, "ends_at": NOW.replace(hour=22), "relation": "rota", "lead": True}
        db.add(Relation(id=uuid7(), hub_id="wharf", staff_id="milo", **duty))
    milo, farah = as_one(hub, clock, "milo"), as_one(hub, clock, "farah")
    assert milo.post("/staff/farah/revoke").answer.status_code == 200
    assert farah.go("/me").path == "/sign-in"
    clock.pass_by(hours=4)
    assert as_one(hub, clock, "milo").post("/staff/farah/revoke").answer.status_code == 404


def test_nobody_reaches_a_colleague_of_another_hub(hub: Database, clock: Clock) -> None:
    ben, nadia = as_one(hub, clock, "ben"), as_one(hub, clock, "nadia")
    assert "Ben" not in nadia.go("/staff").shows
    for act in ("revoke", "re-enrol", "leave", "invite"):
        assert nadia.post(f"/staff/ben/{act}").answer.status_code == 404
    assert ben.go("/me").answer.status_code == 200


def test_two_colleagues_let_owen_in_again_in_person(hub: Database, clock: Clock) -> None:
    milo, nadia, farah = (as_one(hub, clock, who) for who in ("milo", "nadia", "farah"))
    assert "Started" in nadia.post("/staff/owen/re-enrol").shows
    confirm = re.search(r"/staff/re-enrolments/[^/]+/confirm", farah.go("/staff").answer.text)[0]
    assert confirm not in nadia.go("/staff").answer.text
    assert nadia.post(confirm).answer.status_code == 403
    assert milo.post(confirm).answer.status_code == 403
    clock.pass_by(minutes=6)
    assert "Confirm it’s you" in farah.post(confirm).shows
    farah.submit("/confirm", code=code("farah", clock.now))
    link = re.search(r"http://[^<]+/join\?key=[\w-]+", farah.submit(confirm).answer.text)[0]
    assert "Hello, Owen" in Browser(hub, clock).go(link.replace("http://localhost:8000", "")).shows
    assert farah.post(confirm).answer.status_code == 404


def test_nadia_invites_somebody_who_joins_with_the_role_she_gave(hub: Database, clock: Clock) -> None:
    nadia = as_one(hub, clock, "nadia")
    told = nadia.post("/staff/new", name=" ", email="x", agency="mill-agency", roles=["TL", "KING"]).shows
    assert nadia.answer.status_code == 422
    for words in ("Type their name", "Type their work e-mail", "Choose the agency", "Choose at least one role"):
        assert words in told
    new = {"name": "Ife Bright", "agency": "wharf-agency", "roles": ["YW"]}
    for taken in ("milo@example.org", "BEN@example.org"):
        assert "cannot be used" in nadia.post("/staff/new", email=taken, **new).shows
    assert "Invite for Ife Bright" in nadia.post("/staff/new", email="ife@example.org", **new).shows
    assert "not joined yet" in nadia.go("/staff").shows
    assert "invited" in noted(hub)


def test_a_leaver_is_out_and_off_the_list(hub: Database, clock: Clock) -> None:
    milo, nadia = as_one(hub, clock, "milo"), as_one(hub, clock, "nadia")
    assert "access has ended" in nadia.post("/staff/milo/leave").shows
    assert "Milo" not in nadia.go("/staff").shows
    assert milo.go("/me").path == "/sign-in"
    assert nadia.post("/staff/nadia/leave").answer.status_code == 404


@pytest.mark.parametrize("path", [*STEPS, "/staff/new"])
def test_grave_acts_ask_for_a_fresh_code_first(hub: Database, clock: Clock, path: str) -> None:
    nadia = as_one(hub, clock, "nadia")
    clock.pass_by(minutes=6)
    assert nadia.go(path).path == "/confirm"
    assert accounts.WRONG_CODE in nadia.submit("/confirm", code="000000").shows
    old = nadia.client.cookies["hub"]
    assert nadia.submit("/confirm", code=code("nadia", clock.now)).path == path
    assert nadia.client.cookies["hub"] != old


def test_a_new_password_ends_the_other_devices_and_works(hub: Database, clock: Clock) -> None:
    milo, other = as_one(hub, clock, "milo"), as_one(hub, clock, "milo")
    assert "one of the first things" in milo.post("/me/password", password="password1234").shows
    assert "password is changed" in milo.post("/me/password", password=PASSWORD).shows
    assert other.go("/me").path == "/sign-in"
    clock.pass_by(minutes=1)
    assert accounts.WRONG in other.post("/sign-in", email="milo@example.org", password=cast.PASSWORD).shows
    other.post("/sign-in", email="milo@example.org", password=PASSWORD)
    assert other.submit("/sign-in/code", code=code("milo", clock.now)).path == "/"


def test_a_new_pin_opens_the_lock_and_the_old_one_does_not(hub: Database, clock: Clock) -> None:
    milo = as_one(hub, clock, "milo")
    assert "PIN is changed" in milo.post("/me/pin", pin="739105", again="739105").shows
    milo.post("/lock")
    assert "not right" in milo.submit("/unlock", pin=cast.PIN).shows
    assert milo.submit("/unlock", pin="739105").path == "/"


def test_the_authenticator_moves_only_once_the_new_one_has_shown_a_code(hub: Database, clock: Clock) -> None:
    milo = as_one(hub, clock, "milo").go("/me/authenticator")
    secret = re.search(r'class="secret">(\w+)<', milo.answer.text)[1]
    assert "did not work" in milo.submit("/me/authenticator", code=code("milo", clock.now)).shows
    assert milo.submit("/me/authenticator", code=factors.code_now(secret, clock.now)).path == "/me"
    clock.pass_by(minutes=6)
    milo.go("/me/pin")
    assert accounts.WRONG_CODE in milo.submit("/confirm", code=code("milo", clock.now)).shows
    assert milo.submit("/confirm", code=factors.code_now(secret, clock.now)).path == "/me/pin"
    with hub.reading(Steward()) as db:
        assert secret.encode() not in factors.credential_of(db, "milo").totp_secret
        assert factors.secret_of(KEYS, factors.credential_of(db, "milo")) == secret


def test_signing_out_one_device_leaves_the_others_and_strangers_alone(hub: Database, clock: Clock) -> None:
    first, second, nadia = (as_one(hub, clock, who) for who in ("milo", "milo", "nadia"))
    path = re.search(r"/me/devices/[^/]+/sign-out", first.go("/me/devices").answer.text)[0]
    assert nadia.post(path).answer.status_code == 404
    assert "That device is signed out" in first.post(path).shows
    assert second.go("/me").path == "/sign-in"
    assert first.go("/me").answer.status_code == 200


def test_signing_out_everywhere_keeps_the_phone_in_hand(hub: Database, clock: Clock) -> None:
    first, second, third = (as_one(hub, clock, "milo") for _ in range(3))
    assert "Every other device" in first.post("/me/sign-out-everywhere").shows
    assert [browser.go("/me").path for browser in (first, second, third)] == ["/me", "/sign-in", "/sign-in"]


@pytest.mark.parametrize("typed", [{"text": "huge"}, {"font": "\0"}, {"languages": ["xx"]}, {"text": "x" * 5000}])
def test_settings_take_only_what_is_offered(hub: Database, clock: Clock, typed: dict[str, object]) -> None:
    assert as_one(hub, clock, "milo").post("/me/settings", **typed).answer.status_code == 422


def test_settings_dress_the_next_page(hub: Database, clock: Clock) -> None:
    owen = as_one(hub, clock, "owen")
    owen.post("/me/settings", text="larger", font="plain", spellcheck="yes", languages=["so"])
    assert 'data-text="larger" data-font="plain"' in owen.answer.text
