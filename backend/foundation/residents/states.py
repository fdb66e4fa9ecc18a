"""The life of a binding between a resident and a dwelling."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.foundation.residents.permissions import P


class BindingStatus(Labelled):
    PENDING = "pending", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "未通过"
    ENDED = "ended", "已解除"


S = BindingStatus
LIVE = frozenset({S.PENDING, S.CONFIRMED})
WERE_CONFIRMED = frozenset({S.CONFIRMED, S.ENDED})
"""An ended one may have been a mere wish: then nobody decided on it."""

MOVES = moves(
    ("confirm", {S.PENDING}, S.CONFIRMED, P.CONFIRM),
    ("refuse", {S.PENDING}, S.REFUSED, P.CONFIRM),
    ("end", {S.PENDING, S.CONFIRMED}, S.ENDED, P.END),
)
