"""The life of a bill."""

from enum import StrEnum

from backend.core.states import moves
from backend.engines.bills.permissions import P


class BillStatus(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"
    VOID = "void"

    @property
    def label(self) -> str:
        return {"unpaid": "待缴", "paid": "已缴清", "void": "已作废"}[self.value]


S = BillStatus

MOVES = moves(
    ("settle", {S.UNPAID}, S.PAID, P.POST),
    ("owe", {S.PAID}, S.UNPAID, P.POST),
    ("post", {S.UNPAID, S.PAID}, None, P.POST),
    ("void", {S.UNPAID}, S.VOID, P.VOID),
)
"""`post` changes what is owed and leaves the status as it is."""
