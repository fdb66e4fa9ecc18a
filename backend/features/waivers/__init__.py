"""Discounts and waivers 减免: grounds, and a second person's word above a limit."""
