"""The database: one declarative base, a read engine, a write engine, and the only ways to open a session."""

import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import sqlcipher3.dbapi2 as sqlcipher
from anyio.to_thread import run_sync
from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import DatabaseError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

READERS = 4
BUSY_MS = 5000


class Instant(TypeDecorator[dt.datetime]):
    """A moment: aware UTC in Python, refused when naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        str: Text,
        dt.datetime: Instant,
        dt.date: Date,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
        dict[str, Any]: JSON,
        dict[str, int]: JSON,
        dict[str, int | None]: JSON,
    }


def table_of(model: type[Base]) -> Table:
    """The bare table: for writing without a unit of work, and for rules that must not be narrowed by themselves."""
    found = model.__table__
    assert isinstance(found, Table)
    return found


class HubSession(Session):
    """Asks the database even for a row that it knows, so that what the hub itself looked up stays behind the wall."""

    def get(self, entity: Any, ident: Any, **how: Any) -> Any:
        return super().get(entity, ident, **{"populate_existing": True, **how})

    def refresh(self, instance: object, *which: Any, **how: Any) -> None:
        if self.get(type(instance), inspect(instance, raiseerr=True).identity) is None:
            raise InvalidRequestError(f"no such {type(instance).__name__} for this viewer")
        super().refresh(instance, *which, **how)


class Database:
    """One hub database. A session carries its viewer in `info`; `hub.access` refuses one without."""

    def __init__(self, url: str, key: bytes | None = None, cache_mb: int = 16) -> None:
        self.url = url
        self.embedded = make_url(url).get_backend_name() == "sqlite"
        if self.embedded:
            self._connect = _cipher(make_url(url).database or "", key, cache_mb)
            self.readers = _engine(self._connect, READERS, "BEGIN")
            self.writer = _engine(self._connect, 1, "BEGIN IMMEDIATE")
        else:
            self.readers = self.writer = create_engine(url, pool_size=READERS, max_overflow=0, pool_timeout=10)
        self.sessions: sessionmaker[HubSession] = sessionmaker(
            class_=type("Session", (HubSession,), {}), expire_on_commit=False
        )
        self.reading_places = anyio.Semaphore(READERS)
        self.writing_places = anyio.Semaphore(1) if self.embedded else self.reading_places

    @contextmanager
    def reading(self, viewer: object) -> Iterator[Session]:
        with self.sessions(bind=self.readers, info={"viewer": viewer}) as session:
            yield session

    @contextmanager
    def writing(self, viewer: object) -> Iterator[Session]:
        """Commits when the block ends well, rolls back when it does not."""
        with self.sessions(bind=self.writer, info={"viewer": viewer}) as session, session.begin():
            yield session

    @asynccontextmanager
    async def serving(self, writes: bool) -> AsyncIterator[Session]:
        """A request's session. It waits for a place before it takes a worker thread, never the other way round."""
        async with self.writing_places if writes else self.reading_places:
            session = self.sessions(bind=self.writer if writes else self.readers)
            try:
                yield session
                if writes:
                    await run_sync(session.commit)
            except BaseException:
                with anyio.CancelScope(shield=True):
                    await run_sync(session.rollback)
                raise
            finally:
                with anyio.CancelScope(shield=True):
                    await run_sync(session.close)

    def copy_to(self, path: Path) -> None:
        """A consistent copy of the embedded database under the same key, while others write."""
        with closing(self._connect()) as connection:
            connection.execute("vacuum into ?", (str(path),))

    def damage(self) -> list[str]:
        """What is wrong with the embedded file, page by page; nothing when it is whole."""
        found = []
        with closing(self._connect()) as connection:
            for check in ("cipher_integrity_check", "integrity_check", "foreign_key_check"):
                try:
                    found += [str(row) for row in connection.execute(f"pragma {check}") if row != ("ok",)]
                except sqlcipher.DatabaseError as broken:
                    found.append(str(broken))
        return found

    def learn(self) -> None:
        """Let the embedded planner count its rows, without which it takes any index that begins with the hub."""
        if self.embedded:
            with self.writer.begin() as connection:
                connection.exec_driver_sql("pragma optimize=0x10002")

    def scrub(self) -> None:
        """Leave nothing of deleted rows behind: not in free pages, the write-ahead log or the planner's statistics."""
        if not self.embedded:
            with self.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("vacuum (full, analyze)")
            return
        with closing(self._connect()) as connection:
            for step in ("pragma wal_checkpoint(truncate)", "analyze", "vacuum", "pragma wal_checkpoint(truncate)"):
                connection.execute(step).fetchall()

    def close(self) -> None:
        with suppress(DatabaseError):  # what another key or a damaged file holds cannot be counted
            self.learn()
        self.readers.dispose()
        self.writer.dispose()


def _cipher(path: str, key: bytes | None, cache_mb: int) -> Callable[[], Any]:
    def connect() -> Any:
        connection = sqlcipher.connect(path, check_same_thread=False, isolation_level=None)
        if key is not None:
            connection.execute(f"pragma key=\"x'{key.hex()}'\"")
        for pragma in (
            "journal_mode=wal",
            "synchronous=full",
            "foreign_keys=on",
            f"busy_timeout={BUSY_MS}",
            f"cache_size=-{cache_mb * 1024}",
            "temp_store=memory",
            "secure_delete=on",
        ):
            connection.execute(f"pragma {pragma}")
        return connection

    return connect


def _engine(connect: Callable[[], Any], size: int, begin: str) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=connect,
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=10,
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine
