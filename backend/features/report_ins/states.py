"""The lives of a report-in, of a task, and of somebody's having taken one."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.features.report_ins.permissions import P


class ReportStatus(Labelled):
    ASKED = "asked", "待社区确认"
    CONFIRMED = "confirmed", "已报到"
    REFUSED = "refused", "未通过"
    ENDED = "ended", "已转出"


class TaskStatus(Labelled):
    OPEN = "open", "可认领"
    CLOSED = "closed", "已结束"


class ClaimStatus(Labelled):
    TAKEN = "taken", "进行中"
    SAID = "said", "待确认"
    CONFIRMED = "confirmed", "已确认"
    GIVEN_UP = "given_up", "已放弃"
    LAPSED = "lapsed", "已过期"


R, T, C = ReportStatus, TaskStatus, ClaimStatus

MOVES = moves(
    ("confirm", {R.ASKED}, R.CONFIRMED, P.RUN),
    ("refuse", {R.ASKED}, R.REFUSED, P.RUN),
    ("end", {R.ASKED, R.CONFIRMED}, R.ENDED, P.JOIN),
)
TASK_MOVES = moves(("close", {T.OPEN}, T.CLOSED, P.RUN))
CLAIM_MOVES = moves(
    ("say-done", {C.TAKEN}, C.SAID, P.JOIN),
    ("give-up", {C.TAKEN}, C.GIVEN_UP, P.JOIN),
    ("confirm", {C.SAID}, C.CONFIRMED, P.RUN),
    ("return", {C.SAID}, C.TAKEN, P.RUN),
    ("lapse", {C.TAKEN}, C.LAPSED, P.KEEP),
)
HOLDING = frozenset({C.TAKEN, C.SAID, C.CONFIRMED})
"""They count among those whom a task wants."""
