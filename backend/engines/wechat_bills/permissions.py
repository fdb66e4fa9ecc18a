"""Who sees the bills of the whole account: the county's people, and nobody of a single firm."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = ("wechat_bills.read", Role.ACCOUNTANT, Role.COUNTY_OFFICE)
    RUN = ("wechat_bills.run", Role.ACCOUNTANT, Role.COUNTY_OFFICE)
    """Asking for a refused bill again."""
    KEEP = ("wechat_bills.keep", Role.ADMINISTRATOR)
    """What the house alone does; the row then refuses everybody."""
