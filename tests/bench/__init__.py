"""Ratios that must stay, each taken side by side in one run: an absolute figure of a shared machine says nothing."""
