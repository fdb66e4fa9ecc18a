"""The lives of a letter and of a message on the board: one table, for both are words."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.features.letters.permissions import P


class LetterStatus(Labelled):
    SENT = "sent", "已投递"
    ANSWERED = "answered", "已回复"
    TAKEN = "taken", "已转诉求办理"
    SHOWN = "shown", "已上墙"
    HIDDEN = "hidden", "已隐藏"
    WITHDRAWN = "withdrawn", "已撤回"


S = LetterStatus
MOVES = moves(
    ("answer", {S.SENT}, S.ANSWERED, P.RUN),
    ("take", {S.SENT}, S.TAKEN, P.RUN),
    ("hide", {S.SHOWN}, S.HIDDEN, P.RUN),
    ("show", {S.HIDDEN}, S.SHOWN, P.RUN),
    ("withdraw", {S.SENT, S.SHOWN, S.HIDDEN}, S.WITHDRAWN, P.WRITE),
)
