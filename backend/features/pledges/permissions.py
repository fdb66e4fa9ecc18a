"""Who may promise, confirm and run."""

from backend.core.actor import Permission, Role


class P(Permission):
    PLEDGE = "pledges.pledge"
    """Everybody; of a pledge, whoever made it, or stands for the unit that did."""
    CONFIRM = "pledges.confirm"
    """Residents of the very community."""
    RUN = (
        "pledges.run",
        Role.SOCIAL_WORKER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
    )
    KEEP = "pledges.keep"
    """What only the house itself does: enough residents have confirmed."""
