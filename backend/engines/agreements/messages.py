"""What a car's people are told about its balance."""

from backend.foundation.notify.messages import Template as Template

CHARGED = Template(
    "agreements.charged", "停车费已自动扣款", "{plate} 在{lot}停车，已从余额扣除 {amount} 元。"
)
TOPPED_UP = Template(
    "agreements.topped_up", "停车余额已充值", "{plate} 的停车余额充值了 {amount} 元。"
)
AGREED = Template(
    "agreements.agreed", "无感出行已开通", "{plate} 离场时将自动扣除停车费，单次最多 {amount} 元。"
)
REVOKED = Template("agreements.revoked", "无感出行已关闭", "{plate} 的自动扣费已关闭，立即生效。")
