"""Beginning a hub of one's own, and asking colleagues in."""

import re
import sys
import zoneinfo
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub import clock, migrations
from hub.access import Steward
from hub.accounts import invites
from hub.agencies import Agency, Hub, Staff, Ward
from hub.cli.opening import Trouble, alone, is_demo, open_keys, opened
from hub.crypto import make_keys
from hub.db import Database
from hub.ids import uuid7
from hub.settings import Settings

Check = Callable[[str], str | None]


def add_commands(commands: Any) -> None:
    found = commands.add_parser("init", help="begin a real, empty hub; asks for what is not given")
    for flag, question, _ in QUESTIONS:
        found.add_argument(f"--{flag}", metavar=flag.upper(), help=question)
    found.set_defaults(run=begin)
    found = commands.add_parser(
        "invite", help="a link, good once and for two days, for a colleague who is on the staff list"
    )
    found.add_argument("email")
    found.set_defaults(run=invite)


def begin(given: Namespace) -> int:
    told = {flag: _answer(given, flag, question, check) for flag, question, check in QUESTIONS}
    settings = Settings.read()
    if not settings.key_file.exists():
        make_keys(settings.key_file, clock.today(clock.now()))
        print(
            f"Made {settings.key_file}. Without it nothing can be read: keep a copy in a safe, never beside the data."
        )
    keys = open_keys(settings)
    with alone(settings), opened(settings, keys, bare=True) as database:
        migrations.migrate(database)
        token = _lay(database, told)
    print(f"{told['name']} is ready. {told['lead']} joins here, once, within two days:")
    print(f"{settings.public_url}/join/{token}")
    print("Start it with: hub serve")
    return 0


def invite(given: Namespace) -> int:
    settings = Settings.read()
    with opened(settings, open_keys(settings)) as database, database.writing(Steward()) as db:
        staff = db.scalar(select(Staff).where(func.lower(Staff.email) == given.email.strip().lower()))
        if staff is None or staff.ended_at:
            raise Trouble(f"Nobody at work here has the e-mail {given.email}.")
        token = invites.invite(db, staff, clock.now())
    print(f"For {staff.name}, once, within two days. Give it in person or by a channel only they read:")
    print(f"{settings.public_url}/join/{token}")
    return 0


def _lay(database: Database, told: dict[str, str]) -> str:
    if is_demo(database):
        raise Trouble("This is the demo’s database. Give the hub one of its own: HUB_DATA=FOLDER.")
    slug = slug_of(told["name"])
    with database.writing(Steward()) as db:
        if db.scalar(select(Hub).where(Hub.slug == slug)):
            raise Trouble(f"There is a hub called {told['name']} already.")
        if db.scalar(select(Staff).where(func.lower(Staff.email) == told["email"].lower())):
            raise Trouble(f"{told['email']} belongs to somebody already.")
        hub = Hub(
            id=uuid7(),
            slug=slug,
            name=told["name"],
            borough=told["borough"],
            duty_phone=told["duty-phone"],
            time_zone=told["time-zone"],
            settings={},
        )
        db.add(hub)
        db.flush()
        return _first_lead(db, hub, told)


def _first_lead(db: Session, hub: Hub, told: dict[str, str]) -> str:
    for name in names_in(told["wards"]):
        db.add(Ward(id=uuid7(), hub_id=hub.id, slug=slug_of(name), name=name))
    agency = Agency(id=uuid7(), hub_id=hub.id, name=told["agency"], sector="council")
    db.add(agency)
    db.flush()
    lead = Staff(
        id=uuid7(),
        hub_id=hub.id,
        agency_id=agency.id,
        name=told["lead"],
        email=told["email"],
        roles=["TL"],
        preferences={},
    )
    db.add(lead)
    db.flush()
    return invites.invite(db, lead, clock.now())


def names_in(text: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def slug_of(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def _answer(given: Namespace, flag: str, question: str, check: Check) -> str:
    said: str | None = getattr(given, flag.replace("-", "_"))
    if said is None and not sys.stdin.isatty():
        raise Trouble(f"--{flag} is missing: {question}")
    while said is None or (wrong := check(said.strip())):
        if said is not None and not sys.stdin.isatty():
            raise Trouble(f"--{flag}: {wrong}")
        if said is not None:
            print(f"  {wrong}")
        said = input(f"{question}\n> ")
    return said.strip()


def _named(said: str) -> str | None:
    return None if slug_of(said) and len(said) <= 80 else "Enter a name of up to 80 letters"


def _wards(said: str) -> str | None:
    found = names_in(said)
    clash = len({slug_of(name) for name in found}) < len(found)
    return "Enter at least one ward, each once" if not found or clash or any(map(_named, found)) else None


def _zone(said: str) -> str | None:
    return None if said in zoneinfo.available_timezones() else "Enter a time zone such as Europe/London"


def _phone(said: str) -> str | None:
    return None if re.fullmatch(r"\+?[0-9 ]{5,20}", said) else "Enter a phone number, digits and spaces"


def _email(said: str) -> str | None:
    good = re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", said) and said.isprintable() and len(said) <= 254
    return None if good else "Enter an e-mail address such as name@example.org"


QUESTIONS: tuple[tuple[str, str, Check], ...] = (
    ("name", "What is the hub called?", _named),
    ("borough", "Which borough is it in?", _named),
    ("wards", "Which wards does it cover? With a comma between them", _wards),
    ("time-zone", "Which time zone? (Europe/London)", _zone),
    ("duty-phone", "Which phone number reaches the duty lead?", _phone),
    ("lead", "What is the first team lead’s name?", _named),
    ("email", "What is their work e-mail?", _email),
    ("agency", "Which agency do they work for?", _named),
)
