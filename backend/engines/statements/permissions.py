"""Who sees the bills of the whole account: the county's people, and nobody of a single firm."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = ("statements.read", Role.ACCOUNTANT, Role.COUNTY_OFFICE)
    RUN = ("statements.run", Role.ACCOUNTANT, Role.COUNTY_OFFICE)
    """Asking for a refused bill again."""
    KEEP = ("statements.keep", Role.ADMINISTRATOR)
    """What the house alone does; the row then refuses everybody."""
