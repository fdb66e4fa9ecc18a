"""People as the room itself makes them."""
