"""The pages of signing in, locking, confirming and joining, as a phone walks through them."""

import re

import pytest

from hub import accounts
from hub.access import Steward
from hub.accounts import cast, factors, invites
from hub.agencies import Staff
from hub.db import Database
from tests.accounts.door import KEYS, PASSWORD, code
from tests.accounts.web import Browser, Clock


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Pages are tried on one database; what stands behind them is tried on both."""
    return sqlite_url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def phone(hub: Database, clock: Clock) -> Browser:
    return Browser(hub, clock)


def signed_in(browser: Browser, clock: Clock, who: str = "milo") -> Browser:
    browser.go("/sign-in").submit("/sign-in", email=f"{who}@example.org", password=cast.PASSWORD)
    return browser.submit("/sign-in/code", code=code(who, clock.now))


def test_milo_signs_in_and_lands_where_he_was_going(phone: Browser, clock: Clock) -> None:
    assert phone.go("/me/settings").path == "/sign-in"
    signed_in(phone, clock)
    assert phone.go("/me").shows.count("Milo") >= 1
    held = {cookie.name: cookie for cookie in phone.client.cookies.jar}
    assert set(held) == {"hub", "hub-device"}
    assert phone.answer.headers["Cache-Control"] == "no-store"


def test_the_page_that_was_asked_for_comes_after_the_code(phone: Browser, clock: Clock) -> None:
    phone.go("/me/settings?said=x").submit("/sign-in", email="milo@example.org", password=cast.PASSWORD)
    assert phone.submit("/sign-in/code", code=code("milo")).path == "/me/settings"


def test_over_tls_the_cookie_makes_its_promise(hub: Database, clock: Clock) -> None:
    phone = Browser(hub, clock, public_url="https://testserver.local")
    phone.go("/sign-in").submit("/sign-in", email="milo@example.org", password=cast.PASSWORD)
    phone.client.follow_redirects = False
    phone.submit("/sign-in/code", code=code("milo"))
    given = phone.answer.headers.get_list("set-cookie")
    session = next(line for line in given if line.startswith("__Host-hub="))
    assert {"Secure", "HttpOnly", "Path=/"} <= set(session.split("; "))
    assert "samesite=lax" in session.lower()
    assert "Domain" not in session


@pytest.mark.parametrize("email", ["milo@example.org", "nobody@example.org", "\0", "x" * 5000, "٣@example.org"])
def test_a_wrong_password_says_the_same_of_everybody_and_keeps_no_password(phone: Browser, email: str) -> None:
    phone.go("/sign-in").submit("/sign-in", email=email, password="wrong password here")
    assert phone.answer.status_code == 422
    assert accounts.WRONG in phone.shows
    assert "wrong password here" not in phone.answer.text


@pytest.mark.parametrize(
    "body", [{}, {"email": ""}, {"email": "milo@example.org"}, {"email": "milo@example.org", "password": " "}]
)
def test_missing_words_are_asked_for(phone: Browser, body: dict[str, str]) -> None:
    assert "Type your" in phone.post("/sign-in", **body).shows
    assert phone.answer.status_code == 422


@pytest.mark.parametrize("typed", ["000000", "٣٤٥٦٧٨", "\0", "1" * 5000, ""])
def test_a_wrong_code_is_said_beside_its_box(phone: Browser, typed: str) -> None:
    phone.go("/sign-in").submit("/sign-in", email="milo@example.org", password=cast.PASSWORD)
    assert accounts.WRONG_CODE in phone.submit("/sign-in/code", code=typed).shows
    assert phone.answer.status_code == 422
    assert phone.go("/me").path == "/sign-in"


def test_a_code_sent_twice_signs_in_once(phone: Browser, clock: Clock) -> None:
    phone.go("/sign-in").submit("/sign-in", email="milo@example.org", password=cast.PASSWORD)
    hidden = phone.hidden
    assert phone.post("/sign-in/code", **hidden, code=code("milo")).answer.status_code == 200
    assert accounts.WRONG_CODE in phone.post("/sign-in/code", **hidden, code=code("milo")).shows


@pytest.mark.parametrize("step", ["", "made-up", "\0", "x" * 5000])
def test_the_second_step_cannot_be_reached_without_the_first(phone: Browser, step: str) -> None:
    assert "Start again" in phone.post("/sign-in/code", **{"pass": step}, code=code("milo")).shows
    assert phone.answer.status_code == 422


def test_too_slow_between_the_steps_begins_again(phone: Browser, clock: Clock) -> None:
    phone.go("/sign-in").submit("/sign-in", email="milo@example.org", password=cast.PASSWORD)
    clock.pass_by(minutes=5)
    assert "Start again" in phone.submit("/sign-in/code", code=code("milo", clock.now)).shows


def test_six_wrong_passwords_are_told_how_long_to_wait(phone: Browser) -> None:
    for _ in range(6):
        phone.go("/sign-in").submit("/sign-in", email="milo@example.org", password="wrong password here")
    assert "Too many tries. Try again in 30 seconds" in phone.shows


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/x\r\ny"]
)
def test_no_door_leads_off_the_site(phone: Browser, clock: Clock, to: str) -> None:
    phone.client.follow_redirects = False
    phone.post("/sign-in", email="milo@example.org", password=cast.PASSWORD, to=to)
    assert phone.submit("/sign-in/code", code=code("milo")).answer.headers["Location"] == "/"


def test_a_planted_session_is_not_taken_up(phone: Browser, clock: Clock) -> None:
    phone.client.cookies.set("hub", "planted-by-a-stranger", domain="testserver.local")
    signed_in(phone, clock)
    assert phone.client.cookies["hub"] != "planted-by-a-stranger"
    phone.client.cookies.set("hub", "planted-by-a-stranger", domain="testserver.local")
    assert phone.go("/me").path == "/sign-in"


def test_signing_out_ends_the_session_for_a_copied_cookie_too(phone: Browser, clock: Clock) -> None:
    signed_in(phone, clock)
    copied = phone.client.cookies["hub"]
    phone.client.follow_redirects = False
    phone.post("/sign-out")
    assert phone.answer.headers["Clear-Site-Data"] == '"cache"'
    phone.client.cookies.set("hub", copied, domain="testserver.local")
    assert phone.go("/me").answer.headers["Location"] == "/sign-in?to=/me"


def test_lock_now_hides_every_page_until_the_pin_and_comes_back(phone: Browser, clock: Clock) -> None:
    signed_in(phone, clock)
    assert "Locked" in phone.post("/lock", to="/me/settings").shows
    assert phone.go("/me").path == "/unlock"
    assert "Milo" not in phone.shows
    assert "4 tries left" in phone.submit("/unlock", pin="111112").shows
    assert phone.submit("/unlock", pin=cast.PIN).path == "/me"


def test_what_was_typed_survives_the_lock_and_is_not_readable_meanwhile(phone: Browser, clock: Clock) -> None:
    signed_in(phone, clock).go("/me/settings")
    clock.pass_by(minutes=20)
    phone.post("/me/settings", text="large", languages=["so", "tr"], pin="999999")
    assert phone.answer.status_code == 423
    assert "What you typed is kept" in phone.shows
    assert 'value="so"' not in phone.answer.text
    phone.submit("/unlock", pin="000000").submit("/unlock", pin=cast.PIN)
    assert phone.hidden == {"text": "large", "languages": "tr"}
    assert re.search(r'action="/me/settings"', phone.answer.text)
    assert "Saved" in phone.submit("/me/settings").shows
    assert re.search(r'value="tr" checked', phone.go("/me/settings").answer.text)


def test_what_was_typed_survives_the_end_of_the_day_for_its_own_author_alone(phone: Browser, clock: Clock) -> None:
    signed_in(phone, clock)
    clock.pass_by(hours=12)
    phone.post("/me/settings", text="large", languages="so")
    assert phone.answer.status_code == 401
    kept = phone.hidden
    for who, sent in (("nadia", False), ("milo", True)):
        phone.post("/sign-in", **kept, email=f"{who}@example.org", password=cast.PASSWORD)
        phone.submit("/sign-in/code", code=code(who, clock.now))
        assert ("Nothing is lost" in phone.shows) is sent
    assert "Saved" in phone.submit("/me/settings").shows


def test_five_wrong_pins_lead_to_the_sign_in(phone: Browser, clock: Clock) -> None:
    signed_in(phone, clock).post("/lock")
    for _ in range(5):
        phone.submit("/unlock", pin="999998")
    assert "Five wrong PINs" in phone.shows
    assert phone.go("/unlock").path == "/sign-in"


def test_a_script_is_answered_with_a_number(phone: Browser, clock: Clock) -> None:
    script = {"Sec-Fetch-Mode": "cors"}
    assert phone.client.get("/me", headers=script).status_code == 401
    signed_in(phone, clock).post("/lock")
    assert phone.client.get("/me", headers=script).status_code == 423


def test_a_part_of_a_page_sends_the_whole_page_to_the_door(phone: Browser, clock: Clock) -> None:
    signed_in(phone, clock).post("/lock")
    part = {
        "HX-Request": "true",
        "HX-Current-URL": "http://testserver.local/caseload?colour=red",
        "Sec-Fetch-Mode": "cors",
    }
    assert phone.client.get("/me", headers=part).headers["HX-Redirect"] == "/unlock?to=/caseload%3Fcolour%3Dred"


def test_an_invite_leads_to_today_in_four_screens(hub: Database, phone: Browser, clock: Clock) -> None:
    with hub.writing(Steward()) as db:
        token = invites.invite(db, db.get_one(Staff, "milo"), clock.now)
    assert "Step 1 of 4" in phone.go(f"/join?key={token}").shows
    assert "At least 12" in phone.submit("/join", password="short").shows
    assert "Step 2 of 4" in phone.submit("/join", password=PASSWORD).shows
    secret = re.search(r'class="secret">(\w+)<', phone.answer.text)[1]
    assert phone.go(f"/join?key={token}").path == "/join/code"
    assert "did not work" in phone.submit("/join/code", code="000000").shows
    phone.submit("/join/code", code=factors.code_now(secret, clock.now))
    assert len(set(re.findall(r"<code>((?:\w{4}-){3}\w{4})</code>", phone.answer.text))) == 10
    assert "harder to guess" in phone.go("/join/pin").submit("/join/pin", pin="123456", again="123456").shows
    assert "differ" in phone.submit("/join/pin", pin="739105", again="739106").shows
    assert phone.submit("/join/pin", pin="739105", again="739105").path == "/"
    assert phone.go("/me").answer.status_code == 200
    clock.pass_by(minutes=1)
    other = Browser(hub, clock)
    assert "no longer works" in other.go(f"/join?key={token}").shows
    other.go("/sign-in").submit("/sign-in", email="milo@example.org", password=PASSWORD)
    assert other.submit("/sign-in/code", code=factors.code_now(secret, clock.now)).path == "/"


@pytest.mark.parametrize("path", ["/join/code", "/join/pin"])
def test_nobody_joins_halfway(phone: Browser, path: str) -> None:
    assert phone.go(path).answer.status_code == 410
    assert phone.post(path, code="000000", pin="739105", again="739105").answer.status_code == 410


def test_a_recovery_code_lets_milo_in_and_says_so(hub: Database, phone: Browser, clock: Clock) -> None:
    with hub.writing(Steward()) as db:
        codes = factors.new_recovery_codes(db, KEYS, db.get_one(Staff, "milo"), clock.now)
    phone.go("/sign-in").submit("/sign-in", email="milo@example.org", password=cast.PASSWORD)
    assert "did not work" in phone.submit("/sign-in/code", recovery="AAAA-BBBB-CCCC-DDDD").shows
    phone.submit("/sign-in/code", recovery=codes[0])
    assert "You used a recovery code" in phone.shows
    assert "9 of your codes" in phone.shows
    clock.pass_by(hours=12)
    phone.post("/me/settings", text="large").submit("/sign-in", email="milo@example.org", password=cast.PASSWORD)
    phone.submit("/sign-in/code", recovery=codes[1])
    assert "You used a recovery code" in phone.shows
    assert "Nothing is lost" in phone.shows


def test_the_demo_page_exists_in_the_demo_alone(hub: Database, phone: Browser, clock: Clock) -> None:
    assert phone.go("/demo").answer.status_code == 404
    assert phone.post("/demo/milo").answer.status_code in (404, 405)
    demo = Browser(hub, clock, demo=True)
    assert code("milo", clock.now) in demo.go("/demo").shows
    assert demo.post("/demo/milo").path == "/"
    assert "Milo" in demo.go("/me").shows
    assert demo.post("/demo/nobody").answer.status_code == 404


def test_a_script_that_covers_its_page_locks_and_unlocks_with_numbers(phone: Browser, clock: Clock) -> None:
    signed_in(phone, clock)
    script = {"X-Script": "1"}
    assert phone.client.get("/alive").status_code == 204
    assert phone.client.post("/lock", headers=script).status_code == 204
    assert phone.client.get("/alive", headers=script).status_code == 423
    assert phone.client.post("/unlock", data={"pin": "000000"}, headers=script).status_code == 422
    assert phone.client.post("/unlock", data={"pin": cast.PIN}, headers=script).status_code == 204
    clock.pass_by(hours=12)
    assert phone.client.post("/unlock", data={"pin": cast.PIN}, headers=script).status_code == 401
