"""Votes: a frozen text, a frozen roll, slips that every voter can find again, and their count."""
