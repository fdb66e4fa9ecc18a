"""Who may do what with the offerings of a fair."""

from backend.core.actor import Permission, Role


class P(Permission):
    BOOK = "offerings.book"
    RUN = ("offerings.run", Role.SOCIAL_WORKER, Role.SECRETARY)
