"""Canteens for the neighbourhood's old people: menus by day, bookings, subsidised meals."""
