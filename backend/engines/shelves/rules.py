"""Kinds of goods, and the span in which a person's limit counts. Pure."""

from datetime import date

from backend.core.errors import Conflict
from backend.core.labels import Labelled

MOST_STOCK = 1_000_000


class SoldOut(Conflict):
    code, title = "sold_out", "兑完了"


class OverLimit(Conflict):
    code, title = "over_limit", "超过每人可兑的数量"


class NotOffered(Conflict):
    code, title = "not_offered", "已下架"


class GoodKind(Labelled):
    THING = "thing", "实物"
    SERVICE = "service", "服务"


class Span(Labelled):
    """In which time a person's limit counts."""

    DAY = "day", "每天"
    MONTH = "month", "每月"
    YEAR = "year", "每年"
    EVER = "ever", "总共"


class Cause(Labelled):
    """Why a stock changed."""

    IN = "in", "入库"
    OUT = "out", "出库、报损"
    TAKEN = "taken", "兑换"
    BACK = "back", "取消退回"
    COUNTED = "counted", "盘点调整"


def span_key(span: Span, day: date) -> str:
    """The same for all days of one span."""
    return {
        Span.DAY: str(day),
        Span.MONTH: f"{day:%Y-%m}",
        Span.YEAR: f"{day:%Y}",
        Span.EVER: "",
    }[span]
