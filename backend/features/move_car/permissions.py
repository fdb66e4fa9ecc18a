"""Who may ask, answer, oversee and rule."""

from backend.core.actor import Permission, Role


class P(Permission):
    ASK = "move_car.ask"
    ANSWER = "move_car.answer"
    """Everyone who was told of the very request."""
    OVERSEE = (
        "move_car.oversee",
        Role.PROPERTY_MANAGER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
        Role.COUNTY_OFFICE,
    )
    RULE = ("move_car.rule", Role.SECRETARY, Role.STREET_DISPATCHER, Role.COUNTY_OFFICE)
    HOUSE = "move_car.house"
    """What the clock does: nobody but the house."""
