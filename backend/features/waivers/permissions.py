"""Who asks for a waiver, who approves it."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = ("waivers.read", Role.PROPERTY_MANAGER, Role.CASHIER, Role.ACCOUNTANT)
    ASK = ("waivers.ask", Role.PROPERTY_MANAGER, Role.CASHIER)
    WITHDRAW = ("waivers.withdraw", Role.PROPERTY_MANAGER, Role.CASHIER)
    """Whoever asked."""
    RULE = ("waivers.rule", Role.PROPERTY_MANAGER, Role.ACCOUNTANT)
    """Anybody but whoever asked."""
