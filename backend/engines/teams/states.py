"""The lives of a team and of a membership."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.teams.permissions import P


class TeamStatus(Labelled):
    PROPOSED = "proposed", "待审核"
    ACTIVE = "active", "活动中"
    REFUSED = "refused", "未通过"
    DISBANDED = "disbanded", "已解散"


class MemberStatus(Labelled):
    ASKED = "asked", "待队长同意"
    MEMBER = "member", "队员"
    REFUSED = "refused", "未同意"
    LEFT = "left", "已离队"


T, M = TeamStatus, MemberStatus

MOVES = moves(
    ("approve", {T.PROPOSED}, T.ACTIVE, P.REVIEW),
    ("refuse", {T.PROPOSED}, T.REFUSED, P.REVIEW),
    ("change", {T.PROPOSED, T.ACTIVE}, {T.PROPOSED}, P.LEAD),
    ("hand-over", {T.ACTIVE}, None, P.LEAD),
    ("disband", {T.PROPOSED, T.ACTIVE}, T.DISBANDED, P.LEAD),
    ("close", {T.ACTIVE}, T.DISBANDED, P.REVIEW),
)
MEMBER_MOVES = moves(
    ("accept", {M.ASKED}, M.MEMBER, P.LEAD),
    ("refuse", {M.ASKED}, M.REFUSED, P.LEAD),
    ("remove", {M.MEMBER}, M.LEFT, P.LEAD),
    ("leave", {M.ASKED, M.MEMBER}, M.LEFT, P.JOIN),
)
