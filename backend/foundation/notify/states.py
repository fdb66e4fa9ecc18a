"""The life of one attempt to send a WeChat message."""

from backend.core.labels import Labelled
from backend.core.states import moves
from backend.foundation.notify.permissions import P


class DeliveryStatus(Labelled):
    WAITING = "waiting", "等待发送"
    SENDING = "sending", "正在发送"
    SENT = "sent", "已送达微信"
    REFUSED = "refused", "用户未授权"
    FAILED = "failed", "发送失败"
    UNKNOWN = "unknown", "结果不明"
    SKIPPED = "skipped", "未发送"


S = DeliveryStatus

MOVES = moves(
    ("start", {S.WAITING}, S.SENDING, P.DELIVER),
    ("confirm", {S.SENDING, S.UNKNOWN}, S.SENT, P.DELIVER),
    ("put_off", {S.SENDING}, S.WAITING, P.DELIVER),
    ("refuse", {S.SENDING, S.SENT}, S.REFUSED, P.DELIVER),
    ("fail", {S.SENDING}, S.FAILED, P.DELIVER),
    ("lose_sight", {S.SENDING}, S.UNKNOWN, P.DELIVER),
    ("skip", {S.WAITING}, S.SKIPPED, P.DELIVER),
    ("mark_sent", {S.UNKNOWN}, S.SENT, P.RULE),
    ("resend", {S.UNKNOWN}, S.WAITING, P.RULE),
)
