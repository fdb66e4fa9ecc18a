"""Business engines shared by features, lowest first."""

ROOMS = ("duties", "clocks", "orders", "boards", "dispatches", "demands")
