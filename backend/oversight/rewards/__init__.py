"""What earns points: one table of rules per area, and one line for each event that counts."""
