"""Checks of how the code is shaped, rather than of what it does."""
