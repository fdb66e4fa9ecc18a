"""Who may do what with payments."""

from backend.core.actor import Permission, Role


class P(Permission):
    PAY = "payments.pay"
    """One's own payments: everyone's."""
    COUNTER = ("payments.counter", Role.CASHIER, Role.PROPERTY_MANAGER)
    """Money taken at the counter, for the unit that the post stands for."""
    OVERSEE = ("payments.oversee", Role.ACCOUNTANT, Role.COUNTY_OFFICE)
    """Reading all payments: of one's unit, or, at a post without one, of the whole area."""
    RULE = ("payments.rule", Role.ACCOUNTANT)
    """Deciding what becomes of money that went astray."""
    PAYEES = ("payments.payees", Role.ADMINISTRATOR)
    SETTLE = ("payments.settle", Role.ADMINISTRATOR)
    """What only the house itself does: money has arrived."""
