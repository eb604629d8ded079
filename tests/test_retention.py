"""How long things are kept, what keeps them longer, and that a forgotten young person leaves no word behind."""

import datetime as dt
from contextlib import nullcontext
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import select

from hub import actions, audit, retention
from hub.access import Steward
from hub.agencies import Hub
from hub.cli import forgetting, main
from hub.db import Base, Database
from hub.forms import questions
from hub.ids import uuid7
from hub.kinds import KINDS
from hub.outbox.tables import Draft, Item
from hub.people import Person
from hub.records import Record
from hub.relations import Match
from hub.retention import Hold
from hub.retention.rules import DOES
from tests import cast, databases
from tests.cast import NOW, asking
from tests.visitor import number, visit

WORDS = [f"{word}QXPLANTED" for word in ("Zebulon", "lantern", "harbour", "orchid", "gravel", "tandem", "marble")]
NAME, TOLD, DRAFTED, TYPED, PROMISED, WANTED, REASON = WORDS
PAGE, RESERVED, IV = 4096, 80, 16


@pytest.fixture
def hub(database: Database) -> Database:
    """Zebulon, about whom something is written everywhere it can be; Amari and Jade, who stay."""
    cast.build(database)
    plant(database)
    return database


def plant(hub: Database) -> None:
    with hub.writing(Steward()) as db:
        db.add(cast.young_person("zeb", preferred_name=NAME, nicknames=f"Zee {NAME}", dob=dt.date(1990, 5, 1)))
        db.flush()
        for kind in KINDS:
            if kind.about != "none" and not kind.parent:
                cast.keep(db, kind, "milo", ["zeb"], values=_said(kind))
        db.get_one(Person, "zeb").closed_at = NOW
        content = {"typed": {"who": [NAME], "note": [DRAFTED]}}
        db.add(Draft(id=uuid7(), hub_id="wharf", author_id="milo", form="x", content=content, number=1, at=NOW))
        facts = {"form": "x", "kid": "0", "digest": b"", "received_at": NOW, "written_at": NOW, "skew_seconds": 0}
        facts |= {"zone": "Europe/London", "state": "needs_attention", "reason": "", "author_id": "milo"}
        db.add(Item(id=uuid7(), hub_id="wharf", content={"typed": {"who": ["YP-ZEB"], "note": [TYPED]}}, **facts))
        asked = uuid7()
        matched = {"asked_by": "milo", "asked_at": NOW, "person_id": "zeb", "ended_at": NOW}
        db.add(Match(id=asked, hub_id="wharf", words=NAME, **matched))
    nadia = asking(hub, "nadia")
    with hub.writing(nadia) as db:
        actions.promise(db, nadia, f"Match “{NAME}” for Milo", "nadia", None, id=asked)
        actions.promise(db, nadia, PROMISED, "nadia", None, person_id="zeb")
        actions.set_goal(db, nadia, "zeb", WANTED, "safe")
    visit(hub, "sana").post("/glass", ref="YP-ZEB", reason=f"{REASON} and no time to wait", submission=number())
    visit(hub, "nadia").go("/people/zeb")
    hub.learn()


def _said(kind: type) -> dict[str, object]:
    """Every free word that can be written, planted."""
    return {name: f"{TOLD} {name}" for name, asked in questions(kind).items() if asked.type in ("text", "note")}


def forget(hub: Database) -> retention.Erased:
    with hub.writing(Steward()) as db:
        gone = retention.erase(db, db.get_one(Person, "zeb"))
    hub.scrub()
    return gone


def test_the_words_were_there_before(hub: Database, request: pytest.FixtureRequest) -> None:
    assert left_of(hub, request) == set(WORDS)


def test_forgetting_leaves_no_word_in_any_page_and_the_chain_holds(
    hub: Database, request: pytest.FixtureRequest
) -> None:
    gone = forget(hub)
    assert gone.records > 0
    assert left_of(hub, request) == set()
    with hub.reading(Steward()) as db:
        assert list(audit.verify(db, "wharf")) == []
        assert db.get(Person, "zeb") is None
        assert db.get(Person, "amari") is not None
        events = db.scalars(select(audit.AuditEvent.verb).where(audit.AuditEvent.subject == "ref-of-zeb")).all()
    assert "erase" in events
    assert visit(hub, "nadia").go("/people/zeb").answer.status_code == 404


