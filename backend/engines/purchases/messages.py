"""What buyers and merchants are told about purchases."""

from backend.foundation.notify.messages import Template as Template

BUYER = "/pages/shops/purchase?id={}"
SELLER = "/pages/merchant/purchase?id={}"

_FIELDS = {"character_string1": "{number}", "thing2": "{shop}"}
_LABELS = {"character_string1": "订单编号", "thing2": "商家"}

NEW = Template(
    "purchases.settle",
    "有新订单",
    "「{shop}」收到新订单 {number}，请在 {due} 前接单，超时将自动退款。",
    is_urgent=True,
)
ACCEPTED = Template("purchases.accept", "商家已接单", "「{shop}」已接下订单 {number}，正在准备。")
READY = Template(
    "purchases.ready",
    title="可以取货了",
    text="订单 {number} 已备好，请凭取货码到「{shop}」领取。",
    wechat=_FIELDS | {"phrase3": "待取货"},
    labels=_LABELS | {"phrase3": "状态"},
    scene="purchase",
    reason="备好了、送出了告诉您",
    name="取货提醒",
)
DELIVERING = Template(
    "purchases.deliver", "正在送货", "订单 {number} 已从「{shop}」送出，请留意电话。"
)
UNDONE = Template(
    "purchases.undone",
    title="订单已取消",
    text="「{shop}」的订单 {number} 已取消：{reason}。已付的钱将原路退回。",
    wechat=_FIELDS | {"phrase3": "已取消"},
    labels=_LABELS | {"phrase3": "状态"},
    scene="purchase",
    reason="订单有变化告诉您",
    name="订单取消通知",
)
REFUNDED = Template(
    "purchases.refund", "部分退款", "「{shop}」为订单 {number} 退款 {amount} 元：{reason}。"
)
FAILED = Template(
    "purchases.refund_failed", "退款没有成功", "订单 {number} 的退款没有成功，财务人员会与您联系。"
)
CANCELLED = Template(
    "purchases.cancel", "顾客取消了订单", "订单 {number} 已由顾客取消，钱已原路退回。"
)
ANSWERED = Template(
    "purchases.answer", "商家回复了您的评价", "「{shop}」回复了您对订单 {number} 的评价。"
)
TO_BUYER = {"accept": ACCEPTED, "ready": READY, "deliver": DELIVERING, "answer": ANSWERED}
WHY = {
    "refuse": "商家无法接单",
    "lapse": "商家未在规定时间内接单",
    "give-up": "商家无法完成订单",
}
