"""What asker and owner read of each other: never a name, never a phone."""

from backend.foundation.notify.messages import Template as Template

ANSWER_PAGE = "/pages/move-car/answer?id={}"
PROGRESS_PAGE = "/pages/move-car/progress?id={}"

TOLD = Template(
    "move_car.told",
    title="有人请您挪车",
    text="您的车 {plate} 在{place}{reason}，请尽快答复。",
    wechat={"car_number1": "{plate}", "thing2": "{place}", "thing3": "{reason}"},
    labels={"car_number1": "车牌号", "thing2": "地点", "thing3": "原因"},
    scene="vehicle",
    reason="有人请您挪车时告诉您",
    name="挪车通知",
    is_urgent=True,
)
ANSWERED = Template(
    "move_car.answered",
    title="车主答复了：{reply}",
    text="您请求挪车的车主答复：{reply}。",
    wechat={"phrase1": "{reply}", "thing2": "{place}"},
    labels={"phrase1": "车主答复", "thing2": "地点"},
    scene="move_car",
    reason="车主答复时告诉您",
    name="挪车进展通知",
    is_urgent=True,
)
HANDED_OVER = Template(
    "move_car.handed_over",
    title="已转物业、社区处理",
    text="车主没有及时挪车，您的请求已转物业、社区到现场处理。",
    is_urgent=True,
)
PROMISE_OVER = Template(
    "move_car.promise_over",
    title="车挪开了吗",
    text="车主答应的时间到了。挪开了请点“已挪开”，还没挪可以转物业、社区处理。",
    is_urgent=True,
)
SETTLED = Template(
    "move_car.settled", title="挪车请求已处理", text="物业、社区已在现场处理了您的挪车请求。"
)
ENDED = Template(
    "move_car.ended", title="挪车请求结束了", text="请您挪车 {plate} 的请求已经结束：{status}。"
)
BLOCKED = Template(
    "move_car.blocked",
    title="暂停使用挪车服务",
    text="因{reason}，挪车服务暂停到 {until}。有异议请联系社区。",
)
