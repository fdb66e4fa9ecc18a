"""Who sees bills, who may change what is owed."""

from backend.core.actor import Permission, Role


class P(Permission):
    VIEW = "bills.view"
    """Everyone: one's own; for staff see READ."""
    READ = (
        "bills.read",
        Role.PROPERTY_STAFF,
        Role.PROPERTY_MANAGER,
        Role.CASHIER,
        Role.ACCOUNTANT,
    )
    VOID = ("bills.void", Role.PROPERTY_MANAGER)
    POST = ("bills.post", Role.ADMINISTRATOR)
    """The moves of the house itself; `Bill.may` gives them to nobody else."""
