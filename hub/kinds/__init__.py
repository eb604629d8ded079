"""The kinds of record this hub knows: a written tuple, in the order that a worker is offered them."""

from hub.kinds.distance_travelled import DistanceTravelled
from hub.kinds.mentor_match import MentorMatch
from hub.kinds.mentoring_session import MentoringSession
from hub.kinds.outreach_session import OUTREACH, ending
from hub.records import Kind

KINDS: tuple[type[Kind], ...] = (
    *OUTREACH,
    MentoringSession,
    DistanceTravelled,
    MentorMatch,
)

ENDINGS = (ending.let_go,)
"""What kinds let go of by themselves, each night: (db, hub_id, now)."""
