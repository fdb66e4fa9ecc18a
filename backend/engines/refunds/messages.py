"""The messages that refunds send."""

from backend.foundation.notify.messages import Template as Template

DETAIL = "/pages/pay/index?id={}"
STAFF = "/pages/finance/index?refund={}"

REFUNDED = Template(
    "refunds.refunded",
    title="退款已到账",
    text="「{title}」退回 {amount} 元（{method}）：{reason}",
    wechat={"thing1": "{title}", "amount2": "{amount}元", "thing3": "{reason}"},
    labels={"thing1": "退款项目", "amount2": "退款金额", "thing3": "退款原因"},
    scene="pay",
    reason="退款到账时告诉您",
    name="退款到账通知",
)
STUCK = Template(
    "refunds.stuck",
    title="有退款需要处理",
    text="「{title}」退款 {amount} 元没有成功：{why}，请处理。",
)
