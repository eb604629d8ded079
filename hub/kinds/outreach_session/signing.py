"""Signing off: what waits for a lead, and which evenings say nothing that worries."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access import Refused, Viewer
from hub.forms import Answers, Typed
from hub.ids import uuid7
from hub.kinds.outreach_session import crew, danger_call
from hub.kinds.outreach_session.quick_count import QuickCount, tally
from hub.kinds.outreach_session.session import OutreachSession
from hub.kinds.outreach_session.welfare_ping import WelfarePing
from hub.kinds.outreach_session.words import CALLS_FOR_HELP, WORRYING
from hub.records import Record, act, answers, children

SIGN_OFF = next(step for step in OutreachSession.acts if step.slug == "sign-off")


@dataclass(frozen=True)
class Waiting:
    """A debriefed evening; `worries` is why it has to be opened rather than signed off among others."""

    record: Record
    met: int
    worries: list[str]


def waiting(db: Session) -> list[Waiting]:
    """The debriefed sessions, oldest first."""
    debriefed = db.scalars(
        select(Record)
        .where(Record.kind == OutreachSession.slug, Record.state == "debriefed")
        .order_by(Record.happened_at, Record.id)
    ).all()
    return [Waiting(record, tally(db, record).total, worries(db, record)) for record in debriefed]


def worries(db: Session, record: Record) -> list[str]:
    values = answers(db, OutreachSession, record)
    dangers = {values["danger"], *(row.QuickCount.danger for row in children(db, QuickCount, record))}
    help_asked = any(row.WelfarePing.says in CALLS_FOR_HELP for row in children(db, WelfarePing, record))
    found = {
        "not everybody was safe": values["all_safe"] is not True,
        "somebody was in danger": "immediate" in dangers or bool(danger_call.told_of_danger(db, record)),
        "danger was talked about": "discussed" in dangers,
        "help was asked for": help_asked,
        "the team is low": (values["wellbeing"] or 0) <= WORRYING,
        "something is on their mind": bool(values["reflection"]),
        f"{record.gaps} answers are missing": record.gaps > 0,
    }
    return [says for says, holds in found.items() if holds]


def sign(db: Session, viewer: Viewer, ids: Sequence[str]) -> int:
    """Sign off those of `ids` that wait and do not worry; how many. Anything else is left as it stands."""
    if not viewer.leads:
        raise Refused("Only a lead can do that.")
    calm = [
        one.record
        for one in waiting(db)
        if one.record.id in ids and not one.worries and crew.may_lead(db, viewer, one.record)
    ]
    for record in calm:
        given = Answers({}, {}, Typed())
        act(db, viewer, OutreachSession, record, SIGN_OFF, given, id=uuid7())
    return len(calm)
