"""Bookable slots of rooms above: places, a waiting list in turn, being there by code and place."""
