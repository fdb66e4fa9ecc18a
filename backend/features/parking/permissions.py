"""The page is everybody's; what stands in it is each one's own."""

from backend.core.actor import Permission


class P(Permission):
    OWN = "parking.own"
