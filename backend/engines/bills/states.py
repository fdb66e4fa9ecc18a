"""The life of a bill."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.bills.permissions import P


class BillStatus(Labelled):
    UNPAID = "unpaid", "待缴"
    PAID = "paid", "已缴清"
    VOID = "void", "已作废"


S = BillStatus

MOVES = moves(
    ("settle", {S.UNPAID}, S.PAID, P.POST),
    ("owe", {S.PAID}, S.UNPAID, P.POST),
    ("post", {S.UNPAID, S.PAID}, None, P.POST),
    ("void", {S.UNPAID}, S.VOID, P.VOID),
    ("reissue", {S.VOID}, None, P.VOID),
)
"""`post` changes what is owed and leaves the status as it is; `reissue` makes another bill for the
period of a void one, once."""
