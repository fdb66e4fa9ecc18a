"""Who may do what with payments through WeChat."""

from backend.core.actor import Permission


class P(Permission):
    PAY = "checkouts.pay"
    """One's own payments: everyone's."""
