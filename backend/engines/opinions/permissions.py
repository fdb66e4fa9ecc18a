"""Who speaks, and who keeps the floor."""

from backend.core.actor import Permission, Role


class P(Permission):
    SPEAK = "opinions.speak"
    """The residents of the matter's area."""
    HIDE = ("opinions.hide", Role.SOCIAL_WORKER, Role.SECRETARY, Role.STREET_DISPATCHER)
