"""Volunteers' teams: founded by residents, looked at by the community, led by a captain."""
