"""The life of a registration, and of a call."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.craftsmen.permissions import P


class CraftsmanStatus(Labelled):
    SUBMITTED = "submitted", "待审核"
    REFUSED = "refused", "未通过"
    ACTIVE = "active", "接单中"
    PAUSED = "paused", "暂停接单"
    SUSPENDED = "suspended", "已停用"
    LEFT = "left", "已退出"


class CallStatus(Labelled):
    ASKED = "asked", "等待师傅答复"
    ACCEPTED = "accepted", "师傅已接单"
    ARRIVED = "arrived", "师傅已上门"
    DONE = "done", "已完成"
    CANCELLED = "cancelled", "已取消"
    UNANSWERED = "unanswered", "暂时没有师傅能来"


M, C = CraftsmanStatus, CallStatus
MOVES = moves(
    ("revise", {M.SUBMITTED, M.REFUSED, M.ACTIVE, M.PAUSED}, M.SUBMITTED, P.OWN),
    ("pause", {M.ACTIVE}, M.PAUSED, P.OWN),
    ("resume", {M.PAUSED}, M.ACTIVE, P.OWN),
    ("leave", {M.SUBMITTED, M.REFUSED, M.ACTIVE, M.PAUSED, M.SUSPENDED}, M.LEFT, P.OWN),
    ("approve", {M.SUBMITTED}, M.ACTIVE, P.REVIEW),
    ("refuse", {M.SUBMITTED}, M.REFUSED, P.REVIEW),
    ("suspend", {M.ACTIVE, M.PAUSED}, M.SUSPENDED, P.REVIEW),
    ("restore", {M.SUSPENDED}, M.ACTIVE, P.REVIEW),
)

OPEN = frozenset({C.ASKED, C.ACCEPTED, C.ARRIVED})
CALL_MOVES = moves(
    ("accept", {C.ASKED}, C.ACCEPTED, P.SERVE),
    ("decline", {C.ASKED}, {C.ASKED, C.UNANSWERED}, P.SERVE),
    ("give-up", {C.ACCEPTED}, {C.ASKED, C.UNANSWERED}, P.SERVE),
    ("pass-on", OPEN - {C.ARRIVED}, {C.ASKED, C.UNANSWERED}, P.HOUSE),
    ("arrive", {C.ACCEPTED}, C.ARRIVED, P.SERVE),
    ("finish", {C.ARRIVED}, C.DONE, P.SERVE),
    ("cancel", {C.ASKED, C.ACCEPTED}, C.CANCELLED, P.CALL),
    ("rate", {C.DONE}, None, P.CALL),
)
