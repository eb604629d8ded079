"""Alarms: somebody in danger now reaches every lead as a running clock, and one person by name."""

from hub import actions, reminders
from hub.agencies import leads
from hub.clock import today
from hub.records.deeds import Deed
from hub.records.tables import Record

DANGER = "danger"


def alarm(deed: Deed, says: str, *, first: str = "", about: Record | None = None) -> None:
    """`first` is asked to act, else a lead; it opens `about`, else the record in hand. `answer` stops the clocks."""
    record_id = (about or deed.made).id
    leading = [staff.id for staff in leads(deed.db, deed.now)]
    for lead in leading:
        reminders.start(deed.db, deed.viewer, DANGER, record_id=record_id, owner_id=lead)
    if asked := first or next(iter(leading), ""):
        actions.promise(
            deed.db,
            deed.viewer,
            says,
            asked,
            today(deed.now),
            person_id=next(iter(deed.people), None),
            record_id=record_id,
        )


def answer(deed: Deed, record_id: str) -> None:
    """What was done about the danger that `record_id` told of has been written down."""
    reminders.resolve(deed.db, deed.viewer, DANGER, record_id=record_id, by=deed.made.id)
