"""How a step runs: on the connection it is handed; plain column types, so that old steps never need new code."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from hub.db import Base


def plain(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Our own column types are written as what they are kept in."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def only_ours(item: Any, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
    return not (kind == "table" and reflected and compared is None and name == "alembic_version")


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=plain,
    include_object=only_ours,
    render_as_batch=context.get_head_revision() is not None,
    transactional_ddl=True,
)
context.run_migrations()
