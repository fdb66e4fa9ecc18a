"""Who sets prices, who reads meters."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = (
        "tariffs.read",
        Role.PROPERTY_STAFF,
        Role.PROPERTY_MANAGER,
        Role.CASHIER,
        Role.ACCOUNTANT,
    )
    MANAGE = ("tariffs.manage", Role.PROPERTY_MANAGER)
    """Prices, and which tariffs there are."""
    METER = ("tariffs.meter", Role.PROPERTY_MANAGER, Role.PROPERTY_STAFF)
    """Entering what meters read."""
