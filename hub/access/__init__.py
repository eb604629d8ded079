"""Who may see what: one table, asked as SQL of every query and as `decide()` of one item."""

from hub.access.audience import audience
from hub.access.policy import (
    ACTING,
    COMPARTMENTS,
    PARTS,
    PERSONAL,
    POLICY,
    POLICY_HASH,
    ROLES,
    Decision,
    Grade,
    Item,
    Refused,
    Steward,
    View,
    Viewer,
    decide,
)
from hub.access.queries import Columns, enforce, predicate, unwalled, viewer_for
from hub.access.tables import Exclusion, Grant, Relation, Walled
from hub.access.told import GRADES, RELATIONS, markdown, told

__all__ = [
    "ACTING",
    "COMPARTMENTS",
    "GRADES",
    "PARTS",
    "PERSONAL",
    "POLICY",
    "POLICY_HASH",
    "RELATIONS",
    "ROLES",
    "Columns",
    "Decision",
    "Exclusion",
    "Grade",
    "Grant",
    "Item",
    "Refused",
    "Relation",
    "Steward",
    "View",
    "Viewer",
    "Walled",
    "audience",
    "decide",
    "enforce",
    "markdown",
    "predicate",
    "told",
    "unwalled",
    "viewer_for",
]
