"""Who may do what with points."""

from backend.core.actor import Permission, Role


class P(Permission):
    HOLD = "points.hold"
    """Everyone, for what is theirs and their families'."""
    KEEP = "points.keep"
    """What only the house itself does: rooms above reserve, spend and release."""
    OVERSEE = (
        "points.oversee",
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
    SET_POLICY = ("points.set_policy", Role.SECRETARY, Role.STREET_DISPATCHER, Role.COUNTY_OFFICE)
