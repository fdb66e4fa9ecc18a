"""Who may say what."""

from backend.core.actor import Permission


class P(Permission):
    READ = "ratings.read"
    RATE = "ratings.rate"
    """The buyer of the very purchase."""
    ANSWER = "ratings.answer"
    """The staff of the shop."""
