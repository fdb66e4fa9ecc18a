"""The life of a request to move a car."""

from enum import StrEnum

from backend.core.states import moves
from backend.features.move_car.permissions import P


class RequestStatus(StrEnum):
    ASKED = "asked"
    PASSED_ON = "passed_on"
    PROMISED = "promised"
    ESCALATED = "escalated"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        return _NAMES[self]


S = RequestStatus
_NAMES = {
    S.ASKED: "已通知车主",
    S.PASSED_ON: "已再次联系",
    S.PROMISED: "车主已答复",
    S.ESCALATED: "已转物业、社区",
    S.MOVED: "已挪开",
    S.WITHDRAWN: "已撤回",
    S.LAPSED: "已结束",
}
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
