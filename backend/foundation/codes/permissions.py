"""Who may make and print codes."""

from backend.core.actor import Permission, Role


class P(Permission):
    MANAGE = (
        "codes.manage",
        Role.PROPERTY_MANAGER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
