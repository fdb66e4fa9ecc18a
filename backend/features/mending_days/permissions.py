"""Who may do what with days of small repairs."""

from backend.core.actor import Permission
from backend.engines.craftsmen.queries import COMMUNITY


class P(Permission):
    READ = "mending_days.read"
    BOOK = "mending_days.book"
    """Whoever lives where the day is held."""
    ANNOUNCE = ("mending_days.announce", *COMMUNITY)
    SERVE = "mending_days.serve"
    """Of a bench: the craftsman at it."""
    HOUSE = "mending_days.house"
    """What follows by the clock: nobody but the house."""
