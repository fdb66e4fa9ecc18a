"""The life of a difference."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.settlements.permissions import P


class DifferenceStatus(Labelled):
    OPEN = "open", "待处理"
    PURSUED = "pursued", "核查中"
    RULED = "ruled", "已认定"
    HEALED = "healed", "已自行一致"
    SEALED = "sealed", "已归档"


D = DifferenceStatus
UNSETTLED = (D.OPEN, D.PURSUED)
MOVES = moves(
    ("pursue", {D.OPEN}, D.PURSUED, P.RULE),
    ("explain", {D.OPEN, D.PURSUED}, D.RULED, P.RULE),
    ("correct", {D.OPEN, D.PURSUED}, D.RULED, P.RULE),
    ("reopen", {D.RULED}, D.OPEN, P.RULE),
    ("heal", {D.OPEN, D.PURSUED}, D.HEALED, P.KEEP),
    ("recur", {D.HEALED}, D.OPEN, P.KEEP),
    ("seal", {D.RULED}, D.SEALED, P.KEEP),
)
"""`explain`: nothing is to be done, for these reasons. `correct`: it was put right elsewhere, and
the grounds say where. A difference that no longer is one heals by itself; with the day's books
rulings are sealed, and cannot be taken back."""
