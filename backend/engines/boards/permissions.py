"""Who may look at lists of orders; which orders they see is asked of each."""

from backend.core.actor import Permission, Role


class P(Permission):
    VIEW = "boards.view"
    """Everyone: one's own, and what one's posts show."""
    WORK = ("boards.work", *tuple(Role))
