"""Forgetting: one young person by reference, and the night's work of the retention rules."""

from argparse import Namespace
from typing import Any

from sqlalchemy import select

from hub import clock, looked, retention
from hub.access import Steward
from hub.cli.opening import Trouble, alone, hubs, open_keys, opened
from hub.people import Person
from hub.settings import Settings


def add_commands(commands: Any) -> None:
    found = commands.add_parser("forget", help="erase a young person for good; the hub must be stopped")
    found.add_argument("ref", help="their reference, like YP-7K2M")
    found.add_argument("--sure", action="store_true", help="do not ask for the reference again")
    found.set_defaults(run=forget)
    found = commands.add_parser("nightly", help="erase what has come to its end, and draw looks for review")
    found.add_argument("--dry-run", action="store_true", help="say what would go, and change nothing")
    found.set_defaults(run=nightly)


def forget(given: Namespace) -> int:
    settings = Settings.read()
    ref = given.ref.strip().upper()
    if not given.sure and input(f"Erase {ref} for good? Type the reference again: ").strip().upper() != ref:
        raise Trouble("The two references differ. Nothing was erased.")
    with alone(settings), opened(settings, open_keys(settings)) as database:
        with database.writing(Steward()) as db:
            people = db.scalars(select(Person).where(Person.ref == ref)).all()
            if len(people) != 1:
                raise Trouble(f"There is no one file called {ref}.")
            try:
                gone = retention.erase(db, people[0])
            except retention.Held as held:
                raise Trouble(f"{ref} is held: {held}. A lead lifts that first.") from held
        database.scrub()
    print(f"{ref} is erased: {gone.records} records, {gone.rows} rows. Backups made before today still hold them.")
    for id in gone.shared:
        print(f"Read through: record {id} is also about somebody else; its words were not changed.")
    return 0


def nightly(given: Namespace) -> int:
    settings, now = Settings.read(), clock.now()
    with opened(settings, open_keys(settings)) as database:
        erased = 0
        with database.writing(Steward()) as db:
            for hub in hubs(db):
                print(hub.name)
                for line in retention.run(db, hub.id, now, dry_run=given.dry_run):
                    erased += line.due
                    print(f"  {line.rule.says} ({line.period}): {line.due}")
                if not given.dry_run:
                    print(f"  Drawn for review: {looked.draw(db, hub.id, now - looked.A_DAY, now)}")
        if erased and not given.dry_run:
            database.scrub()
    return 0
