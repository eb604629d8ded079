"""Who is out on a session, and who keeps them safe from a desk."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.access import Refused, Viewer, Walled
from hub.agencies import Staff, colleagues
from hub.db import Base, table_of
from hub.kinds.outreach_session.words import WRITERS
from hub.records import Deed, Record

LEAD, OUT, SAFETY = "lead", "out", "safety"


class Crew(Walled, Base):
    """One person's part in a session: `lead`, `out` or `safety`."""

    __tablename__ = "outreach_crews"
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True, index=True)
    part: Mapped[str]


def parts(values: Mapping[str, Any], author_id: str) -> dict[str, str]:
    """Staff id → part. Whoever starts in an emergency leads until somebody is named."""
    lead = values.get("lead") or (author_id if values.get("safety_phoned") else None)
    out = dict.fromkeys(values.get("staff") or (), OUT)
    safety = {values["safety_contact"]: SAFETY} if values.get("safety_contact") else {}
    return safety | out | ({lead: LEAD} if lead else {})


def out_on(values: Mapping[str, Any], author_id: str) -> list[str]:
    return [staff for staff, part in parts(values, author_id).items() if part != SAFETY]


def keep(deed: Deed) -> None:
    """The crew as the answers now name it."""
    record = deed.made
    deed.db.execute(delete(table_of(Crew)).where(table_of(Crew).c.record_id == record.id))
    for staff, part in parts(deed.values, record.author_id).items():
        deed.db.add(Crew(record_id=record.id, staff_id=staff, part=part, hub_id=record.hub_id))
    deed.db.flush()


def crew(db: Session, record_id: str) -> Sequence[Any]:
    """(staff_id, part, name, work_phone), the lead first."""
    rows = db.execute(
        select(Crew.staff_id, Crew.part, Staff.name, Staff.work_phone)
        .join(Staff, Staff.id == Crew.staff_id)
        .where(Crew.record_id == record_id)
        .order_by(Staff.name)
    ).all()
    return sorted(rows, key=lambda row: (LEAD, OUT, SAFETY).index(row.part))


def of_part(db: Session, record_id: str, *wanted: str) -> list[str]:
    return [row.staff_id for row in crew(db, record_id) if row.part in wanted]


def belongs(db: Session, viewer: Viewer, record: Record) -> bool:
    return (
        viewer.leads
        or viewer.id == record.author_id
        or bool(of_part(db, record.id, LEAD, OUT, SAFETY).count(viewer.id))
    )


def may_lead(db: Session, viewer: Viewer, record: Record) -> bool:
    """Whether they decide about an evening as a lead: who only stands in for one never does about their own."""
    own = viewer.id == record.author_id or is_out(db, viewer, record)
    return viewer.leads and not (viewer.acting and own)


def is_out(db: Session, viewer: Viewer, record: Record) -> bool:
    return viewer.id in of_part(db, record.id, LEAD, OUT)


def must_belong(deed: Deed, session: Record) -> None:
    """Raises Refused for everybody but the crew, its safety contact and leads."""
    if not belongs(deed.db, deed.viewer, session):
        raise Refused("That is for the people on this session, their safety contact or a lead.")


def session_of(deed: Deed) -> Record:
    """The session that a child record in hand belongs to."""
    found = deed.parent or deed.db.get(Record, deed.made.parent_id)
    if found is None:
        raise LookupError(deed.made.id)
    return found


def choices(deed: Deed) -> list[tuple[str, str]]:
    """Colleagues who may be out or be a safety contact, as a form offers them."""
    return [(staff.id, staff.name) for staff in colleagues(deed.db, deed.now) if WRITERS & set(staff.roles)]
