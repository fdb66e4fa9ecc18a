"""The life of a matter."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.matters.permissions import P


class MatterStatus(Labelled):
    DRAFT = "draft", "草稿"
    COLLECTING = "collecting", "征求意见"
    SHAPED = "shaped", "形成方案"
    VOTING = "voting", "投票表决"
    DECIDED = "decided", "已通过"
    REJECTED = "rejected", "未通过"
    EXECUTING = "executing", "实施中"
    DONE = "done", "已完成"
    WITHDRAWN = "withdrawn", "已撤回"


S = MatterStatus
OVER = frozenset({S.REJECTED, S.DONE, S.WITHDRAWN})
HIDDEN = frozenset({S.DRAFT})
"""What residents do not get to see."""

MOVES = moves(
    ("edit", {S.DRAFT}, None, P.KEEP),
    ("publish", {S.DRAFT}, S.COLLECTING, P.KEEP),
    ("summarize", {S.COLLECTING, S.SHAPED}, S.SHAPED, P.KEEP),
    ("collect", {S.SHAPED}, S.COLLECTING, P.KEEP),
    ("prepare", {S.SHAPED}, None, P.KEEP),
    ("vote", {S.SHAPED}, S.VOTING, P.HOUSE),
    ("pass", {S.VOTING}, S.DECIDED, P.HOUSE),
    ("fail", {S.VOTING}, S.REJECTED, P.HOUSE),
    ("revert", {S.VOTING}, S.SHAPED, P.HOUSE),
    ("decide", {S.SHAPED}, S.DECIDED, P.KEEP),
    ("execute", {S.DECIDED}, S.EXECUTING, P.KEEP),
    ("step", {S.EXECUTING}, None, P.KEEP),
    ("finish", {S.EXECUTING}, S.DONE, P.KEEP),
    ("follow-up", {S.DONE}, None, P.KEEP),
    ("withdraw", {S.DRAFT, S.COLLECTING, S.SHAPED}, S.WITHDRAWN, P.KEEP),
)
