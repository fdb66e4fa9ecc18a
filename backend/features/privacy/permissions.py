"""One's own data is everyone's."""

from backend.core.actor import Permission


class P(Permission):
    OWN = "privacy.own"
