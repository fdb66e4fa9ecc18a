"""Who may count and who may rule."""

from backend.core.actor import Permission, Role


class P(Permission):
    COUNT = (
        "stocktakes.count",
        Role.SECRETARY,
        Role.SOCIAL_WORKER,
        Role.WELFARE_POST,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
    )
    RULE = ("stocktakes.rule", Role.SECRETARY, Role.STREET_DISPATCHER, Role.COUNTY_OFFICE)
    """Not what one counted oneself."""
