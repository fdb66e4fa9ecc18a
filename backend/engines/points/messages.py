"""What people are told about their points."""

from backend.foundation.notify.messages import Template as Template

MINE = "/pages/points/index"

SOON = Template(
    "points.soon",
    title="积分快到期了",
    text="您有 {amount} 积分将于 {day} 到期，可以到积分超市兑换，也可以转给家人。",
    wechat={"thing1": "有 {amount} 积分快到期", "number2": "{amount}", "time3": "{day}"},
    labels={"thing1": "温馨提示", "number2": "到期积分", "time3": "到期时间"},
    scene="points",
    reason="积分快到期时提醒您",
    name="积分到期提醒",
)
ENDED = Template("points.ended", "积分到期了", "您有 {amount} 积分已到期，回到了社区的积分池。")
GIVEN = Template("points.given", "家人转来了积分", "{name}转给您 {amount} 积分。")
FAULT = Template(
    "points.fault",
    "积分账目对不上",
    "{day} 的积分核对发现 {count} 处不一致：{first}。请立即查看。",
    is_urgent=True,
)
