"""Business engines shared by features, lowest first."""

ROOMS = ("duties", "clocks", "orders", "boards", "handling", "dispatches", "demands")
