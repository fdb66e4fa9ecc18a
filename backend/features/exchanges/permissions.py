"""Who may do what with things to exchange."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "exchanges.read"
    GIVE = "exchanges.give"
    """Whose very thing it is."""
    TAKE = "exchanges.take"
    """Everybody else."""
    KEEP = "exchanges.keep"
    """For whom it is reserved."""
    RUN = ("exchanges.run", Role.SOCIAL_WORKER, Role.SECRETARY)
