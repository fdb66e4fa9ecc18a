"""Who may come and go."""

from backend.core.actor import Permission


class P(Permission):
    COME = "attendances.come"
    """Whose very booking it is."""
