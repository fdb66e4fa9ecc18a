"""Who may see and shape a community's first page."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "home.read"
    CHOOSE = (
        "home.choose",
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
