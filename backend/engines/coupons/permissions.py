"""Who may do what with coupons."""

from backend.core.actor import Permission, Role


class P(Permission):
    CLAIM = "coupons.claim"
    """Everyone, for themselves."""
    OFFER = "coupons.offer"
    """The staff of the very shop, at the shop's cost."""
    FUND = ("coupons.fund", Role.STREET_DISPATCHER, Role.COUNTY_OFFICE, Role.ADMINISTRATOR)
    """At the public's cost: a street for its own shops."""
