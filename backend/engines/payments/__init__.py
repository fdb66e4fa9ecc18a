"""Payments: what is owed by our own books, and how it was paid, whatever the way."""
