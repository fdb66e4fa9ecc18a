"""The history of an order in plain words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.core.clock import spoken

_TITLES = {
    "report": "提交了诉求",
    "accept": "已受理，等待分派",
    "dispatch": "已派往{unit}，等待接单",
    "assign": "已交办给{handler}",
    "take": "已接单",
    "decline": "交办未接，重新等待接单",
    "arrive": "已到现场",
    "resolve": "已办结",
    "return": "已退单，等待重新分派",
    "ask-co-handlers": "已请{units}协办",
    "close-part": "{unit}已完成协办",
    "suspend": "暂停计时，等待继续办理",
    "resume": "继续办理，恢复计时",
    "extend": "申请延期{hours}小时",
    "approve-extension": "同意延期{hours}小时",
    "refuse-extension": "未同意延期",
    "urge": "催了一下",
    "supplement": "补充了情况",
    "reply": "回复",
    "withdraw": "撤回了诉求",
    "reopen": "要求重办，等级提高",
    "close": "已自动结束",
    "overdue": "{clock}已超过承诺时限",
    "hide": "内容正在核实，暂不公开",
}


def title_of(move: str, facts: Mapping[str, Any], handler: str) -> str:
    """One step in plain words; `handler` is whom it was handed to, as the reader may know them."""
    if move == "contact":
        reached = facts.get("outcome") != "no_answer"
        return "已与居民联系" if reached else "联系居民，未接通"
    if move == "transfer":
        return f"已转给{handler or facts.get('unit') or '其他单位'}"
    if move == "rate":
        solved = "已解决" if facts.get("is_solved") else "未解决"
        return f"评价 {facts.get('stars')} 星，{solved}"
    if move == "resume" and facts.get("by_dispatcher"):
        return "调度员要求继续办理，恢复计时"
    words = {"unit": "", "units": "", "hours": "", "clock": "", **facts, "handler": handler}
    return _TITLES.get(move, move).format_map(words)


_DOING = {"contact": "与您联系", "arrive": "到现场", "done": "办结"}


def promise_of(
    status: str, clock_kind: str, due_at: datetime | None, close_at: datetime | None
) -> str:
    """What will happen next and by when, for whoever waits."""
    if status in ("reported", "accepted"):
        return "正在安排人员，派出后开始计时"
    if status == "suspended":
        return "暂停计时，条件具备后继续办理"
    if status == "resolved" and close_at is not None:
        return f"请评价；{spoken(close_at)} 前没有评价将自动结束"
    if status in ("resolved", "closed", "withdrawn") or due_at is None:
        return ""
    if clock_kind not in _DOING:
        return ""
    return f"最迟 {spoken(due_at)} 前{_DOING[clock_kind]}"
