"""Who may report in, take, and run."""

from backend.core.actor import Permission, Role


class P(Permission):
    JOIN = "report_ins.join"
    """Everybody; of a row, whose it is."""
    RUN = (
        "report_ins.run",
        Role.SOCIAL_WORKER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
    )
    KEEP = "report_ins.keep"
    """What only the house itself does."""
