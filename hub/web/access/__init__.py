"""The pages of who may see whom, and who looked."""

from hub.web.access import colleagues, compartments, connections, glass, matches, people, shares

handlers = [
    *people.handlers,
    *shares.handlers,
    *connections.handlers,
    *colleagues.handlers,
    *compartments.handlers,
    *matches.handlers,
    *glass.handlers,
]
