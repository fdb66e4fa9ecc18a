"""Who may check in and look at the wall."""

from backend.core.actor import Permission


class P(Permission):
    READ = "arrivals.read"
    ARRIVE = "arrivals.arrive"
