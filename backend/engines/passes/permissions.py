"""Who may buy, invite and oversee."""

from backend.core.actor import Permission, Role


class P(Permission):
    OWN = "passes.own"
    READ = ("passes.read", Role.PROPERTY_STAFF, Role.PROPERTY_MANAGER, Role.CASHIER)
    END = ("passes.end", Role.PROPERTY_MANAGER)
    HOUSE = "passes.house"
    """What payments and the clock do: nobody but the house."""
