"""What people are told about what they redeemed."""

from backend.foundation.notify.messages import Template as Template

MINE = "/pages/mall/redemption?id={}"

_FIELDS = {"thing1": "{name}", "number2": "{points}", "thing3": "{place}"}
_LABELS = {"thing1": "兑换内容", "number2": "所用积分", "thing3": "领取地点"}

REDEEMED = Template(
    "mall.redeem",
    "兑换成功",
    "已兑换「{name}」，请于 {due} 前凭码到{place}领取，过期积分自动退回。",
    wechat=_FIELDS | {"time4": "{due}"},
    labels=_LABELS | {"time4": "领取期限"},
    scene="mall",
    reason="提醒您按时领取",
    name="积分兑换成功通知",
)
SOON = Template(
    "mall.soon",
    "兑换的物品快过期了",
    "「{name}」请于 {due} 前到{place}领取，过期积分自动退回。",
    wechat=_FIELDS | {"time4": "{due}"},
    labels=_LABELS | {"time4": "领取期限"},
    scene="mall",
    reason="快到领取期限时提醒您",
    name="领取到期提醒",
)
DONE = Template("mall.hand-over", "已领取", "「{name}」已在{place}领取，用去 {points} 积分。")
EXPIRED = Template("mall.expire", "兑换已过期", "「{name}」未按时领取，{points} 积分已退回。")
CALLED_OFF = Template(
    "mall.call-off", "兑换已取消", "「{name}」的兑换已取消：{reason}。{points} 积分已退回。"
)
BY_MOVE = {one.key.partition(".")[2]: one for one in (REDEEMED, DONE, EXPIRED, CALLED_OFF)}
