"""Stalls of fairs: offered, accepted, put on the map, and who came by, each person once."""
