"""Who sees what: the table of roles as a page, the viewer's own roles first."""

from litestar import get
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from hub.access import COMPARTMENTS, POLICY_HASH, told
from hub.web.guards import Seer
from hub.web.pages import page


@get("/who-sees-what", sync_to_thread=True)
def who_sees_what(request: HTMXRequest, viewer: Seer) -> Response[str]:
    roles = told()
    return page(
        request,
        "policy/who_sees_what.html",
        mine=[role for role in roles if role.code in viewer.roles],
        others=[role for role in roles if role.code not in viewer.roles],
        closed=list(COMPARTMENTS.values()),
        table=POLICY_HASH,
    )


handlers = [who_sees_what]
