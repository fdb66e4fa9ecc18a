"""The messages that orders send."""

from backend.foundation.notify.messages import Template as Template

DETAIL = "/pages/order/index?id={}"

ACCEPTED = Template(
    "orders.accepted",
    title="您的诉求已受理",
    text="「{title}」（{number}）已受理，正在由社区安排人员。",
    wechat={"character_string1": "{number}", "thing2": "{title}", "phrase3": "已受理"},
    labels={"character_string1": "工单编号", "thing2": "诉求内容", "phrase3": "办理状态"},
    scene="report",
    reason="有人受理、接单时告诉您",
    name="诉求受理通知",
)
DISPATCHED = Template(
    "orders.dispatched",
    title="您的诉求已派出",
    text="「{title}」（{number}）已派往{unit}，最迟 {due} 前会有人与您联系。",
)
TAKEN = Template(
    "orders.taken",
    title="有人接单了",
    text="{handler}接下了「{title}」，会尽快与您联系。",
    wechat={"character_string1": "{number}", "thing2": "{title}", "thing3": "{handler}"},
    labels={"character_string1": "工单编号", "thing2": "诉求内容", "thing3": "办理人"},
    scene="report",
    reason="有人接单、上门前告诉您",
    name="工单接单通知",
)
RESOLVED = Template(
    "orders.resolved",
    title="您的诉求已办结",
    text="「{title}」已办结：{result}。请您评价，没解决可以要求重办。",
    wechat={"character_string1": "{number}", "thing2": "{title}", "thing3": "{result}"},
    labels={"character_string1": "工单编号", "thing2": "诉求内容", "thing3": "办理结果"},
    scene="report",
    reason="办好了请您来评价",
    name="诉求办结通知",
)
REPLIED = Template(
    "orders.replied",
    title="您的诉求有新回复",
    text="{handler}回复了「{title}」：{text}",
    wechat={"character_string1": "{number}", "thing2": "{title}", "thing3": "{text}"},
    labels={"character_string1": "工单编号", "thing2": "诉求内容", "thing3": "回复内容"},
    scene="mine",
    reason="有新回复时告诉您",
    name="诉求回复通知",
)
OVERDUE_RESIDENT = Template(
    "orders.overdue_resident",
    title="您的诉求超过了承诺时限",
    text="「{title}」的{clock}超过了承诺时限，我们已经提醒负责的人。",
)
RETURNED_RESIDENT = Template(
    "orders.returned_resident",
    title="您的诉求正在重新分派",
    text="「{title}」需要由其他单位办理，调度员正在重新分派。",
)
CLOSED = Template(
    "orders.closed",
    title="您的诉求已结束",
    text="「{title}」办结后没有收到评价，已自动结束。没解决仍可要求重办。",
)
EXTENDED = Template(
    "orders.extended",
    title="办理时间延长了",
    text="「{title}」经同意延期 {hours} 小时：{reason}",
)

OFFERED = Template(
    "orders.offered",
    title="有新工单待接单",
    text="{grade}工单「{title}」（{place}），最迟 {due} 前联系居民。",
    wechat={"thing1": "{title}", "thing2": "{place}", "time3": "{due}"},
    labels={"thing1": "工单内容", "thing2": "地点", "time3": "联系时限"},
    scene="take",
    reason="有新工单时告诉您",
    name="新工单提醒",
)
ASSIGNED = Template(
    "orders.assigned",
    title="有工单交办给您",
    text="「{title}」（{place}）交办给您，最迟 {due} 前联系居民。",
    wechat={"thing1": "{title}", "thing2": "{place}", "time3": "{due}"},
    labels={"thing1": "工单内容", "thing2": "地点", "time3": "联系时限"},
    scene="take",
    reason="有工单交办给您时告诉您",
    name="工单交办通知",
)
NEAR = Template(
    "orders.near",
    title="工单快到时限了",
    text="「{title}」应在 {due} 前{clock}。",
    wechat={"thing1": "{title}", "thing2": "{clock}", "time3": "{due}"},
    labels={"thing1": "工单内容", "thing2": "该做什么", "time3": "时限"},
    scene="take",
    reason="快到时限时提醒您",
    name="工单到期提醒",
    is_urgent=True,
)
OVERDUE = Template(
    "orders.overdue",
    title="工单已超时",
    text="「{title}」应在 {due} 前{clock}，现已超时，请立即处理。",
    is_urgent=True,
)
WAITS = Template(
    "orders.waits",
    title="有工单等待分派",
    text="「{title}」（{place}）{why}，请分派。",
)
CO_ASKED = Template(
    "orders.co_asked",
    title="请协办一件工单",
    text="「{title}」（{place}）请{unit}协办：{note}",
)
URGED = Template(
    "orders.urged",
    title="居民催办",
    text="居民第 {count} 次催办「{title}」，请尽快处理。",
)
SUPPLEMENTED = Template(
    "orders.supplemented",
    title="居民补充了情况",
    text="「{title}」有新的补充：{text}",
)
REOPENED = Template(
    "orders.reopened",
    title="工单被要求重办",
    text="居民认为「{title}」没有解决：{reason}",
)
RATED = Template(
    "orders.rated",
    title="收到评价",
    text="居民给「{title}」评了 {stars} 星。",
)
EXTENSION_ASKED = Template(
    "orders.extension_asked",
    title="有延期申请待审批",
    text="「{title}」申请延期 {hours} 小时：{reason}",
)
EXTENSION_RULED = Template(
    "orders.extension_ruled",
    title="延期申请有结果了",
    text="「{title}」的延期申请{ruling}。",
)
PART_CLOSED = Template(
    "orders.part_closed",
    title="协办已完成",
    text="{unit}完成了「{title}」的协办：{result}",
)
WITHDRAWN = Template(
    "orders.withdrawn",
    title="居民撤回了诉求",
    text="「{title}」已由居民撤回，不用再处理。",
)
HIDDEN = Template(
    "orders.hidden",
    title="有内容需要核实",
    text="工单 {number} 的内容没有通过微信的内容安全检查，已暂时隐藏，请核实。",
)
