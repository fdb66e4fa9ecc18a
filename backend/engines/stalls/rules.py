"""Kinds and zones of stalls, and what a place on the map is called. Pure."""

from backend.core.labels import Labelled

MOST_OFFERS = 5
"""Stalls that one person offers to one fair."""


class StallKind(Labelled):
    UNIT = "unit", "共建单位"
    MERCHANT = "merchant", "爱心商户"
    VOLUNTEER = "volunteer", "志愿服务"
    CRAFT = "craft", "能工巧匠"


class Zone(Labelled):
    CARE = "care", "爱心服务"
    CULTURE = "culture", "文化惠民"
    DREAM = "dream", "微梦合作社"
    MARKET = "market", "惠民展销"
    EXCHANGE = "exchange", "闲置交换"


def spot(column: int | None, row: int | None) -> str:
    """`B3`: the second row's third place; empty for a stall that has none yet."""
    return "" if column is None or row is None else f"{chr(64 + row)}{column}"
