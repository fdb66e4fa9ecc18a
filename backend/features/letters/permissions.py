"""Who may do what with letters and messages."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "letters.read"
    WRITE = "letters.write"
    """Whose very words they are."""
    RUN = ("letters.run", Role.SOCIAL_WORKER, Role.SECRETARY)
