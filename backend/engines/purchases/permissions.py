"""Who may do what with purchases."""

from backend.core.actor import Permission


class P(Permission):
    BUY = "purchases.buy"
    """The buyer of the very purchase."""
    SELL = "purchases.sell"
    """The staff of the shop that sold it."""
    VIEW = "purchases.view"
    """Buyer and staff."""
    KEEP = "purchases.keep"
    """What only the house itself does: money has come, time has run out."""