def test_no_row_points_at_a_forgotten_person(hub: Database) -> None:
    forget(hub)
    with hub.reading(Steward()) as db:
        for mapper in Base.registry.mappers:
            for column in mapper.columns:
                if column.name == "person_id":
                    found = db.execute(select(column).where(column == "zeb")).all()
                    assert found == [], mapper


def test_what_is_also_about_somebody_else_stays_and_is_named(hub: Database) -> None:
    mentoring = next(kind for kind in KINDS if kind.slug == "mentoring-session")
    with hub.writing(Steward()) as db:
        both = cast.keep(db, mentoring, "milo", ["zeb", "jade"]).id
        own = cast.keep(db, mentoring, "milo", ["jade"]).id
    gone = forget(hub)
    assert gone.shared == (both,)
    with hub.reading(Steward()) as db:
        assert set(db.scalars(select(Record.id))) == {both, own}


def test_a_hold_with_a_reason_keeps_a_file_until_it_is_lifted(hub: Database) -> None:
    nadia = visit(hub, "nadia")
    assert "Say why it must be kept" in nadia.post("/people/zeb/holds/new", reason="").shows
    nadia.post("/people/zeb/holds/new", reason="The coroner asks")
    assert "The coroner asks" in visit(hub, "dina").go("/retention").shows
    with hub.writing(Steward()) as db:
        with pytest.raises(retention.Held, match="The coroner asks"):
            retention.erase(db, db.get_one(Person, "zeb"))
        lines = {line.rule.name: line for line in retention.run(db, "wharf", NOW, dry_run=False)}
        assert lines["case"].held == ("YP-ZEB",)
        assert lines["case"].due == 0
        hold = db.scalar(select(Hold.id))
        assert db.get(Person, "zeb") is not None
    visit(hub, "dina").post(f"/holds/{hold}/lift")
    with hub.writing(Steward()) as db:
        retention.run(db, "wharf", NOW, dry_run=False)
        assert db.get(Person, "zeb") is None


def test_a_dry_run_says_what_would_go_and_changes_nothing(hub: Database) -> None:
    with hub.reading(Steward()) as db:
        lines = {line.rule.name: line for line in retention.run(db, "wharf", NOW, dry_run=True)}
        assert lines["case"].due == 1
        assert db.get(Person, "zeb") is not None
    shown = visit(hub, "nadia").go("/retention").shows
    assert "1 due tonight" in shown
    assert NAME not in shown
    assert visit(hub, "milo").go("/retention").answer.status_code == 404
    assert visit(hub, "milo").post("/people/amari/holds/new", reason="I like it").answer.status_code == 404


def test_a_file_goes_on_the_birthday_and_not_the_day_before(hub: Database) -> None:
    with hub.writing(Steward()) as db:
        jade = db.get_one(Person, "jade")
        jade.dob, jade.closed_at = dt.date(2004, 2, 29), NOW
        db.get_one(Person, "amari").dob = dt.date(1999, 1, 1)
        db.add(cast.young_person("undated", closed_at=NOW))
    birthday = dt.datetime(2029, 3, 1, 3, 0, tzinfo=dt.UTC)
    for days, there in ((1, True), (0, False)):
        with hub.writing(Steward()) as db:
            lines = {
                row.rule.name: row for row in retention.run(db, "wharf", birthday - days * cast.DAY, dry_run=False)
            }
            assert (db.get(Person, "jade") is not None) == there, days
    assert lines["case"].waits == ("YP-UNDATED: the date of birth is missing", "YP-AMARI: still open")
    with hub.reading(Steward()) as db:
        assert db.get(Person, "amari") is not None
        assert db.get(Person, "undated") is not None


def test_small_things_go_after_their_days(hub: Database) -> None:
    with hub.writing(Steward()) as db:
        db.get_one(Person, "zeb").closed_at = None
    for days, drafts, asked in ((27, 1, 1), (28, 0, 0)):
        with hub.writing(Steward()) as db:
            retention.run(db, "wharf", NOW + dt.timedelta(days=days), dry_run=False)
            assert len(db.scalars(select(Draft.id)).all()) == drafts
            assert len(db.scalars(select(Match.id)).all()) == asked


