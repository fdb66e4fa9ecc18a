"""Who may pay, look and waive."""

from backend.core.actor import Permission, Role


class P(Permission):
    OWN = "stays.own"
    READ = ("stays.read", Role.PROPERTY_STAFF, Role.PROPERTY_MANAGER, Role.CASHIER)
    WAIVE = ("stays.waive", Role.PROPERTY_MANAGER)
