"""Who may do what with redemptions."""

from backend.core.actor import Permission


class P(Permission):
    REDEEM = "mall.redeem"
    """Everyone, for themselves."""
    SERVE = "mall.serve"
    """Those who serve at the very place: see the room `shelves`."""
    KEEP = "mall.keep"
    """What only the house itself does: time has run out."""
