"""The pages of who may see whom, and who looked."""

from hub.web.access import (
    challenges,
    colleagues,
    compartments,
    connections,
    glass,
    incidents,
    kept,
    looked,
    matches,
    people,
    shares,
)

handlers = [
    *people.handlers,
    *shares.handlers,
    *connections.handlers,
    *colleagues.handlers,
    *compartments.handlers,
    *matches.handlers,
    *glass.handlers,
    *looked.handlers,
    *challenges.handlers,
    *incidents.handlers,
    *kept.handlers,
]
