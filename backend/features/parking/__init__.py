"""Parking as a resident sees it: cars, passes, stays and room, at one glance."""
