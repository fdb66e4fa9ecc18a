"""Calling a craftsman (请师傅): asked, accepted or passed on, visited, done, rated."""
