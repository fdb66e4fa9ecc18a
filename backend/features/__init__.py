"""Features: siblings that never import each other."""

ROOMS = (
    "home",
    "privacy",
    "move_car",
    "parking",
    "fees",
    "waivers",
    "arrears",
    "statements",
    "openings",
    "handovers",
    "carts",
    "canteens",
    "sales",
    "ratings",
    "volunteering",
    "report_ins",
    "pledges",
)
