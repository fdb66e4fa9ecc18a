"""Refunds: money goes back the way it came, in part or whole, never more than was paid."""
