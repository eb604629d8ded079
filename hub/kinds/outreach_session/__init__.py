"""Outreach: an evening on the street, from its plan to its sign-off, and all that is noted on the way."""

from hub.kinds.outreach_session.danger_call import DangerCall
from hub.kinds.outreach_session.follow_up import FollowUp
from hub.kinds.outreach_session.named_contact import NamedContact
from hub.kinds.outreach_session.place import HotspotObservation, Route
from hub.kinds.outreach_session.quick_count import QuickCount
from hub.kinds.outreach_session.session import OutreachSession
from hub.kinds.outreach_session.welfare_ping import WelfarePing

OUTREACH = (OutreachSession, QuickCount, NamedContact, WelfarePing, HotspotObservation, FollowUp, DangerCall, Route)

__all__ = ["OUTREACH", "OutreachSession"]
