"""Who may do what with money that does not agree with our books."""

from backend.core.actor import Permission, Role


class P(Permission):
    OVERSEE = ("quarantines.oversee", Role.ACCOUNTANT, Role.COUNTY_OFFICE)
    RULE = ("quarantines.rule", Role.ACCOUNTANT)
