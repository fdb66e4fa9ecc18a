"""Who may do what with areas."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "areas.read"
    """Names of areas are no secret among those who are logged in."""
    READ_DWELLINGS = (
        "areas.read_dwellings",
        Role.GRID_OFFICER,
        Role.SOCIAL_WORKER,
        Role.BUILDING_HEAD,
        Role.PROPERTY_STAFF,
        Role.PROPERTY_MANAGER,
        Role.CASHIER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
    MANAGE = ("areas.manage", Role.STREET_DISPATCHER, Role.COUNTY_OFFICE, Role.ADMINISTRATOR)
    MOVE = (
        "areas.move",
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
