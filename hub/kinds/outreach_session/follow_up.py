"""A follow-up of an evening: a promise with an owner and a day."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Mapped

from hub.actions import promise
from hub.clock import today
from hub.forms import ask
from hub.kinds.outreach_session import crew
from hub.kinds.outreach_session.named_contact import promised_in_time
from hub.kinds.outreach_session.words import FOLLOW_UP_DAYS, WRITERS
from hub.records import Deed, Kind


class FollowUp(Kind):
    slug = "follow-up"
    title = "Follow-up"
    plural = "Follow-ups"
    writers = WRITERS
    parent = "outreach-session"
    offline = True
    about = "none"

    what: Mapped[str] = ask("What was promised?", "text", limit=140, enough=True, missing="Say what was promised")
    by: Mapped[str] = ask("Who does it?", "staff", enough=True, missing="Choose who does it")
    due_on: Mapped[dt.date] = ask(
        "By when?",
        "date",
        enough=True,
        when="future",
        hint=f"In the next {FOLLOW_UP_DAYS} days",
        missing="Choose a day",
    )

    @classmethod
    def summary(cls, values: Mapping[str, Any]) -> str:
        return f"Follow-up: {values['what']}"

    @classmethod
    def options(cls, deed: Deed) -> dict[str, Sequence[tuple[str, str]]]:
        return {"by": crew.choices(deed)}

    @classmethod
    def prefilled(cls, deed: Deed) -> dict[str, Any]:
        return {"by": deed.viewer.id, "due_on": today(deed.now) + dt.timedelta(days=7)}

    @classmethod
    def check(cls, deed: Deed) -> dict[str, str]:
        return promised_in_time(deed, "what", "by", "due_on")

    @classmethod
    def follow(cls, deed: Deed) -> None:
        crew.must_belong(deed, crew.session_of(deed))
        if not deed.past:
            values = deed.values
            promise(deed.db, deed.viewer, values["what"], values["by"], values["due_on"], record_id=deed.made.id)
