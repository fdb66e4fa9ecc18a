"""The lives of a day and of a bench. A turn's is that of its booking."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.features.mending_days.permissions import P


class DayStatus(Labelled):
    ANNOUNCED = "announced", "预约中"
    CALLED_OFF = "called_off", "已取消"
    OVER = "over", "已结束"


class BenchStatus(Labelled):
    SET = "set", "出摊"
    WITHDRAWN = "withdrawn", "不出摊"


D, T = DayStatus, BenchStatus
DAY_MOVES = moves(
    ("add-bench", {D.ANNOUNCED}, None, P.ANNOUNCE),
    ("call-off", {D.ANNOUNCED}, D.CALLED_OFF, P.ANNOUNCE),
    ("end", {D.ANNOUNCED}, D.OVER, P.HOUSE),
)
BENCH_MOVES = moves(
    ("withdraw", {T.SET}, T.WITHDRAWN, P.SERVE),
    ("take-off", {T.SET}, T.WITHDRAWN, P.ANNOUNCE),
)
