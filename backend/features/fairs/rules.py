"""What residents are asked before and after a fair. Pure."""

from collections.abc import Sequence
from typing import Any

SERVICES = ("理发", "量血压", "磨剪子修伞", "法律咨询", "亲子手工", "闲置交换", "就业招聘")
"""What a survey of needs offers to choose from, unless the organiser knows better."""
NEEDS_DAYS = 7
SATISFACTION_DAYS = 7
SATISFIED = "satisfied"
"""The key of the question whose mean becomes the review's satisfaction."""


def needs_questions(services: Sequence[str]) -> list[dict[str, Any]]:
    """The questions of a survey of needs, as surveys take them."""
    options = [{"key": f"s{number}", "text": one} for number, one in enumerate(services, 1)]
    times = [{"key": "sat", "text": "周六上午"}, {"key": "sun", "text": "周日上午"}]
    times.append({"key": "evening", "text": "工作日傍晚"})
    help_ = [{"key": "yes", "text": "愿意摆摊或当志愿者"}, {"key": "no", "text": "这次先逛逛"}]
    return [
        {"key": "services", "kind": "multiple", "title": "您最需要哪些服务？", "options": options},
        {"key": "time", "kind": "single", "title": "什么时候方便来？", "options": times},
        {"key": "help", "kind": "single", "title": "您愿意出一份力吗？", "options": help_},
        {"key": "words", "kind": "text", "title": "还想要什么？", "is_required": False},
    ]


def satisfaction_questions() -> list[dict[str, Any]]:
    labels = {"low_label": "不满意", "high_label": "很满意"}
    scale = {"key": SATISFIED, "kind": "scale", "title": "您对这场集市满意吗？"} | labels
    return [
        scale,
        {"key": "words", "kind": "text", "title": "下次希望有什么？", "is_required": False},
    ]


def percent(mean: str) -> int:
    """A mean of 1 to 5 stars as a share of the best."""
    return round(float(mean) * 20)
