"""Who may keep a line open; what comes over it is asked message by message."""

from backend.core.actor import Permission


class P(Permission):
    LIVE = "streams.live"
