"""Who may see whom and until when: given, shared, granted, declared, matched; each from one moment to another."""

from hub.relations.tables import Connection, Match, Request, Share

__all__ = ["Connection", "Match", "Request", "Share"]
