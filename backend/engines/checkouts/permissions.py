"""Who may do what with payments through WeChat."""

from backend.core.actor import Permission, Role


class P(Permission):
    PAY = "checkouts.pay"
    """One's own payments: everyone's."""
    OVERSEE = ("checkouts.oversee", Role.ACCOUNTANT, Role.COUNTY_OFFICE)
    RULE = ("checkouts.rule", Role.ACCOUNTANT)
    """Deciding what becomes of money that does not agree with our books."""
