"""Who pays, who takes money, who gives it back."""

from backend.core.actor import Permission, Role


class P(Permission):
    PAY = "fees.pay"
    """Everyone: for dwellings of theirs."""
    COUNTER = ("fees.counter", Role.CASHIER, Role.PROPERTY_MANAGER)
    STAFF = ("fees.staff", Role.PROPERTY_MANAGER, Role.CASHIER, Role.ACCOUNTANT)
    """Seeing what came in for a bill."""
    REFUND = ("fees.refund", Role.PROPERTY_MANAGER, Role.ACCOUNTANT)
