"""Who may do what with fairs."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "fairs.read"
    RUN = ("fairs.run", Role.SOCIAL_WORKER, Role.SECRETARY)
    """The community that holds it."""
    REVIEW = ("fairs.review", Role.STREET_DISPATCHER, Role.COUNTY_OFFICE)
    """The street that looks at themes, and lets an urgent fair go without its seven days."""
