"""Who may do what with residents."""

from backend.core.actor import Permission, Role


class P(Permission):
    BIND = "residents.bind"
    """Everyone may say where they live."""
    OWN = "residents.own"
    """What is one's own: dwellings, the list of who looked."""
    END = "residents.end"
    """Everyone for themselves; for others whoever may confirm there."""
    CONFIRM = (
        "residents.confirm",
        Role.GRID_OFFICER,
        Role.SOCIAL_WORKER,
        Role.PROPERTY_MANAGER,
        Role.SECRETARY,
    )
    READ = (
        "residents.read",
        Role.GRID_OFFICER,
        Role.SOCIAL_WORKER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
    )
    WRITE = ("residents.write", Role.GRID_OFFICER, Role.SOCIAL_WORKER, Role.SECRETARY)
    REVEAL = ("residents.reveal", Role.GRID_OFFICER, Role.SOCIAL_WORKER, Role.SECRETARY)
