"""The demo's cast: choose who to be with one tap, or try the real sign-in. Added only by `hub demo`."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select

from hub import accounts
from hub.access import ROLES, unwalled
from hub.accounts import cast
from hub.agencies import Hub, Staff
from hub.web import cookies
from hub.web.guards import Config, Db, Now, Secrets
from hub.web.pages import page, see_other

WOULD = {
    "TL": "Reads every record, signs off the evening, matches referrals.",
    "SW": "Leads safeguarding for the young people allocated to her.",
    "YJS": "Keeps court orders and plans on track.",
    "YW": "Logs tonight’s street session from a phone.",
    "MEN": "Records a mentoring session in seven taps.",
    "MED": "Mediates between people in conflict; others do not see it.",
    "TC": "Visits in custody and meets people at the gate.",
    "ETE": "Finds training and jobs.",
    "EDU": "Keeps children in school.",
    "HOU": "Moves families to safety; only housing sees where.",
    "GYW": "Runs the girls’ group; a closed compartment.",
    "CAM": "Sees young people about their mental health.",
    "POL": "Sees colour and safety plan, little else.",
    "AN": "Sees no names at all.",
    "ADM": "Keeps the front desk and the registers.",
    "AUD": "Reads a sample, changes nothing.",
    "DPO": "Reviews who looked and why.",
    "CLR": "Sees published figures only.",
    "YSC": "Sees published figures only.",
    "HAD": "Invites staff; opens no case.",
}


@get("/demo", opt={"public": True}, sync_to_thread=True)
def show_cast(request: HTMXRequest, db: Db, now: Now, keys: Secrets) -> Response[str]:
    with unwalled(db):
        hubs = db.scalars(select(Hub).order_by(Hub.name.desc())).all()
        staff = db.scalars(select(Staff).where(Staff.ended_at.is_(None)).order_by(Staff.name)).all()
    ready = accounts.joined(db, [person.id for person in staff])
    people = [person for person in staff if person.id in ready]
    shown = [{"name": hub.name, "people": [_shown(p, keys, now) for p in people if p.hub_id == hub.id]} for hub in hubs]
    return page(request, "account/demo.html", hubs=shown, password=cast.PASSWORD, pin=cast.PIN)


@post("/demo/{id:str}", opt={"public": True}, sync_to_thread=True)
def become(request: HTMXRequest, db: Db, now: Now, settings: Config, id: FromPath[str]) -> Response[Any]:
    with unwalled(db):
        if db.scalar(select(Staff.id).where(Staff.id == id, Staff.ended_at.is_(None))) is None:
            raise LookupError(id)
    answer = see_other("/")
    device = cookies.name_device(request, answer, settings)
    replaces = cookies.token(request, settings) or ""
    cookies.keep_token(answer, settings, accounts.sign_in(db, now, id, device, replaces=replaces))
    return answer


def _shown(person: Staff, keys: Secrets, now: Now) -> dict[str, Any]:
    roles = [role for role in person.roles if role in ROLES]
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": " and ".join(ROLES[role]["name"] for role in roles),
        "would": WOULD[roles[0]] if roles else "",
        "code": cast.code_for(keys, person.id, now),
    }


demo = [show_cast, become]
