"""The lives of a coupon and of one piece of it in somebody's hands."""

from enum import StrEnum

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.coupons.permissions import P


class CouponStatus(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"


class VoucherStatus(Labelled):
    UNUSED = "unused", "未使用"
    USED = "used", "已使用"


MOVES = moves(("stop", {CouponStatus.RUNNING}, CouponStatus.STOPPED, P.OFFER))
VOUCHER_MOVES = moves(
    ("use", {VoucherStatus.UNUSED}, VoucherStatus.USED, P.CLAIM),
    ("give-back", {VoucherStatus.USED}, VoucherStatus.UNUSED, P.CLAIM),
)
