"""Puts the hub together: the only place that knows every part."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import anyio
from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.logging.config import LoggingConfig
from litestar.plugins.htmx import HTMXRequest

from hub import access, audit, jobs
from hub.clock import Clock, now
from hub.crypto import Keys
from hub.db import READERS, Database
from hub.kinds import ENDINGS, KINDS
from hub.records import Kind
from hub.settings import Settings
from hub.web import access as access_pages
from hub.web import capture, guards, outbox, outreach, people, policy, pwa, records
from hub.web.account import account
from hub.web.corrections import corrections
from hub.web.demo import demo
from hub.web.errors import HANDLERS
from hub.web.files import static_file
from hub.web.hand_over import handed_over, interrupted, stay
from hub.web.home import home
from hub.web.lock import interruptions
from hub.web.sign_in import sign_in
from hub.web.tidy_up import tidy_up

BODY = 64_000


def open_database(settings: Settings, keys: Keys) -> Database:
    """The hub's database, with access and audit enforced on every session of it."""
    database = Database(settings.database_url, keys.database, settings.cache_mb)
    access.enforce(database)
    audit.install(database)
    return database


def create_app(
    settings: Settings, keys: Keys, database: Database, clock: Clock = now, kinds: Sequence[type[Kind]] = KINDS
) -> Litestar:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = READERS
        async with jobs.waking(jobs.Work(settings, keys, database, clock, ENDINGS)):
            yield

    pages = [
        static_file,
        *home,
        *sign_in,
        *account,
        *people.handlers,
        *access_pages.handlers,
        *policy.handlers,
        *pwa.handlers,
        *capture.handlers,
        *outbox.handlers,
        *outreach.handlers,
        *records.controllers(kinds),
        *corrections(kinds),
        *tidy_up,
        *handed_over,
        *(demo if settings.demo else ()),
    ]
    # One router: registered one by one, the handlers of a path that share it would be wrapped for threads twice.
    app = Litestar(
        [Router("/", route_handlers=pages)],
        request_class=HTMXRequest,
        dependencies={
            "db": Provide(guards.provide_db),
            "now": Provide(guards.provide_now, sync_to_thread=False),
            "settings": Provide(guards.provide_settings, sync_to_thread=False),
            "keys": Provide(guards.provide_keys, sync_to_thread=False),
            "viewer": Provide(guards.provide_viewer, sync_to_thread=True),
            "typed": Provide(guards.provide_typed),
            "packet": Provide(guards.provide_packet),
        },
        before_request=stay,
        after_request=guards.finish,
        exception_handlers=HANDLERS | interruptions | interrupted,
        compression_config=CompressionConfig(
            "brotli", brotli_quality=4, minimum_size=1000, exclude_opt_key="compressed"
        ),
        request_max_body_size=BODY,
        logging_config=LoggingConfig(configure_root_logger=False),
        openapi_config=None,
        lifespan=[lifespan],
    )
    app.state.update(
        settings=settings,
        keys=keys,
        database=database,
        clock=clock,
        kinds={kind.slug: kind for kind in kinds},
        hub_slugs={},
        read_writer=audit.ReadWriter(database),
    )
    guards.declared(app)
    return app
