"""What residents are told about bills."""

from backend.foundation.notify.messages import Template

ISSUED = Template(
    "fees.issued",
    title="新账单：{title}",
    text="{place}的{title}已出账，应缴 {amount} 元，请于{due}前缴纳。",
    wechat={"thing1": "{title}", "amount2": "{amount}元", "thing3": "{due}前缴纳"},
    labels={"thing1": "账单", "amount2": "应缴金额", "thing3": "缴费期限"},
    scene="fees",
    reason="有新账单时告诉您",
    name="账单通知",
)
PAID_BY_ITSELF = Template(
    "fees.paid_by_itself",
    title="已从预存余额自动缴费",
    text="{place}的{title} {amount} 元已从预存余额扣缴。",
)
TOO_MUCH = Template(
    "fees.too_much",
    title="多付的钱原路退回",
    text="您支付的账单已由他人缴清，多付的 {amount} 元将原路退回。",
)
DISPUTE_ENDED = Template(
    "fees.dispute_ended",
    title="账单异议已处理完",
    text="{title}的异议已处理完，账单还需缴 {amount} 元。",
)
