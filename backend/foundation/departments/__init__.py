"""Whom an order can be handed to: departments, streets, property firms, utilities."""
