"""Who settles up."""

from backend.core.actor import Permission, Role


class P(Permission):
    OWN = "handovers.own"
    """Everyone: former and present owners of the dwelling."""
    STAFF = ("handovers.staff", Role.PROPERTY_MANAGER, Role.CASHIER)
    PAY_OUT = ("handovers.pay_out", Role.CASHIER, Role.PROPERTY_MANAGER)
