"""The life of a project."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.features.volunteering.permissions import P


class ProjectStatus(Labelled):
    OPEN = "open", "进行中"
    ENDED = "ended", "已结束"
    CALLED_OFF = "called_off", "已取消"


S = ProjectStatus
MOVES = moves(
    ("change", {S.OPEN}, None, P.RUN),
    ("end", {S.OPEN}, S.ENDED, P.RUN),
    ("call-off", {S.OPEN}, S.CALLED_OFF, P.RUN),
)
