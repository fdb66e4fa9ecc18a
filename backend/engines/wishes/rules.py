"""What may be wished for, who sees it when, and where the claims put a wish. Pure."""

from collections.abc import Mapping
from datetime import timedelta

from backend.core.labels import Labelled
from backend.engines.wishes.states import ClaimStatus, WishStatus


class Category(Labelled):
    GOODS = "goods", "物品"
    HELP = "help", "跑腿帮忙"
    COMPANY = "company", "陪伴探望"
    REPAIR = "repair", "家务维修"
    STUDY = "study", "学习辅导"
    HEALTH = "health", "健康服务"
    CULTURE = "culture", "文体活动"
    OTHER = "other", "其他"


class Whose(Labelled):
    """Who wishes, as neighbours read it: never a name."""

    NEIGHBOUR = "neighbour", "一位邻居"
    ELDER = "elder", "一位老人"
    CHILD = "child", "一个孩子"
    STUDENT = "student", "一名学生"
    PARENT = "parent", "一位家长"
    FAMILY = "family", "一个家庭"
    VETERAN = "veteran", "一位退役军人"
    WORKER = "worker", "一位新就业者"


class Handover(Labelled):
    """How it gets there decides what the claimer is shown of the person."""

    OFFICE = "office", "送到社区，由社区转交"
    PHONE = "phone", "电话联系"
    HOME = "home", "上门"


class Circle(Labelled):
    """How far a wish is seen; the values are levels of the area tree."""

    BUILDING = "building", "本楼"
    COMMUNITY = "community", "本社区"
    STREET = "street", "本街道"
    CITY = "county", "全市"


OPENS_AFTER: Mapping[Circle, timedelta] = {
    Circle.BUILDING: timedelta(),
    Circle.COMMUNITY: timedelta(hours=24),
    Circle.STREET: timedelta(days=3),
    Circle.CITY: timedelta(days=7),
}
"""From the approval on; what lies in no building begins with its community, and so on."""
SILENCE = timedelta(days=7)
"""A claimer who says nothing for so long gives the wish free."""
REMINDED_BEFORE = timedelta(days=2)
MOST_PROGRESS = 4
"""How often a claimer can ask for more time."""
UNCONFIRMED = timedelta(days=3)
"""After so long the community is asked to confirm in the wisher's stead."""
MOST_HELD = 5
"""Claims that one person can have in hand."""
MOST_DAYS = 90
KEPT = timedelta(days=90)
"""So long after the end it is known whose wish it was."""
MOST_SHARES = 200
MOST_VALUE = 500_000
"""Fen, all shares together: more than that is no micro-wish."""


def steps(present: Mapping[Circle, str]) -> list[tuple[Circle, timedelta]]:
    """The circles that a place has, nearest first, and when each opens after the approval."""
    found = [one for one in Circle if one in present]
    late = OPENS_AFTER[found[0]] if found else timedelta()
    return [(one, OPENS_AFTER[one] - late) for one in found]


def standing(shares: Mapping[ClaimStatus, int], needed: int, *, is_over: bool) -> WishStatus:
    """Where its live claims put a wish that was approved; `is_over`: nobody can claim any more."""
    held, waiting, confirmed = (
        shares.get(one, 0)
        for one in (ClaimStatus.HELD, ClaimStatus.FULFILLED, ClaimStatus.CONFIRMED)
    )
    taken = held + waiting + confirmed
    if taken < needed and not is_over:
        return WishStatus.OPEN
    if not taken:
        return WishStatus.EXPIRED
    if held:
        return WishStatus.CLAIMED
    return WishStatus.FULFILLED if waiting else WishStatus.CONFIRMED
