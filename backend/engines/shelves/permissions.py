"""Who may do what with the shelves."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "shelves.read"
    """Everyone: what is offered where they live."""
    MANAGE = (
        "shelves.manage",
        Role.SECRETARY,
        Role.SOCIAL_WORKER,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
    )
    SERVE = (
        "shelves.serve",
        Role.SECRETARY,
        Role.SOCIAL_WORKER,
        Role.GRID_OFFICER,
        Role.WELFARE_POST,
        Role.STREET_DISPATCHER,
    )
    """Hand things over at a place of theirs; the staff of the place's shop may as well."""
