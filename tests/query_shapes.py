"""The shapes a query or a writing statement can have, each asked of any class whose rows belong to a hub."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import case, delete, exists, func, insert, literal, select, true, update
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Bundle, Session, aliased, load_only

from hub.access import unwalled
from hub.agencies import Staff, Ward
from hub.people import Person
from tests import cast

Found = Callable[[Session, Any], Any]


def key(model: Any) -> Any:
    return next(iter(model.__mapper__.primary_key)).key


def own(model: Any) -> Any:
    return getattr(model, key(model))


def keys(rows: Any) -> list[Any]:
    return [getattr(row, key(type(row))) for row in rows]


READS: dict[str, Found] = {
    "the class": lambda db, m: keys(db.scalars(select(m))),
    "a column": lambda db, m: db.scalars(select(own(m))).all(),
    "a function of a column": lambda db, m: db.scalars(select(func.lower(own(m)))).all(),
    "a label": lambda db, m: db.scalars(select(own(m).label("x"))).all(),
    "a bundle": lambda db, m: [row.b.x for row in db.execute(select(Bundle("b", own(m).label("x"))))],
    "some columns of the class": lambda db, m: keys(db.scalars(select(m).options(load_only(own(m))))),
    "distinct": lambda db, m: db.scalars(select(own(m)).distinct()).all(),
    "in batches": lambda db, m: keys(db.scalars(select(m).execution_options(yield_per=2))),
    "again over what is known": lambda db, m: keys(db.scalars(select(m).execution_options(populate_existing=True))),
    "a locked row": lambda db, m: db.scalars(select(own(m)).with_for_update()).all(),
    "an alias": lambda db, m: keys(db.scalars(select(aliased(m)))),
    "a column of an alias": lambda db, m: db.scalars(select(own(aliased(m)))).all(),
    "an alias of a subquery": lambda db, m: keys(db.scalars(select(aliased(m, select(m).subquery())))),
    "a subquery": lambda db, m: db.scalars(select(select(own(m).label("x")).subquery().c.x)).all(),
    "a subquery of a subquery": lambda db, m: db.scalars(
        select(select(select(own(m).label("x")).subquery().c.x).subquery().c.x)
    ).all(),
    "a common table": lambda db, m: db.scalars(select(select(own(m).label("x")).cte().c.x)).all(),
    "a recursive common table": lambda db, m: db.scalars(select(_recursive(m).c.x)).all(),
    "a union": lambda db, m: db.scalars(select(own(m)).union(select(own(m)))).all(),
    "the class from a union of all": lambda db, m: keys(
        db.scalars(select(m).from_statement(select(m).union_all(select(m))))
    ),
    "an intersection": lambda db, m: db.scalars(select(own(m)).intersect(select(own(m)))).all(),
    "a difference": lambda db, m: db.scalars(select(own(m)).except_(select(own(m)).where(own(m) == ""))).all(),
    "a join": lambda db, m: db.scalars(select(own(m)).join_from(s := aliased(Staff), m, s.id == "milo")).all(),
    "an outer join": lambda db, m: [found for found in db.scalars(_outer(aliased(Staff), m)) if found],
    "a join with itself": lambda db, m: db.scalars(
        select(own(two := aliased(m))).join_from(m, two, own(two) == own(m))
    ).all(),
    "a scalar subquery": lambda db, m: [db.scalar(select(select(func.max(own(m))).scalar_subquery()))],
    "the greatest": lambda db, m: [db.scalar(select(func.max(own(m))))],
    "a window": lambda db, m: [row[0] for row in db.execute(select(own(m), func.row_number().over(order_by=own(m))))],
    "groups": lambda db, m: [row[0] for row in db.execute(select(own(m), func.count()).group_by(own(m)))],
    "named in another's where": lambda db, m: db.scalars(
        select(own(m)).where(own(m).in_(select(own(aliased(m)))))
    ).all(),
    "the old query": lambda db, m: keys(db.query(m).all()),
    "the old query's column": lambda db, m: [row[0] for row in db.query(own(m)).all()],
}


def _outer(colleague: Any, model: Any) -> Any:
    return select(own(model)).select_from(colleague).outerjoin(model, true()).where(colleague.id == "milo")


def _recursive(model: Any) -> Any:
    start = select(own(model).label("x")).cte(recursive=True)
    return start.union(select(own(two := aliased(model)).label("x")).where(own(two) == start.c.x))


COUNTS: dict[str, Found] = {
    "a count of a column": lambda db, m: db.scalar(select(func.count(own(m)))),
    "a count of rows": lambda db, m: db.scalar(select(func.count()).select_from(m)),
    "a count over a subquery": lambda db, m: db.scalar(select(func.count()).select_from(select(m).subquery())),
    "a count in a column": lambda db, m: db.scalar(select(select(func.count(own(m))).scalar_subquery())),
    "a sum of cases": lambda db, m: db.scalar(select(func.sum(case((own(m) != "", 1), else_=0)))),
    "the old query's count": lambda db, m: db.query(m).count(),
}
WHETHER: dict[str, Callable[[Session, Any, str], Any]] = {
    "get": lambda db, m, id: db.get(m, _identity(db, m, id)),
    "get after the hub itself looked": lambda db, m, id: _get_again(db, m, _identity(db, m, id)),
    "exists": lambda db, m, id: db.scalar(select(exists().where(own(m) == id))),
    "exists in a case": lambda db, m, id: db.scalar(
        select(case((exists(select(own(m)).where(own(m) == id)), 1), else_=0))
    ),
    "exists beside another class": lambda db, m, id: db.scalar(
        select(Ward.id).where(exists(select(literal(1)).where(own(m) == id)))
    ),
    "counted for an order": lambda db, m, id: (
        db.execute(select(Ward.id, select(func.count()).where(own(m) == id).scalar_subquery().label("n")).order_by("n"))
        .all()[0]
        .n
    ),
    "the old query's get": lambda db, m, id: db.query(m).where(own(m) == id).first(),
    "merge": lambda db, m, id: _merged(db, m, id),
    "refresh": lambda db, m, id: _refreshed(db, m, id),
}
WRITES: dict[str, Callable[[Any, str], Any]] = {
    "update": lambda m, id: update(m).where(own(m) == id).values({own(m): own(m)}).returning(own(m)),
    "update all": lambda m, id: update(m).values({own(m): own(m)}).where(own(m) == id).returning(own(m)),
    "update from a subquery": lambda m, id: (
        update(m)
        .where(own(m).in_(select(own(aliased(m))).where(own(m) == id)))
        .values({own(m): own(m)})
        .returning(own(m))
    ),
    "delete": lambda m, id: delete(m).where(own(m) == id).returning(own(m)),
}


def _identity(db: Session, model: Any, id: str) -> Any:
    with unwalled(db):
        row = db.scalars(select(model).where(own(model) == id)).first()
        found = tuple(getattr(row, column.key) for column in model.__mapper__.primary_key)
        db.expunge_all()
    return found if len(found) > 1 else found[0]


def _get_again(db: Session, model: Any, identity: Any) -> Any:
    with unwalled(db):
        kept = db.get(model, identity)  # held, so that the session still knows it
    return db.get(model, identity) and kept


def _merged(db: Session, model: Any, id: str) -> Any:
    with db.no_autoflush:
        merged = db.merge(_detached(db, model, id))
        return merged not in db.new


def _refreshed(db: Session, model: Any, id: str) -> Any:
    row = _detached(db, model, id)
    db.add(row)
    try:
        db.refresh(row)
    except InvalidRequestError:
        return None
    return row


def _detached(db: Session, model: Any, id: str) -> Any:
    with unwalled(db):
        row = db.scalars(select(model).where(own(model) == id)).first()
        db.expunge_all()
    return row


def round_the_wall(db: Session) -> dict[str, Callable[[], Any]]:
    """Statements that would write round the wall, each refused in its own way."""
    amari = db.get(Person, "amari")
    header = {"ref": "YP-NEWX", "audit_ref": "new", "since": cast.NOW, "preferred_name": "x", "standing": "harmed"}
    return {
        "a row added to another hub": lambda: (
            db.add(Ward(id="new", hub_id=cast.MILL, slug="x", name="x")) or db.flush()
        ),
        "a row moved to another hub": lambda: _flush(db, setattr, amari, "hub_id", cast.MILL),
        "rows moved by a statement": lambda: db.execute(update(Ward).values(hub_id=cast.MILL)),
        "rows moved by parameters": lambda: db.execute(update(Ward).where(Ward.slug == "north"), {"hub_id": cast.MILL}),
        "rows inserted by a statement": lambda: db.execute(insert(Person).values(id="new", hub_id=cast.MILL, **header)),
        "rows inserted by parameters": lambda: db.execute(
            insert(Person), [{"id": "new", "hub_id": cast.MILL} | header]
        ),
        "rows copied from a query": lambda: db.execute(
            insert(Ward).from_select(
                ["id", "hub_id", "slug", "name"],
                select(Person.id, literal(cast.WHARF), Person.id, Person.preferred_name),
            )
        ),
        "rows changed by their keys": lambda: db.execute(update(Person), [{"id": "kofi", "preferred_name": "changed"}]),
        "a row of another hub changed": lambda: _change(db, "kofi"),
        "a row of another hub deleted": lambda: _flush(db, db.delete, _detached(db, Person, "kofi")),
    }


def _change(db: Session, id: str) -> None:
    row = _detached(db, Person, id)
    db.add(row)
    row.preferred_name = "changed"
    db.flush()


def _flush(db: Session, act: Callable[..., None], *given: Any) -> None:
    act(*given)
    db.flush()
