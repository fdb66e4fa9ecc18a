"""How an order looks in a list."""
