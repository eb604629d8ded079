"""Pages around outreach: the evening so far, sign-offs in a batch, and who a street contact turned out to be."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select

from hub import people, records
from hub.access import Refused
from hub.kinds.outreach_session import OutreachSession, named_contact, signing, street_contacts
from hub.kinds.outreach_session.street_contacts import StreetContact
from hub.records import Deed
from hub.web.guards import Db, Form, Seer
from hub.web.pages import page, see_other
from hub.web.telling import choices, opened, still_needed, told


@get("/outreach-session/{id:str}/story", sync_to_thread=True)
def story(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    """What the street view keeps out of sight until somebody asks: names among it."""
    record, decision = opened(OutreachSession, db, viewer, id)
    values = records.answers(db, OutreachSession, record)
    seen = records.seen(values, OutreachSession, decision)
    return page(
        request,
        "kinds/outreach-session/story.html",
        viewer=viewer,
        kind=OutreachSession,
        record=record,
        seen=seen,
        told=told(OutreachSession, seen, records.options_for(db, viewer, OutreachSession, record)),
        gaps=still_needed(db, OutreachSession, record, values),
        acts=OutreachSession.offered(db, viewer, record),
        may_change=record.author_id == viewer.id or viewer.leads,
        history=records.transitions(db, record),
        versions=records.versions(db, OutreachSession, record),
        saved=False,
        **OutreachSession.context(db, viewer, record, seen),
    )


@get("/sign-offs", sync_to_thread=True)
def sign_offs(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    if not viewer.leads:
        raise Refused("Only a lead signs off.")
    found = signing.waiting(db)
    return page(
        request,
        "outreach/sign_offs.html",
        viewer=viewer,
        calm=[one for one in found if not one.worries],
        worrying=[one for one in found if one.worries],
        signed=request.query_params.get("signed", ""),
    )


@post("/sign-offs", sync_to_thread=True)
def sign_off(db: Db, viewer: Seer, typed: Form) -> Response[Any]:
    return see_other(f"/sign-offs?signed={signing.sign(db, viewer, typed.getlist('session'))}")


@get("/street-contacts", sync_to_thread=True)
def street(request: HTMXRequest, db: Db, viewer: Seer) -> Response[str]:
    return page(request, "outreach/street_contacts.html", viewer=viewer, contacts=street_contacts.kept(db, viewer.now))


@get("/street-contacts/{id:str}", sync_to_thread=True)
def street_contact(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str]) -> Response[str]:
    return _contact_page(request, viewer, _contact(db, id))


@post("/street-contacts/{id:str}", sync_to_thread=True)
def match(request: HTMXRequest, db: Db, viewer: Seer, id: FromPath[str], typed: Form) -> Response[Any]:
    contact = _contact(db, id)
    found = people.match(db, typed.first("who"))
    if len(found) != 1:
        says = records.not_one(found, typed.first("who"))
        return _contact_page(
            request, viewer, contact, said=typed.first("who"), error=says, found=choices(found), status=422
        )
    named_contact.match(Deed(db, viewer, named_contact.NamedContact, None, {}), contact, found[0])
    return see_other(f"/people/{found[0].id}")


def _contact(db: Db, id: str) -> StreetContact:
    contact = db.scalar(select(StreetContact).where(StreetContact.id == id, StreetContact.person_id.is_(None)))
    if contact is None:
        raise LookupError(id)
    return contact


def _contact_page(
    request: HTMXRequest, viewer: Seer, contact: StreetContact, status: int = 200, **said: Any
) -> Response[str]:
    given = {"said": "", "error": "", "found": []} | said
    return page(request, "outreach/street_contact.html", status=status, viewer=viewer, contact=contact, **given)


handlers = [story, sign_offs, sign_off, street, street_contact, match]
