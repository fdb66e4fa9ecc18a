"""Carts that survive the phone, and buying what is in them."""
