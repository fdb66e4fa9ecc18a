"""What people are told about their stays."""

from backend.foundation.notify.messages import Template as Template

PAID = Template(
    "stays.paid", "停车费已支付", "{plate} 在{lot}的停车费 {amount} 元已支付，请在 {until} 前离场。"
)
RETURNED = Template(
    "stays.returned", "停车费已退回", "{plate} 在{lot}多付的停车费 {amount} 元已原路退回。"
)
