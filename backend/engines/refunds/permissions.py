"""Who may do what with refunds."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "refunds.read"
    """One's own refunds; staff theirs."""
    OVERSEE = (
        "refunds.oversee",
        Role.ACCOUNTANT,
        Role.COUNTY_OFFICE,
        Role.CASHIER,
        Role.PROPERTY_MANAGER,
    )
    PAY_OUT = ("refunds.pay_out", Role.CASHIER, Role.PROPERTY_MANAGER)
    """Giving back money that was taken at the counter."""
    RULE = ("refunds.rule", Role.ACCOUNTANT)
    """Refunds that WeChat could not deliver."""
    SEND = ("refunds.send", Role.ADMINISTRATOR)
    """What only the house itself does."""
