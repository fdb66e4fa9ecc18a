"""The reminder."""

from backend.foundation.notify.messages import Template

REMINDER = Template(
    "arrears.reminder",
    title="缴费提醒",
    text="{place}有 {bills} 笔账单已过缴费期，共 {amount} 元。如有疑问可在账单里提出异议。",
    wechat={"thing1": "{place}", "amount2": "{amount}元", "number3": "{bills}"},
    labels={"thing1": "房屋", "amount2": "待缴金额", "number3": "账单笔数"},
    scene="fees",
    reason="账单过期未缴时提醒您，可随时关闭",
    name="缴费提醒",
)
