"""Who sees what is overdue, who reminds."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = ("arrears.read", Role.PROPERTY_MANAGER, Role.CASHIER, Role.ACCOUNTANT)
    REMIND = ("arrears.remind", Role.PROPERTY_MANAGER, Role.CASHIER)
    MUTE = "arrears.mute"
    """Everyone: whether one is reminded."""
