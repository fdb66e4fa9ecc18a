"""Names and bounds of identity."""

from datetime import timedelta
from enum import StrEnum

NEWCOMER = "邻居"
"""The nickname of whoever has not chosen one."""
GONE = "已注销用户"
"""What stands where an erased person's name stood."""

ACTOR_SECONDS = 0.9
"""How long a process may believe a token it has looked up: revocation takes effect within 1 s."""
TOUCHED_AFTER = timedelta(hours=1)
"""A session's expiry moves at most this often: reading costs no writes."""
ADMINISTRATOR_HOURS = 12
SESSIONS_KEPT = timedelta(days=30)
"""How long an ended session stays in the list of devices' history."""


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"
