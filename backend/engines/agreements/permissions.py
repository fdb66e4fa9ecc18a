"""A balance and an agreement are the business of a car's own people."""

from backend.core.actor import Permission


class P(Permission):
    OWN = "agreements.own"
