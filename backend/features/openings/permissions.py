"""Who brings figures in by spreadsheet."""

from backend.core.actor import Permission, Role


class P(Permission):
    BALANCES = ("openings.balances", Role.PROPERTY_MANAGER)
    READINGS = ("openings.readings", Role.PROPERTY_MANAGER, Role.PROPERTY_STAFF)
