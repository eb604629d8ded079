"""What was done about a danger: until it is written, the 999 and MASH sheet stays in front of everything."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from hub.access import Grade
from hub.forms import ask
from hub.kinds.outreach_session import crew
from hub.kinds.outreach_session.named_contact import NamedContact
from hub.kinds.outreach_session.quick_count import QuickCount
from hub.kinds.outreach_session.words import CALLED, IMMEDIATE, WRITERS
from hub.records import Deed, Kind, Record, answer

TELLS_OF_DANGER = (QuickCount, NamedContact)


class DangerCall(Kind):
    slug = "danger-call"
    title = "What was done about the danger"
    plural = "What was done about dangers"
    grade = Grade.OPERATIONAL
    writers = WRITERS
    parent = "outreach-session"
    offline = True
    about = "none"

    called: Mapped[list[str]] = ask(
        "What did you do?",
        "choices",
        choices=CALLED,
        enough=True,
        missing="Choose what you did",
        grade=Grade.OPERATIONAL,
    )
    reference: Mapped[str | None] = ask("Who answered, and any reference number", "text", limit=120, group="safety")
    what: Mapped[str | None] = ask("What happens next?", "note", limit=400, group="safety", needed=True)

    @classmethod
    def follow(cls, deed: Deed) -> None:
        session = crew.session_of(deed)
        crew.must_belong(deed, session)
        answer(deed, session.id)


def unanswered(db: Session, session: Record) -> bool:
    """Whether somebody said “Yes, now” and nobody has written down since what was done."""
    told = [at for _, at in told_of_danger(db, session)]
    calls = select(Record.written_at).where(Record.parent_id == session.id, Record.kind == DangerCall.slug)
    answered = list(db.scalars(calls))
    return bool(told) and (not answered or max(answered) < max(told))


def told_of_danger(db: Session, session: Record) -> list[tuple[str, dt.datetime]]:
    """(record id, when) of the counts and contacts that said so, as far as the viewer may see them."""
    found: list[tuple[str, dt.datetime]] = []
    for kind in TELLS_OF_DANGER:
        rows = db.execute(
            select(Record.id, Record.written_at)
            .join(kind, kind.record_id == Record.id)
            .where(Record.parent_id == session.id, kind.version == Record.version, kind.danger == IMMEDIATE)
        )
        found += [(id, at) for id, at in rows]
    return found
