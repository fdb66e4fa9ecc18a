"""Who may do what with vehicles."""

from backend.core.actor import Permission, Role


class P(Permission):
    OWN = "vehicles.own"
    """Everyone for the vehicles they are a contact of."""
    CONFIRM = (
        "vehicles.confirm",
        Role.PROPERTY_STAFF,
        Role.PROPERTY_MANAGER,
        Role.SOCIAL_WORKER,
        Role.SECRETARY,
    )
    END = "vehicles.end"
    """Everyone for their own; for others whoever may confirm there."""
