"""Who may do what with service hours."""

from backend.core.actor import Permission


class P(Permission):
    SERVE = "hours.serve"
    """Whose very hours they are."""
    HOST = "hours.host"
    """Whoever held what was done: the room above has checked it. Never one's own hours."""
