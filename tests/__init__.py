"""Checks of the hub, told as sentences."""
