"""Who may have receipts."""

from backend.core.actor import Permission


class P(Permission):
    READ = "receipts.read"
    """Of one's own payments, and as staff of those one reads."""
