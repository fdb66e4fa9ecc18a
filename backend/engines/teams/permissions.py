"""Who may do what with teams."""

from backend.core.actor import Permission, Role


class P(Permission):
    JOIN = "teams.join"
    """Everybody; of a membership, whoever is the member."""
    LEAD = "teams.lead"
    """The captain of the very team."""
    REVIEW = (
        "teams.review",
        Role.SOCIAL_WORKER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
    )
