"""The lives of a coupon and of one piece of it in somebody's hands."""

from enum import StrEnum

from backend.core.states import moves
from backend.engines.coupons.permissions import P


class CouponStatus(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"


class VoucherStatus(StrEnum):
    UNUSED = "unused"
    USED = "used"

    @property
    def label(self) -> str:
        return {"unused": "未使用", "used": "已使用"}[self.value]


MOVES = moves(("stop", {CouponStatus.RUNNING}, CouponStatus.STOPPED, P.OFFER))
VOUCHER_MOVES = moves(
    ("use", {VoucherStatus.UNUSED}, VoucherStatus.USED, P.CLAIM),
    ("give-back", {VoucherStatus.USED}, VoucherStatus.UNUSED, P.CLAIM),
)
