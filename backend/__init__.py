"""Linli: the API, worker and command line of a city's smart communities."""
