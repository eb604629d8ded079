"""Today and the menu of records: what needs somebody now, what comes later, and what is not theirs to see."""

import datetime as dt
import re

import pytest

from hub import actions, records, reminders
from hub.access import Steward
from hub.crypto import Keys
from hub.db import Database
from hub.forms import Typed
from hub.ids import uuid7
from hub.kinds import KINDS
from hub.records import Record
from tests import cast
from tests.cast import DAY, HOUR, NOW
from tests.desk import Desk, met, say
from tests.sealed import SESSION, bring, keys, sealed

__all__ = ["keys"]

PLACES = ["/", "/caseload", "/record", "/search", "/glossary"]


@pytest.fixture
def wharf(database: Database) -> Database:
    """Marcus mentors Amari, Milo works with both."""
    cast.build(database)
    cast.relate(database, "marcus", "amari", "allocated")
    cast.relate(database, "milo", "amari", "allocated")
    cast.relate(database, "milo", "jade", "allocated")
    return database


def clock(hub: Database, owner: str, person: str, due_at: dt.datetime, rule: str = "R-50.welfare") -> None:
    viewer = cast.asking(hub, owner)
    with hub.writing(viewer) as db:
        reminders.start(db, viewer, rule, person_id=person, due_at=due_at)


def promise(hub: Database, owner: str, says: str, due_on: dt.date | None, person: str | None = None) -> str:
    viewer = cast.asking(hub, owner)
    with hub.writing(viewer) as db:
        return actions.promise(db, viewer, says, owner, due_on, person_id=person).id


def order(page: str, *words: str) -> list[str]:
    """The words in the order in which a page shows them."""
    return sorted((word for word in words if word in page), key=page.index)


def test_every_colleague_opens_every_place(wharf: Database) -> None:
    for name in cast.COLLEAGUES:
        desk = Desk(wharf, name)
        for path in PLACES:
            assert desk.go(path).status == 200, (name, path)
            assert (cast.CANARY in desk.page) <= (name in ("milo", "marcus", "nadia")), (name, path)


def test_what_is_late_stands_before_what_is_due_and_what_can_wait(wharf: Database) -> None:
    clock(wharf, "marcus", "amari", NOW - DAY)
    clock(wharf, "marcus", "amari", NOW + 2 * HOUR, "R-50")
    promise(wharf, "marcus", "Ring the college", (NOW + 5 * DAY).date())
    rules = reminders.rules()
    page = Desk(wharf, "marcus").go("/").words
    first, second = rules["R-50.welfare"].says, rules["R-50"].says
    found = order(page, "Ring the college", second, "Later", first, "Needs you now")
    assert found == ["Needs you now", first, second, "Later", "Ring the college"]


def test_a_row_names_the_young_person_with_their_standing_and_opens_them(wharf: Database) -> None:
    say(wharf, "amari", preferred_name="Amari", standing="sibling_or_friend", colour="amber")
    clock(wharf, "marcus", "amari", NOW + HOUR)
    shown = Desk(wharf, "marcus").go("/")
    assert re.search(r"Amari .*Amber sibling or friend", shown.words)
    assert "/people/amari" in shown.links


def test_a_clock_about_somebody_out_of_sight_names_nobody(wharf: Database) -> None:
    clock(wharf, "marcus", "jade", NOW + HOUR)
    shown = Desk(wharf, "marcus").go("/")
    assert reminders.rules()["R-50.welfare"].says in shown.words
    assert cast.CANARY not in shown.page
    assert "/people/jade" not in shown.links


def test_a_colleagues_day_is_not_mine(wharf: Database) -> None:
    clock(wharf, "milo", "amari", NOW - HOUR)
    promise(wharf, "milo", "Ring the college", NOW.date(), "amari")
    assert "Nothing needs you now" in Desk(wharf, "marcus").go("/").words


def test_a_lead_sees_what_has_run_out_in_the_team(wharf: Database) -> None:
    clock(wharf, "milo", "amari", NOW - HOUR)
    clock(wharf, "marcus", "amari", NOW + HOUR)
    words = Desk(wharf, "nadia").go("/").words
    assert "Overdue in the team" in words
    assert "Milo" in words
    assert "Marcus" not in words
    assert "Overdue in the team" not in Desk(wharf, "milo").go("/").words


