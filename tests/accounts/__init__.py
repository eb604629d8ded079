"""Doors, codes, invites and sessions: how people get in, and how they do not."""
