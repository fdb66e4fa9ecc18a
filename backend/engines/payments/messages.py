"""The messages that payments send."""

from backend.foundation.notify.messages import Template as Template

DETAIL = "/pages/pay/index?id={}"

PAID = Template(
    "payments.paid",
    title="支付成功",
    text="「{title}」已支付 {amount} 元（{method}），收款方：{payee}。",
    wechat={"thing1": "{title}", "amount2": "{amount}元", "time3": "{at}", "thing4": "{payee}"},
    labels={"thing1": "支付项目", "amount2": "支付金额", "time3": "支付时间", "thing4": "收款方"},
    scene="pay",
    reason="支付成功时告诉您",
    name="支付成功通知",
)
