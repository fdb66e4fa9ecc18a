"""Stays in car parks: derived from what the gates saw, charged, paid before leaving."""
