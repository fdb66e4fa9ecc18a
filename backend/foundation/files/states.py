"""What moderation thinks of a file. It is shown until it is blocked."""

from enum import StrEnum

from backend.core.states import moves
from backend.foundation.files.permissions import P


class Moderation(StrEnum):
    WAITING = "waiting"
    ASKED = "asked"
    PASSED = "passed"
    BLOCKED = "blocked"
    UNJUDGED = "unjudged"
    """WeChat would not judge it: the person has been away too long, or has no WeChat."""


M = Moderation

MOVES = moves(
    ("ask", {M.WAITING, M.ASKED}, M.ASKED, P.MODERATE),
    ("let_pass", {M.WAITING, M.ASKED, M.UNJUDGED}, M.PASSED, P.MODERATE),
    ("block", {M.WAITING, M.ASKED, M.UNJUDGED, M.PASSED}, M.BLOCKED, P.MODERATE),
    ("leave", {M.WAITING, M.ASKED}, M.UNJUDGED, P.MODERATE),
)
