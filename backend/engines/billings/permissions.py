"""Who makes bills."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = ("billings.read", Role.PROPERTY_MANAGER, Role.CASHIER, Role.ACCOUNTANT)
    RUN = ("billings.run", Role.PROPERTY_MANAGER)
