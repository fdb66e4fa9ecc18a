"""Who may do what with awards."""

from backend.core.actor import Permission, Role


class P(Permission):
    SEE = "awards.see"
    """Everyone, what they got themselves."""
    OVERSEE = (
        "awards.oversee",
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
    RULE = ("awards.rule", Role.SECRETARY, Role.STREET_DISPATCHER, Role.COUNTY_OFFICE)
    """At the place, and not about themselves."""
