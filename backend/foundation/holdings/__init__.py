"""Whose a dwelling's affairs are: people and the tenures that are theirs, and a change of owner."""
