"""Micro-wishes of the sample city: 109 were claimed, some wait, some were thanked for."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tortoise import Model

from backend.core import clock
from backend.engines.wishes.models import Wish, WishClaim, sealed_person
from backend.engines.wishes.rules import SILENCE, UNCONFIRMED, Category, Circle, Handover, Whose
from backend.engines.wishes.states import ClaimStatus, WishStatus
from backend.features.thanks.models import WishThanks
from backend.foundation.areas.models import Level
from backend.sample.city import City
from backend.sample.people import Neighbour, People

CLAIMED, OPEN, SUBMITTED = 109, 40, 12
WISHES = (
    (Whose.ELDER, Category.GOODS, "想要一双防滑棉鞋", "脚肿，穿42码，黑色就好。", 1, "双"),
    (
        Whose.ELDER,
        Category.COMPANY,
        "想有人陪着去趟公园",
        "腿脚慢，周末上午最好，一小时左右。",
        1,
        "次",
    ),
    (Whose.STUDENT, Category.STUDY, "想补一补英语", "初二，每周一次，坚持到期末。", 1, "学期"),
    (
        Whose.CHILD,
        Category.GOODS,
        "想要一套百科绘本",
        "上一年级，喜欢恐龙和星星，旧的也行。",
        1,
        "套",
    ),
    (
        Whose.FAMILY,
        Category.REPAIR,
        "家里的水龙头老漏水",
        "厨房的，换个垫圈就行，材料自备。",
        1,
        "次",
    ),
    (Whose.ELDER, Category.HEALTH, "想定期量量血压", "每周一次，上门或到服务站都可以。", 1, "月"),
    (
        Whose.WORKER,
        Category.GOODS,
        "想要几副防寒手套",
        "给小区门口送外卖的小哥们，冬天手冷。",
        6,
        "副",
    ),
    (
        Whose.VETERAN,
        Category.CULTURE,
        "想给孩子们讲讲老故事",
        "需要一个场地和几位小听众。",
        1,
        "场",
    ),
    (Whose.PARENT, Category.HELP, "想找人接送孩子几天", "住院一周，学校离小区 500 米。", 5, "天"),
    (Whose.FAMILY, Category.GOODS, "想要一床厚被子", "双人的，干净就好。", 1, "床"),
)
SAID = (
    "东西很合用，谢谢好心的邻居，心里暖洋洋的。",
    "等了好久的心愿，没想到几天就有人来了，谢谢。",
    "孩子高兴得跳起来，一定好好学习。",
    "远亲不如近邻，真是这样。",
)
NOTES = ("已经送到，一起试过了，合适。", "办好了，老人很高兴。", "按说好的时间去的，都弄好了。")


@dataclass
class Wishing:
    """All rows, ids given."""

    now: datetime
    random: Random
    city: City
    rows: dict[type[Model], list[Model]] = field(
        default_factory=lambda: {Wish: [], WishClaim: [], WishThanks: []}
    )

    def add(self, model: type[Model], /, **columns: Any) -> Any:
        made = model(id=len(self.rows[model]) + 1, **columns)
        self.rows[model].append(made)
        return made

    def wish(self, who: Neighbour, number: int, status: WishStatus, days: float) -> Wish:
        """Somebody's wish, submitted so many days ago; what is older is open to the whole city."""
        whose, category, *words, needed, unit = WISHES[number % len(WISHES)]
        at = self.now - timedelta(days=days)
        is_open = status is not WishStatus.SUBMITTED
        circle = Circle.CITY if days > 7 else Circle.COMMUNITY if days > 1 else Circle.BUILDING
        place = self.city.above(who.area, Level(circle.value))
        person = sealed_person("王秀英", "19900000000", self.city.full_name(who.area) + who.number)
        made: Wish = self.add(
            Wish,
            publisher_id=who.user_id,
            is_for_other=whose is not Whose.NEIGHBOUR,
            whose=whose,
            category=category,
            **dict(zip(("title", "text"), words, strict=True)),
            area_path=who.area.path or "",
            circle=circle if is_open else None,
            open_path=place.path if is_open else None,
            handover=list(Handover)[number % 3],
            needed=needed,
            unit=unit,
            share_value=3000 if category is Category.GOODS else None,
            status=status,
            until=clock.bounds(clock.local(self.now).date() + timedelta(days=30))[1],
            submitted_at=at,
            opened_at=at + timedelta(hours=5) if is_open else None,
            **person,
        )
        if status is WishStatus.CONFIRMED:
            made.ended_at = self.now - timedelta(days=days / 3)
        return made

    def claim(self, wish: Wish, who: Neighbour, status: ClaimStatus, days: float) -> None:
        """All shares of it, by somebody who lives elsewhere."""
        at = self.now - timedelta(days=days)
        is_held = status is ClaimStatus.HELD
        is_done = status is ClaimStatus.CONFIRMED
        wish.taken = wish.needed
        slot = f"{who.user_id}:{len(self.rows[WishClaim])}" if is_held else None
        wait = SILENCE if is_held else UNCONFIRMED
        self.add(
            WishClaim,
            wish_id=wish.id,
            claimer_id=who.user_id,
            live_key=f"{wish.id}:{who.user_id}",
            slot=slot,
            shares=wish.needed,
            shows_name=bool(wish.id % 2),
            status=status,
            note="" if is_held else self.random.choice(NOTES),
            claimed_at=at,
            due_at=None if is_done else self.now + wait,
            fulfilled_at=None if is_held else self.now - timedelta(days=days / 2),
            confirmed_at=wish.ended_at,
            confirmed_by=wish.publisher_id if is_done else None,
        )

    def thank(self, wish: Wish) -> None:
        said = {"text": self.random.choice(SAID), "is_public": True, "shows_photos": False}
        self.add(
            WishThanks,
            wish_id=wish.id,
            key=str(wish.id),
            writer_id=wish.publisher_id,
            said_at=wish.ended_at,
            **said,
        )


STAGES = (
    (WishStatus.CONFIRMED, ClaimStatus.CONFIRMED),
    (WishStatus.CONFIRMED, ClaimStatus.CONFIRMED),
    (WishStatus.FULFILLED, ClaimStatus.FULFILLED),
    (WishStatus.CLAIMED, ClaimStatus.HELD),
)


async def live(random: Random, city: City, people: People) -> str:
    """Write the wishes down; say how many in a line."""
    found = Wishing(city.now, random, city)
    crowd = people.neighbours
    for number in range(CLAIMED):
        status, stage = STAGES[number % len(STAGES)]
        wisher = crowd[(number * 7) % len(crowd)]
        # The first neighbours are whom the demo plays: they have something in hand.
        helper = crowd[(number * 7 + 1) % len(crowd) if number else 1]
        wish = found.wish(wisher, number, status, 8 + random.random() * 20)
        found.claim(wish, helper, stage, 1 + random.random() * 5)
        if status is WishStatus.CONFIRMED and number % 3:
            found.thank(wish)
    for number in range(OPEN):
        found.wish(crowd[(number * 5 + 2) % len(crowd)], number, WishStatus.OPEN, number * 0.4)
    for number in range(SUBMITTED):
        wisher = crowd[(number * 3 + 1) % len(crowd)]
        found.wish(wisher, number + 3, WishStatus.SUBMITTED, number * 0.1)
    for model, made in found.rows.items():
        await model.bulk_create(made, batch_size=500)
    return f"{CLAIMED} 件已认领的微心愿，{OPEN} 件等待认领"
