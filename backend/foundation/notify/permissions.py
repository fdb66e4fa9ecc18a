"""Who reads the inbox, who sees how sending goes, who rules on what is unknown."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "notify.read"
    """One's own inbox and subscriptions."""
    HEALTH = ("notify.health", Role.COUNTY_OFFICE, Role.ADMINISTRATOR)
    RULE = ("notify.rule", Role.ADMINISTRATOR)
    DELIVER = ("notify.deliver", Role.ADMINISTRATOR)
    """The moves of the house itself; `Delivery.may` gives them to nobody else."""
