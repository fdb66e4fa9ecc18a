"""Who may take part, hold and run."""

from backend.core.actor import Permission, Role


class P(Permission):
    JOIN = "volunteering.join"
    HOST = "volunteering.host"
    """The captain of the project's team, and whoever runs it."""
    RUN = (
        "volunteering.run",
        Role.GRID_OFFICER,
        Role.SOCIAL_WORKER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
    )
