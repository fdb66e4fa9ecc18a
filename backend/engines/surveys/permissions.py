"""Who may do what with surveys."""

from backend.core.actor import Permission, Role


class P(Permission):
    ANSWER = "surveys.answer"
    """Everyone whom a survey reaches; asked row by row."""
    MANAGE = (
        "surveys.manage",
        Role.SOCIAL_WORKER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
    )
