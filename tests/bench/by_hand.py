"""The caseload as fast as Python can say it: raw SQLite and f-strings on the same server, no session, rule or audit."""

import datetime as dt
import os
import sqlite3
import threading
from html import escape

from litestar import Litestar, get
from litestar.response import Response

WORKER = os.environ.get("BENCH_WORKER", "")
local = threading.local()
QUERY = """
select p.id, p.preferred_name, p.dob, p.standing, p.colour, p.colour_until,
  (select rp.happened_at from record_people rp where rp.person_id = p.id and rp.contact order by rp.happened_at desc limit 1),
  (select d.due_at from due d where d.person_id = p.id and d.resolved_at is null order by d.due_at limit 1)
from people p where p.id in (select person_id from relations where staff_id = ? and relation = 'allocated')
order by p.preferred_name
"""


def database() -> sqlite3.Connection:
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(os.environ["BENCH_PLAIN"])
    return local.connection


@get("/caseload", sync_to_thread=True)
def caseload() -> Response[str]:
    year = dt.date.today().year  # noqa: DTZ011  an age to the year is enough here
    rows = "".join(
        f'<a class="row" href="/people/{id}"><b><bdi>{escape(name)}</bdi>, {year - int(dob[:4]) if dob else ""}</b>'
        f'<span class="due">{due or ""}</span><span class="soft"><span class="light {colour}">{colour}</span> '
        f"<span>{standing} · met {seen or 'not yet'}</span></span></a>\n"
        for id, name, dob, standing, colour, until, seen, due in database().execute(QUERY, (WORKER,))
    )
    return Response(f"<!doctype html><title>Caseload</title><main>{rows}</main>", media_type="text/html")


app = Litestar([caseload], openapi_config=None)
