"""Coupons with a budget: never more given out, never more spent, than was granted."""
