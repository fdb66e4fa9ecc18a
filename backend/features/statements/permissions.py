"""Who takes statements along, who exports."""

from backend.core.actor import Permission, Role


class P(Permission):
    OWN = "statements.own"
    """Everyone, of dwellings of theirs; staff of those of their firm."""
    STAFF = ("statements.staff", Role.PROPERTY_MANAGER, Role.CASHIER, Role.ACCOUNTANT)
    EXPORT = ("statements.export", Role.PROPERTY_MANAGER, Role.ACCOUNTANT)
