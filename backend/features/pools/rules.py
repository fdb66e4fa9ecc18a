"""What moves a pool's points, and between which accounts. Pure."""

from backend.core.errors import Conflict
from backend.core.labels import Labelled


class AlreadyBooked(Conflict):
    code, title = "already_booked", "这个单号已经记过账"


class AlreadyTakenBack(Conflict):
    code, title = "already_taken_back", "这笔账已经冲正过"


class Kind(Labelled):
    SETTLE = "settle", "商户结算"
    """Points that a shop took in exchange for things come into the pool; the shop is paid for them
    outside of this house."""
    PUT_IN = "put_in", "预算拨入"
    """New points."""
    TAKE_OUT = "take_out", "预算核减"
    """Points that nobody will have any more."""
    BACK = "back", "冲正"
