"""Who may hold votes."""

from backend.core.actor import Permission, Role


class P(Permission):
    HOLD = ("votings.hold", Role.SOCIAL_WORKER, Role.SECRETARY, Role.STREET_DISPATCHER)
    RULE = ("votings.rule", Role.SECRETARY, Role.STREET_DISPATCHER)
    HOUSE = "votings.house"
    """What only the clock does."""
