"""The invented borough of Thornmere: two hubs, everybody who works in them, and what has happened lately.

Nobody here exists. Every date is counted from the day on which the borough is loaded.
"""

import datetime as dt

from hub.access import Steward
from hub.accounts import cast as accounts
from hub.clock import today
from hub.crypto import Keys
from hub.db import Database
from hub.demo import holds, mentoring, outreach, places, staff, work, young_people
from hub.demo.stage import Stage

__all__ = ["load"]


def load(database: Database, keys: Keys, now: dt.datetime) -> None:
    """Lay the whole borough in one transaction."""
    with database.writing(Steward()) as db:
        for laid in places.HUBS:
            hub = places.lay(db, laid, loaded_on=today(now))
            stage = Stage(db, hub, staff.lay(db, hub), now)
            accounts.enrol(db, keys, now, stage.cast.values())
            young_people.lay(stage)
            holds.lay(stage)
            if hub.slug == places.WHARF.slug:
                work.lay_goals(stage)
                mentoring.lay(stage)
                outreach.lay(stage)
                work.lay(stage)
            stage.close()
