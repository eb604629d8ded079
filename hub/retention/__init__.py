"""How long things are kept, what keeps them longer, and how a young person is forgotten."""

from hub.retention.erasing import Erased, Held, erase
from hub.retention.holds import Hold
from hub.retention.rules import Line, Rule, rules, run

__all__ = ["Erased", "Held", "Hold", "Line", "Rule", "erase", "rules", "run"]
