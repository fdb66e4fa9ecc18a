"""Who may count residents, and who may take the register out."""

from backend.core.actor import Permission, Role


class P(Permission):
    COUNT = (
        "censuses.count",
        Role.GRID_OFFICER,
        Role.SOCIAL_WORKER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
        Role.ADMINISTRATOR,
    )
    EXPORT = ("censuses.export", Role.SECRETARY)
