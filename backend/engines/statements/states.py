"""The life of a day's bill."""

from enum import StrEnum

from backend.core.states import moves
from backend.engines.statements.permissions import P


class StatementStatus(StrEnum):
    DUE = "due"
    LOADED = "loaded"
    COMPARED = "compared"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        names = {"due": "待下载", "loaded": "待核对", "compared": "已核对"}
        return names.get(self.value, "账单有误")


S = StatementStatus
READY = frozenset({S.LOADED, S.COMPARED})
MOVES = moves(
    ("begin", {S.DUE}, None, P.KEEP),
    ("load", {S.DUE}, S.LOADED, P.KEEP),
    ("refuse", {S.DUE}, S.REFUSED, P.KEEP),
    ("compare", READY, S.COMPARED, P.KEEP),
    ("again", {S.REFUSED}, S.DUE, P.RUN),
)
"""`again`: the refused bill is fetched anew."""
