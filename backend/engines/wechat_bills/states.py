"""The life of a day's bill."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.engines.wechat_bills.permissions import P


class WechatBillStatus(Labelled):
    DUE = "due", "待下载"
    LOADED = "loaded", "待核对"
    COMPARED = "compared", "已核对"
    REFUSED = "refused", "账单有误"


S = WechatBillStatus
READY = frozenset({S.LOADED, S.COMPARED})
MOVES = moves(
    ("begin", {S.DUE}, None, P.KEEP),
    ("load", {S.DUE}, S.LOADED, P.KEEP),
    ("refuse", {S.DUE}, S.REFUSED, P.KEEP),
    ("compare", READY, S.COMPARED, P.KEEP),
    ("again", {S.REFUSED}, S.DUE, P.RUN),
)
"""`again`: the refused bill is fetched anew."""