def test_a_hub_may_change_its_own_rules(hub: Database) -> None:
    with hub.writing(Steward()) as db:
        db.get_one(Hub, "wharf").settings = {"retention": {"case": "75 y", "drafts": "1 cd"}}
    with hub.writing(Steward()) as db:
        lines = {row.rule.name: row for row in retention.run(db, "wharf", NOW + 3 * cast.DAY, dry_run=True)}
    assert (lines["case"].due, lines["drafts"].due) == (0, 1)


def test_every_rule_does_something_and_names_an_owner_and_an_authority() -> None:
    assert set(retention.rules()) == set(DOES)
    for rule in retention.rules().values():
        assert rule.owner
        assert rule.authority in ("S", "P", "L")
        assert rule.before(NOW.date(), rule.period) < NOW.date()


def left_of(hub: Database, request: pytest.FixtureRequest) -> set[str]:
    """Which planted words can be read in the files that the database lies in, once they are decrypted."""
    if hub.embedded:
        path = Path(hub.url.removeprefix("sqlite:///"))
        bytes_ = b"".join(_pages(path)) + b"".join(_frames(Path(f"{path}-wal")))
    else:
        with hub.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("checkpoint")
        server: databases.Postgres = request.getfixturevalue("postgres")
        oid = hub.url.split("@/")[1].split("?")[0]
        with hub.writer.connect() as connection:
            number = connection.exec_driver_sql(f"select oid from pg_database where datname = '{oid}'").scalar_one()
        files = (server.folder / "data" / "base" / str(number)).iterdir()
        bytes_ = b"".join(file.read_bytes() for file in files if file.is_file())
    return {word for word in WORDS if word.encode() in bytes_ or word.lower().encode() in bytes_}


def _pages(path: Path) -> list[bytes]:
    raw = path.read_bytes()
    pages = [raw[start : start + PAGE] for start in range(0, len(raw), PAGE)]
    return [_plain(page, 16 if number == 0 else 0) for number, page in enumerate(pages)]


def _frames(path: Path) -> list[bytes]:
    raw = path.read_bytes() if path.exists() else b""
    return [_plain(raw[start + 24 : start + 24 + PAGE], 0) for start in range(32, len(raw) - PAGE, 24 + PAGE)]


def _plain(page: bytes, salt: int) -> bytes:
    """SQLCipher keeps a page as AES-256-CBC, its vector in the reserved end; the first page begins with the salt."""
    vector = page[PAGE - RESERVED : PAGE - RESERVED + IV]
    cipher = Cipher(algorithms.AES(databases.KEY), modes.CBC(vector)).decryptor()
    return cipher.update(page[salt : PAGE - RESERVED])


def test_the_command_asks_twice_refuses_a_held_file_and_erases_one(
    hub: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(forgetting, "open_keys", lambda settings: None)
    monkeypatch.setattr(forgetting, "alone", lambda settings: nullcontext())
    monkeypatch.setattr(forgetting, "opened", lambda settings, keys: nullcontext(hub))
    monkeypatch.setattr("builtins.input", lambda asked: "YP-JADE")
    assert main(["forget", "YP-ZEB"]) == 1
    assert main(["forget", "YP-NOBODY", "--sure"]) == 1
    with hub.writing(Steward()) as db:
        facts = {"hub_id": "wharf", "placed_by": "nadia", "placed_at": NOW, "person_id": "zeb"}
        db.add(Hold(id="held", reason="The coroner asks", **facts))
    assert main(["forget", "yp-zeb", "--sure"]) == 1
    assert "The coroner asks" in capsys.readouterr().err
    with hub.writing(Steward()) as db:
        assert db.get(Person, "zeb") is not None
        db.get_one(Hold, "held").lifted_at = NOW
    assert main(["forget", "yp-zeb", "--sure"]) == 0
    assert main(["nightly", "--dry-run"]) == 0
    assert NAME not in capsys.readouterr().out
    with hub.reading(Steward()) as db:
        assert db.get(Person, "zeb") is None
