"""Double entry: whatever moves, moves from one account to another, and nothing is lost."""
