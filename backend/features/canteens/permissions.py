"""Who may do what with canteens."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "canteens.read"
    BOOK = "canteens.book"
    """Everyone, for themselves and for old people of their household."""
    COOK = "canteens.cook"
    """The staff of the very canteen."""
    FUND = (
        "canteens.fund",
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
    """How much a meal is subsidised, for canteens of their area."""
