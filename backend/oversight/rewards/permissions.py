"""Who may do what with the rules of rewards."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "rewards.read"
    """Everyone: what earns points where they live."""
    OVERSEE = (
        "rewards.oversee",
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
    SET = ("rewards.set", Role.SECRETARY, Role.STREET_DISPATCHER, Role.COUNTY_OFFICE)
