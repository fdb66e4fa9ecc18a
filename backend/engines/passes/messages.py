"""What people are told about their passes."""

from backend.foundation.notify.messages import Template as Template

ACTIVATED = Template(
    "passes.activated", "停车月卡已生效", "{plate} 在{lot}的月卡有效期到 {until}。"
)
EXPIRING = Template(
    "passes.expiring",
    title="停车月卡快到期了",
    text="{plate} 在{lot}的月卡 {until} 到期，续费后连续有效。",
    wechat={"car_number1": "{plate}", "thing2": "{lot}", "time3": "{until}"},
    labels={"car_number1": "车牌号", "thing2": "停车场", "time3": "到期时间"},
    scene="vehicle",
    reason="月卡到期前提醒您续费",
    name="停车月卡到期提醒",
)
EXPIRED = Template(
    "passes.expired", "停车月卡已到期", "{plate} 在{lot}的月卡已到期，进出将按临时停车收费。"
)
ENDED = Template(
    "passes.ended",
    "停车月卡已停用",
    "{plate} 在{lot}的月卡已停用：{reason}。还没开始的月份原路退款；有异议请联系物业。",
)
