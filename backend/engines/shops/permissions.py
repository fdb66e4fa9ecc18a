"""Who may do what with shops."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "shops.read"
    REGISTER = "shops.register"
    """Everyone may ask for a shop; the community decides."""
    OWN = "shops.own"
    """The owners of the very shop."""
    RUN = "shops.run"
    """Owners and clerks of the very shop."""
    REVIEW = (
        "shops.review",
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
