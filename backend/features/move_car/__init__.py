"""Asking for a car to be moved (挪车): nobody's phone is shown, and nobody is found out by it."""
