"""The life of a survey: what was asked stands still once anybody may answer."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.surveys.permissions import P


class SurveyStatus(Labelled):
    DRAFT = "draft", "草稿"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"
    DROPPED = "dropped", "已作废"


S = SurveyStatus
SEEN = frozenset({S.OPEN, S.CLOSED})
"""What reaches those who are asked."""

MOVES = moves(
    ("edit", {S.DRAFT}, None, P.MANAGE),
    ("open", {S.DRAFT}, S.OPEN, P.MANAGE),
    ("close", {S.OPEN}, S.CLOSED, P.MANAGE),
    ("drop", {S.DRAFT}, S.DROPPED, P.MANAGE),
)
