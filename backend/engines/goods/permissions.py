"""Who may do what with goods."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "goods.read"
    STOCK = "goods.stock"
    """The staff of the very shop."""
    REVIEW = (
        "goods.review",
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
