"""Skills, what the law asks for, and who suits a need how well. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.core.labels import Labelled


class Skill(Labelled):
    PLUMBING = "plumbing", "水管维修"
    ELECTRIC = "electric", "电路维修"
    APPLIANCE = "appliance", "家电维修"
    GAS = "gas", "燃气具维修"
    LOCK = "lock", "开锁换锁"
    FURNITURE = "furniture", "家具维修"
    SEWING = "sewing", "缝补改衣"
    SHOES = "shoes", "修鞋配钥匙"
    KNIVES = "knives", "磨刀磨剪"
    BICYCLE = "bicycle", "修自行车"
    HAIR = "hair", "理发"
    PHONE = "phone", "手机电脑"


LICENCES: Mapping[Skill, str] = {
    Skill.ELECTRIC: "低压电工作业证",
    Skill.GAS: "燃气具安装维修证",
    Skill.LOCK: "公安机关备案证明",
}
"""Skills that nobody may offer without this paper, and its name."""
REMINDED_BEFORE = 30
"""Days before a paper runs out."""


class Part(Labelled):
    """Part of a day; a craftsman takes one call in each."""

    MORNING = "morning", "上午 8–12 点"
    AFTERNOON = "afternoon", "下午 13–18 点"
    EVENING = "evening", "晚上 18–21 点"


STARTS: Mapping[Part, int] = {Part.MORNING: 8, Part.AFTERNOON: 13, Part.EVENING: 18}
ENDS: Mapping[Part, int] = {Part.MORNING: 12, Part.AFTERNOON: 18, Part.EVENING: 21}
WEEKDAYS = "一二三四五六日"


class Reach(Labelled):
    """How far somebody goes; the values are levels of the area tree."""

    COMMUNITY = "community", "本社区"
    STREET = "street", "本街道"
    COUNTY = "county", "全市"


ANSWERED_WITHIN = timedelta(minutes=30)
"""After so long without an answer the next one is asked."""
MOST_ASKED = 8
MOST_DAYS = 14
MOST_PRICE = 200_000
"""Fen for one visit."""
MOST_OPEN = 3
"""Calls that one person can have open."""

NEARNESS = {"unit": 45, "building": 40, "compound": 30, "community": 20, "street": 10}
"""Points for the deepest level that two places share."""
_PRIOR_STARS, _PRIOR_COUNT = 4.0, 3
"""What is thought of somebody whom nobody has rated."""


@dataclass(frozen=True)
class Offer:
    """What is known of somebody who could come: all that the order rests on."""

    craftsman_id: int
    shared: str
    """The deepest level of the area tree that both places share; empty for none."""
    shared_name: str
    stars_sum: int
    stars_count: int
    done: int
    price: int
    licensed_until: date | None


def parts_of(starts_at: datetime, ends_at: datetime) -> list[Part]:
    """The parts that a stretch of one day touches, both moments local. A part lasts until the next
    one starts, the evening until midnight: of two stretches that overlap some part is the same."""
    later = [*list(STARTS.values())[1:], 24]
    last = ends_at.hour * 60 + ends_at.minute
    return [
        part
        for part, until in zip(Part, later, strict=True)
        if starts_at.hour < until and (part is Part.MORNING or last > STARTS[part] * 60)
    ]


def stars_of(total: int, count: int) -> float:
    """The mean, drawn towards 4 while few have said anything."""
    return (total + _PRIOR_STARS * _PRIOR_COUNT) / (count + _PRIOR_COUNT)


def score(one: Offer) -> float:
    """How well somebody suits: near (≤ 45), well rated (≤ 40), proven (≤ 10), free (5)."""
    near = NEARNESS.get(one.shared, 0)
    liked = 40 * (stars_of(one.stars_sum, one.stars_count) - 1) / 4
    proven = min(one.done, 20) / 2
    return near + liked + proven + (5 if one.price == 0 else 0)


def reasons(one: Offer, skill: Skill, day: date, part: Part) -> list[str]:
    """Why somebody is offered, in words, heaviest first."""
    said = [f"同在{one.shared_name}"] if one.shared_name else []
    if one.stars_count:
        mean = one.stars_sum / one.stars_count
        said.append(f"评分 {mean:.1f}（{one.stars_count} 次评价）")
    said.append(f"周{WEEKDAYS[day.weekday()]}{part.label}有空")
    said.append("免费" if one.price == 0 else f"上门 {one.price / 100:g} 元")
    if skill in LICENCES and one.licensed_until is not None:
        last = one.licensed_until
        said.append(f"{LICENCES[skill]}有效至 {last.year}年{last.month}月{last.day}日")
    if one.done:
        said.append(f"已上门 {one.done} 次")
    return said


def ranked(found: list[Offer]) -> list[Offer]:
    """Who suits best first; equal ones in the order in which they registered."""
    return sorted(found, key=lambda one: (-score(one), one.craftsman_id))
