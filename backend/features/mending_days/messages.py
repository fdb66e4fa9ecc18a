"""What residents, craftsmen and the community are told about days of small repairs. Whoever has
booked hears from the room `bookings` that a turn is called off."""

from backend.foundation.notify.messages import Template as Template

ANNOUNCED = Template(
    "mending_days.announced",
    title="小修小补日预告",
    text="{starts}起在{place}：{skills}，可以预约了。",
)
INVITED = Template(
    "mending_days.invited",
    title="社区请您出摊",
    text="{starts}，{place}，{skill}，每位约 {minutes} 分钟。来不了请尽早说明。",
)
DISMISSED = Template(
    "mending_days.dismissed",
    title="您的摊位取消了",
    text="{starts}在{place}的{skill}摊位取消：{reason}。",
)
WITHDRAWN = Template(
    "mending_days.withdrawn",
    title="{called}不能出摊",
    text="{starts}在{place}的{skill}摊位取消：{reason}。已预约的居民都已通知。",
)
REMINDED = Template(
    "mending_days.reminded",
    title="明天轮到您",
    text="「{title}」{starts}在{place}，请带上要修的东西和预约码。来不了请尽早取消。",
    wechat={"thing1": "{title}", "time2": "{starts}", "thing3": "{place}"},
    labels={"thing1": "项目", "time2": "时间", "thing3": "地点"},
    scene="mending",
    reason="轮到您的前一天晚上提醒您",
    name="小修小补预约提醒",
)
BENCH_REMINDED = Template(
    "mending_days.bench_reminded",
    title="明天您出摊",
    text="{starts}在{place}，{skill}，已有 {booked} 人预约。",
)
