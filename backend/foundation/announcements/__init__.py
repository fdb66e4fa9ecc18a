"""Telling all residents of a place, so many at a time."""
