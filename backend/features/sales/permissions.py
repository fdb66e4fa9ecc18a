"""Who may do what; the table of moves says who may to this very purchase."""

from backend.core.actor import Permission


class P(Permission):
    BUY = "sales.buy"
    SELL = "sales.sell"