def test_an_alarm_stands_first_for_every_lead_and_once(wharf: Database) -> None:
    promise(wharf, "nadia", "Ring the college", NOW.date())
    id = met(wharf, "marcus", "amari", NOW - HOUR)
    for owner in ("milo", "marcus"):
        viewer = cast.asking(wharf, owner)
        with wharf.writing(viewer) as db:
            reminders.start(db, viewer, "danger", record_id=id, due_at=NOW - dt.timedelta(minutes=5))
    says = reminders.rules()["danger"].says
    words = Desk(wharf, "nadia").go("/").words
    assert words.count(says) == 1
    assert order(words, says, "Ring the college") == [says, "Ring the college"]
    assert "5 min late" in words
    assert says not in Desk(wharf, "ben").go("/").words


def test_a_call_for_help_never_offers_a_lead_to_end_the_evening(wharf: Database) -> None:
    milo, nadia = cast.asking(wharf, "milo"), cast.asking(wharf, "nadia")
    words = Typed({"ward": ["north"], "staff": ["grace"], "safety_phoned": ["yes"]})
    with wharf.writing(milo) as db:
        kinds = {kind.slug: kind for kind in KINDS}
        session = records.submit(db, milo, kinds, "outreach-session", uuid7(), words, way="emergency").id
    with wharf.writing(nadia) as db:
        reminders.start(db, nadia, "danger", record_id=session, due_at=NOW)
    today = Desk(wharf, "nadia").go("/")
    assert "Finish the session" not in today.words
    assert reminders.rules()["danger"].says in today.words
    assert "Go on" in Desk(wharf, "milo").go("/").words


def test_what_a_phone_sent_and_is_no_record_yet_stands_on_its_authors_day(wharf: Database, keys: Keys) -> None:
    bring(wharf, keys, "marcus", sealed(keys, "marcus", SESSION | {"status": ["flown"]}))
    shown = Desk(wharf, "marcus").go("/")
    assert "Look again at what you wrote" in shown.words
    assert "/outbox" in shown.links
    assert "Look again" not in Desk(wharf, "milo").go("/").words


def test_another_hubs_lead_sees_nothing_of_it(wharf: Database) -> None:
    clock(wharf, "milo", "amari", NOW - HOUR)
    assert "Overdue in the team" not in Desk(wharf, "ben").go("/").words


def test_an_unfinished_record_stands_once_and_opens_itself(wharf: Database) -> None:
    id = met(wharf, "marcus", "amari", NOW - HOUR)
    with wharf.writing(Steward()) as db:
        db.get(Record, id).gaps = 2
    viewer = cast.asking(wharf, "marcus")
    with wharf.writing(viewer) as db:
        reminders.start(db, viewer, "finish", record_id=id)
    shown = Desk(wharf, "marcus").go("/")
    assert "2 answers left" in shown.words
    assert shown.links.count(f"/mentoring-session/{id}") == 1
    assert reminders.rules()["finish"].says not in shown.words
    assert "answers left" not in Desk(wharf, "milo").go("/").words


def test_an_empty_day_says_what_to_do_next(wharf: Database) -> None:
    assert "Open your caseload" in Desk(wharf, "marcus").go("/").words
    assert "Record something" in Desk(wharf, "tom").go("/").words
    assert "Record something" not in Desk(wharf, "clive").go("/").words


def test_the_menu_offers_what_a_role_writes_and_no_more(wharf: Database) -> None:
    for name, role in cast.COLLEAGUES.items():
        links = Desk(wharf, name).go("/record").links
        offered = {kind.slug for kind in KINDS if f"/{kind.slug}/new" in links}
        assert offered == {kind.slug for kind in KINDS if role in kind.writers and not kind.parent}, name


def test_the_menu_for_one_young_person_carries_them_on(wharf: Database) -> None:
    links = Desk(wharf, "marcus").go("/record?person=amari").links
    about = [kind for kind in KINDS if "MEN" in kind.writers and not kind.parent and kind.about != "none"]
    assert about
    assert all(f"/{kind.slug}/new?person=amari" in links for kind in about)
    assert not any(link.endswith("/new") for link in links)


def test_a_words_page_explains_the_trade(wharf: Database) -> None:
    words = Desk(wharf, "marcus").go("/glossary").words
    assert "NRM National Referral Mechanism" in words
