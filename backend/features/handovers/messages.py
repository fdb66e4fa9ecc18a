"""What owners are told."""

from backend.foundation.notify.messages import Template

ASKED = Template(
    "handovers.asked",
    title="房屋过户结算待您确认",
    text="{place}：{kind}，{amount} 元，请确认。",
)
DONE = Template(
    "handovers.done",
    title="房屋过户结算已完成",
    text="{place}：{kind}，{amount} 元。",
)
