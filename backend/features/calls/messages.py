"""What caller and craftsman read of each other: no telephone, no address."""

from backend.foundation.notify.messages import Template as Template

CALL_PAGE = "/pages/craftsmen/call?id={}"

ASKED = Template(
    "calls.asked",
    title="有邻居请您上门",
    text="{skill}：{day}{part}，请在 {until} 前答复，否则转给下一位师傅。",
    is_urgent=True,
)
ACCEPTED = Template(
    "calls.accepted", title="{called}接单了", text="{skill}：{day}{part}，{called}会来。"
)
PASSED_ON = Template(
    "calls.passed_on", title="已转给下一位师傅", text="{skill}：上一位师傅来不了，已请{called}。"
)
UNANSWERED = Template(
    "calls.unanswered",
    title="暂时没有师傅能来",
    text="{skill}：{day}{part}附近的师傅都没空，可以换个时间再请。",
)
DONE = Template("calls.done", title="师傅已办好，请评价", text="{skill}：{called}说已经办好了。")
CANCELLED = Template(
    "calls.cancelled", title="邻居取消了预约", text="{skill}：{day}{part}不用去了。"
)
