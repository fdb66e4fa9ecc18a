"""Deadlines: one row each, started at dispatch, paused with a reason, fired once."""
