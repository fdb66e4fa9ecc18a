"""Who may do what with a community's pool."""

from backend.core.actor import Permission, Role


class P(Permission):
    OVERSEE = (
        "pools.oversee",
        Role.SECRETARY,
        Role.SOCIAL_WORKER,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
    KEEP = ("pools.keep", Role.SECRETARY, Role.STREET_DISPATCHER, Role.COUNTY_OFFICE)
    """Write down what was settled with a shop, and budgets; take back what was wrong."""
    TAKE = "pools.take"
    """See what one's own shop took."""
