"""The life of a wish, and of each claim of it."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.wishes.permissions import P


class WishStatus(Labelled):
    SUBMITTED = "submitted", "待审核"
    REFUSED = "refused", "未通过"
    OPEN = "open", "待认领"
    CLAIMED = "claimed", "已认领"
    FULFILLED = "fulfilled", "待确认"
    CONFIRMED = "confirmed", "已实现"
    WITHDRAWN = "withdrawn", "已撤回"
    CLOSED = "closed", "已下架"
    EXPIRED = "expired", "已过期"


class ClaimStatus(Labelled):
    HELD = "held", "办理中"
    FULFILLED = "fulfilled", "待确认"
    CONFIRMED = "confirmed", "已确认"
    RELEASED = "released", "已释放"


W, C = WishStatus, ClaimStatus
PENDING = frozenset({W.SUBMITTED, W.REFUSED})
SHARED = frozenset({W.OPEN, W.CLAIMED, W.FULFILLED})
"""Where a wish is follows from its claims: see rules.standing."""
SHOWN = SHARED | {W.CONFIRMED}
"""What neighbours may see."""
ENDED = frozenset({W.CONFIRMED, W.WITHDRAWN, W.CLOSED, W.EXPIRED})
LIVE = frozenset({C.HELD, C.FULFILLED, C.CONFIRMED})
"""A claim that takes up shares."""

MOVES = moves(
    ("approve", {W.SUBMITTED}, W.OPEN, P.REVIEW),
    ("refuse", {W.SUBMITTED}, W.REFUSED, P.REVIEW),
    ("revise", PENDING, W.SUBMITTED, P.PUBLISH),
    ("withdraw", {*PENDING, W.OPEN, W.CLAIMED}, W.WITHDRAWN, P.PUBLISH),
    ("close", {W.SUBMITTED, W.OPEN, W.CLAIMED}, W.CLOSED, P.REVIEW),
    ("claim", {W.OPEN}, None, P.CLAIM),
    ("widen", SHARED, None, P.HOUSE),
    ("reopen", SHARED, W.OPEN, P.HOUSE),
    ("fill", SHARED, W.CLAIMED, P.HOUSE),
    ("fulfil", SHARED, W.FULFILLED, P.HOUSE),
    ("confirm", SHARED, W.CONFIRMED, P.HOUSE),
    ("expire", PENDING | SHARED, W.EXPIRED, P.HOUSE),
    ("thank", {W.CONFIRMED}, None, P.PUBLISH),
)
SETTLING = {
    W.OPEN: "reopen",
    W.CLAIMED: "fill",
    W.FULFILLED: "fulfil",
    W.CONFIRMED: "confirm",
    W.EXPIRED: "expire",
}
"""The move that leads to where the claims put a wish."""

CLAIM_MOVES = moves(
    ("progress", {C.HELD}, None, P.CLAIM),
    ("fulfil", {C.HELD}, C.FULFILLED, P.CLAIM),
    ("give-up", {C.HELD}, C.RELEASED, P.CLAIM),
    ("confirm", {C.FULFILLED}, C.CONFIRMED, P.CONFIRM),
    ("send-back", {C.FULFILLED}, C.HELD, P.CONFIRM),
    ("release", {C.HELD}, C.RELEASED, P.REVIEW),
    ("lapse", {C.HELD}, C.RELEASED, P.HOUSE),
    ("call-off", {C.HELD}, C.RELEASED, P.HOUSE),
)
