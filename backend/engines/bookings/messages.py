"""What people are told about what they signed up for."""

from backend.foundation.notify.messages import Template as Template

_FIELDS = {"thing1": "{title}", "time2": "{starts}", "thing3": "{place}"}
_LABELS = {"thing1": "活动", "time2": "时间", "thing3": "地点"}

MOVED_UP = Template(
    "bookings.moved_up",
    title="候补成功",
    text="您候补的「{title}」有名额了，已为您报上：{starts}，{place}。来不了请尽早取消。",
    wechat=_FIELDS,
    labels=_LABELS,
    scene="booking",
    reason="候补到了、时间有变告诉您",
    name="候补成功通知",
    is_urgent=True,
)
OFFERED = Template(
    "bookings.offered",
    title="有名额了，请确认",
    text="您候补的「{title}」有名额了（{starts}），请在 {until} 前确认，过时将让给下一位。",
    wechat=_FIELDS,
    labels=_LABELS,
    scene="booking",
    reason="候补到了、时间有变告诉您",
    name="候补名额确认",
    is_urgent=True,
)
CALLED_OFF = Template(
    "bookings.called_off",
    title="活动取消",
    text="您报名的「{title}」（{starts}）取消了：{reason}。",
    wechat=_FIELDS,
    labels=_LABELS,
    scene="booking",
    reason="候补到了、时间有变告诉您",
    name="活动取消通知",
    is_urgent=True,
)
CHANGED = Template(
    "bookings.changed",
    title="活动时间地点有变",
    text="您报名的「{title}」改为：{starts}，{place}。",
    wechat=_FIELDS,
    labels=_LABELS,
    scene="booking",
    reason="候补到了、时间有变告诉您",
    name="活动变更通知",
    is_urgent=True,
)
RELEASED = Template(
    "bookings.released", "报名被取消", "您在「{title}」（{starts}）的报名已被取消：{reason}。"
)
LAPSED = Template(
    "bookings.lapsed", "候补没有排到", "「{title}」（{starts}）的候补没有排到，感谢您的支持。"
)
PASSED_ON = Template(
    "bookings.passed_on", "名额已让给下一位", "「{title}」的名额没有按时确认，已让给下一位。"
)
