"""What givers and takers are told."""

from backend.foundation.notify.messages import Template as Template

RESERVED = Template(
    "exchanges.reserved", "有人想要您的闲置", "「{title}」已有邻居预定，集市当天交换。"
)
GIVEN_UP = Template("exchanges.given_up", "预定取消了", "「{title}」的预定已取消，又可以被预定。")
RELEASED = Template("exchanges.released", "预定被取消", "您预定的「{title}」已被物主取消预定。")
GONE = Template("exchanges.gone", "预定的物品没有了", "您预定的「{title}」已收回或下架。")
REMOVED = Template("exchanges.removed", "您的闲置被下架", "「{title}」不符合交换规则，已下架。")
