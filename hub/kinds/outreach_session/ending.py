"""What outreach lets go of in time: where a crew was, after a day; street contacts, after 90 days."""

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.db import table_of
from hub.kinds.outreach_session import named_contact
from hub.kinds.outreach_session.session import OutreachSession
from hub.records import Record, Transition

POSITION_KEPT = dt.timedelta(hours=24)


def let_go(db: Session, hub_id: str, now: dt.datetime) -> None:
    """Run by the schedule, for one hub."""
    named_contact.let_go(db, hub_id, now)
    ended = (
        select(Transition.record_id)
        .join(Record, Record.id == Transition.record_id)
        .where(Record.hub_id == hub_id, Transition.state == "closed", Transition.at <= now - POSITION_KEPT)
    )
    answers = table_of(OutreachSession)
    db.execute(
        update(answers)
        .where(answers.c.record_id.in_(list(db.scalars(ended))), answers.c.position.is_not(None))
        .values(position=None)
    )
