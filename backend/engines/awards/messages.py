"""What people are told about awards."""

from backend.foundation.notify.messages import Template as Template

MINE = "/pages/points/index"
REVIEW = "/pages/points/awards?id={}"

GRANTED = Template(
    "awards.granted",
    "积分到账",
    "「{title}」为您带来 {amount} 积分，谢谢您为邻里做的事。",
    wechat={"thing1": "{title}", "number2": "{amount}"},
    labels={"thing1": "事由", "number2": "积分"},
    scene="points",
    reason="积分到账时告诉您",
    name="积分到账通知",
)
HELD = Template(
    "awards.held", "有一笔积分要复核", "「{title}」{amount} 积分：{why}。请核实后通过或驳回。"
)
WAITS = Template(
    "awards.waits", "积分正在复核", "「{title}」的 {amount} 积分正由社区复核，结果会告诉您。"
)
REJECTED = Template("awards.rejected", "积分未通过复核", "「{title}」未计分：{grounds}。")
REVERSED = Template(
    "awards.reversed", "积分已收回", "「{title}」的 {amount} 积分已收回：{grounds}。"
)
RULED = {"reject": REJECTED, "reverse": REVERSED}
