"""What a template is, and all templates of the house."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.core import loader

PATTERN = re.compile(r"[「（]?\{.*?\}[」）]?")
LABELS = {
    "time": "时间",
    "date": "日期",
    "phrase": "状态",
    "character_string": "编号",
    "name": "姓名",
    "number": "数量",
    "amount": "金额",
    "phone_number": "电话",
    "car_number": "车牌号",
}


@dataclass(frozen=True)
class Template:
    """One kind of message. Every room declares its own in its `messages.py`.

    `title` and `text` are patterns (`"您的诉求「{title}」已受理"`) filled by what `send` gets.
    `wechat` maps the fields of WeChat's template to patterns (`{"thing1": "{title}"}`), `labels`
    names those fields to people; without `wechat` the message stays in the inbox. `scene` is where
    the mini-program asks for consent, `reason` what it says then. Urgent ones are sent at night.
    """

    key: str
    title: str
    text: str
    wechat: Mapping[str, str] = field(default_factory=dict)
    scene: str = ""
    reason: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    """What WeChat's list of templates calls it; the title where that has no pattern in it."""
    is_urgent: bool = False

    @property
    def called(self) -> str:
        """What WeChat's list and the prompt call it: no pattern, at most 32 characters."""
        return (self.name or PATTERN.sub("", self.title))[:32] or self.key

    def label(self, field: str) -> str:
        """What the line of this field is called."""
        return self.labels.get(field) or LABELS.get(field.rstrip("0123456789"), "内容")


def known() -> dict[str, Template]:
    """Every room's templates by key. Raises RuntimeError when two have the same."""
    found: dict[str, Template] = {}
    for module in loader.load("messages"):
        for one in vars(module).values():
            if isinstance(one, Template) and found.setdefault(one.key, one) is not one:
                raise RuntimeError(f"template {one.key} is declared twice")
    return found
