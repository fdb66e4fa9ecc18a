"""Who may see matters, and who keeps them going."""

from backend.core.actor import Permission, Role


class P(Permission):
    SEE = "matters.see"
    """The residents of the matter's area."""
    KEEP = ("matters.keep", Role.SOCIAL_WORKER, Role.SECRETARY, Role.STREET_DISPATCHER)
    HOUSE = "matters.house"
    """What follows from a vote, by itself."""
