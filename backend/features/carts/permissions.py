"""One's own cart is everyone's."""

from backend.core.actor import Permission


class P(Permission):
    OWN = "carts.own"
