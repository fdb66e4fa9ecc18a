"""Who sees and rules what disagrees: a firm's accountant their firm's, the county everything."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = ("settlements.read", Role.ACCOUNTANT, Role.COUNTY_OFFICE)
    EXPORT = ("settlements.export", Role.ACCOUNTANT, Role.COUNTY_OFFICE)
    RULE = ("settlements.rule", Role.ACCOUNTANT, Role.COUNTY_OFFICE)
    KEEP = ("settlements.keep", Role.ADMINISTRATOR)
    """What the house alone does; the row then refuses everybody."""
