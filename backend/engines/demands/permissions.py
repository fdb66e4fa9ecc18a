"""Who may bring something in."""

from backend.core.actor import Permission, Role


class P(Permission):
    REPORT = "demands.report"
    """Everyone, for themselves; and what follows from it: urging, rating, …"""
    REPORT_FOR = ("demands.report_for", *tuple(Role))
    """Staff, for somebody who told them (at the door, by phone, on a reception day)."""
