"""Who may let a dwelling change hands."""

from backend.core.actor import Permission, Role


class P(Permission):
    HAND_OVER = ("holdings.hand_over", Role.PROPERTY_MANAGER, Role.SECRETARY)
