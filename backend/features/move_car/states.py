"""The life of a request to move a car."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.features.move_car.permissions import P


class RequestStatus(Labelled):
    ASKED = "asked", "已通知车主"
    PASSED_ON = "passed_on", "已再次联系"
    PROMISED = "promised", "车主已答复"
    ESCALATED = "escalated", "已转物业、社区"
    MOVED = "moved", "已挪开"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "已结束"


S = RequestStatus
UNANSWERED = frozenset({S.ASKED, S.PASSED_ON})
OPEN = UNANSWERED | {S.PROMISED, S.ESCALATED}

MOVES = moves(
    ("pass-on", {S.ASKED}, S.PASSED_ON, P.HOUSE),
    ("hand-over", {S.ASKED, S.PASSED_ON}, S.ESCALATED, P.HOUSE),
    ("lapse", {S.PROMISED}, S.LAPSED, P.HOUSE),
    ("settle", OPEN, S.MOVED, P.HOUSE),
    ("promise", {S.ASKED, S.PASSED_ON, S.PROMISED}, S.PROMISED, P.ANSWER),
    ("decline", {S.ASKED, S.PASSED_ON, S.PROMISED}, {S.PASSED_ON, S.ESCALATED}, P.ANSWER),
    ("insist", {S.PROMISED}, S.ESCALATED, P.ASK),
    ("moved", OPEN, S.MOVED, P.ASK),
    ("withdraw", OPEN, S.WITHDRAWN, P.ASK),
)
