"""Who may look at an order; which ones is asked of each."""

from backend.core.actor import Permission


class P(Permission):
    VIEW = "details.view"
    REVEAL = "details.reveal"
    """Whom to call, in plain: whoever has the order in hand."""
