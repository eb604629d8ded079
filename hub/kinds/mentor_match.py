"""A mentor match: why these two, what they agreed, and when it is looked at again (domain 3.6)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Mapped

from hub import agencies, reminders
from hub.access import Grade
from hub.clock import from_wall, today
from hub.forms import ask
from hub.records import Act, Deed, Kind

WHY = {
    "relationship": "They know each other",
    "interests": "Shared interests",
    "language": "Language or culture",
    "lived": "Lived experience",
    "gender": "The young person’s choice of gender",
    "capacity": "Who has time",
}
HOW_ENDED = {"planned": "As planned", "unplanned": "Not as planned"}


class MentorMatch(Kind):
    __tablename__ = "mentor_matches"
    slug = "mentor-match"
    title = "Mentor match"
    plural = "Mentor matches"
    grade = Grade.PERSONAL
    writers = frozenset({"TL", "MEN"})
    states = ("proposed", "met", "agreed", "active", "paused", "ended")
    acts = (
        Act("first-meeting", "They have met", {"proposed": "met"}),
        Act("agreement", "They have agreed how it works", {"met": "agreed"}),
        Act("start", "It has started", {"agreed": "active"}),
        Act("pause", "Pause it", {"active": "paused"}),
        Act("return", "It goes on", {"paused": "active"}),
        Act("ending", "It has ended", dict.fromkeys(("proposed", "met", "agreed", "active", "paused"), "ended")),
    )

    mentor: Mapped[str] = ask(
        "Who is the mentor?", "staff", enough=True, grade=Grade.PERSONAL, missing="Choose the mentor"
    )
    why: Mapped[list[str]] = ask(
        "Why these two?", "choices", choices=WHY, enough=True, grade=Grade.PERSONAL, missing="Say why these two"
    )
    yp_choice: Mapped[bool | None] = ask("Did the young person choose?", "yes_no", needed=True, grade=Grade.PERSONAL)
    dbs_issued_on: Mapped[dt.date | None] = ask(
        "The mentor’s DBS check is from", "date", when="past", needed=True, grade=Grade.PERSONAL
    )
    review_on: Mapped[dt.date | None] = ask("Looked at again on", "date", needed=True, grade=Grade.PERSONAL)
    expectations: Mapped[str | None] = ask(
        "What have they agreed?",
        "note",
        limit=500,
        needed=True,
        grade=Grade.PERSONAL,
        step="agreement",
        hint="How often, how to cancel, what stays between them and what cannot",
    )
    how_ended: Mapped[str | None] = ask(
        "How did it end?", "choice", choices=HOW_ENDED, needed=True, grade=Grade.PERSONAL, step="ending"
    )
    ended_well: Mapped[bool | None] = ask(
        "Did they part well?", "yes_no", needed=True, grade=Grade.PERSONAL, step="ending"
    )

    @classmethod
    def check(cls, deed: Deed) -> dict[str, str]:
        issued = deed.values.get("dbs_issued_on")
        oldest = today(deed.now) - dt.timedelta(days=reminders.rules()["dbs"].amount)
        return (
            {"dbs_issued_on": "The mentor’s DBS check is from: it is too old. Renew it first"}
            if issued and issued < oldest
            else {}
        )

    @classmethod
    def follow(cls, deed: Deed) -> None:
        review = deed.values.get("review_on")
        moved = review != deed.past.get("review_on")
        ended = deed.made.state == "ended"
        if moved or ended:
            reminders.resolve(deed.db, deed.viewer, "match-review", record_id=deed.made.id, by=deed.made.id)
        if moved and review and not ended:
            reminders.start(
                deed.db,
                deed.viewer,
                "match-review",
                record_id=deed.made.id,
                person_id=deed.people[0],
                owner_id=deed.values["mentor"],
                due_at=from_wall(dt.datetime.combine(review, reminders.END_OF_DAY)),
            )

    @classmethod
    def options(cls, deed: Deed) -> dict[str, Sequence[tuple[str, str]]]:
        staff = agencies.colleagues(deed.db, deed.now)
        return {"mentor": [(one.id, one.name) for one in staff if "MEN" in one.roles]}

    @classmethod
    def summary(cls, values: Mapping[str, Any]) -> str:
        return f"{cls.title}: {', '.join(WHY[why].lower() for why in values['why'])}"
