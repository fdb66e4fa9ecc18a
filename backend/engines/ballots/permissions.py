"""Who may vote, and who may record that somebody votes for another."""

from backend.core.actor import Permission, Role


class P(Permission):
    CAST = "ballots.cast"
    """Everyone; whose dwelling is whose is asked of the frozen roll."""
    RECORD = (
        "ballots.record",
        Role.GRID_OFFICER,
        Role.SOCIAL_WORKER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
    )
