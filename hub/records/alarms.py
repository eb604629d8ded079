"""Alarms: somebody in danger now reaches every lead as a running clock, and one person by name."""

from hub import actions, reminders
from hub.agencies import leads
from hub.clock import today
from hub.records.deeds import Deed

DANGER = "danger"


def alarm(deed: Deed, says: str, *, first: str = "") -> None:
    """`first` is the member of staff asked to act; else a lead. The clocks run until `answer` stops them."""
    leading = [staff.id for staff in leads(deed.db, deed.now)]
    for lead in leading:
        reminders.start(deed.db, deed.viewer, DANGER, record_id=deed.made.id, owner_id=lead)
    if asked := first or next(iter(leading), ""):
        actions.promise(
            deed.db,
            deed.viewer,
            says,
            asked,
            today(deed.now),
            person_id=next(iter(deed.people), None),
            record_id=deed.made.id,
        )


def answer(deed: Deed, record_id: str) -> None:
    """What was done about the danger that `record_id` told of has been written down."""
    reminders.resolve(deed.db, deed.viewer, DANGER, record_id=record_id, by=deed.made.id)
