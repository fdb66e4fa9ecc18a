"""Business engines shared by features, lowest first."""

ROOMS = ("duties", "orders")
