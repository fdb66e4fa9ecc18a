"""Fairs of the sample city: thirty behind with their figures, one submitted, one that looks for
stalls, one announced with turns to book, and one that is open today.

Runs in the transaction that writes the city: those ahead through the services, set in time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM
from backend.engines.bookings import service as bookings
from backend.engines.bookings.service import NewSlot
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.models import Fair, FairStatus
from backend.engines.stalls.models import Stall, StallKind, StallStatus, StallVisit, Zone
from backend.features.arrivals.models import Arrival
from backend.features.exchanges.models import ExchangeItem
from backend.features.fairs import service as holding
from backend.features.letters.models import Letter, LetterKind, LetterStatus
from backend.features.offerings.models import Offering, OfferingKind
from backend.features.offerings.queries import OWNER
from backend.foundation.areas.models import Area, Level
from backend.foundation.codes import service as codes
from backend.foundation.codes.service import CodeKind
from backend.sample.city import City
from backend.sample.people import People

SEED = 37
PAST = 30
VISITORS = 15_000
THEMES = (
    ("春风暖心集市", "理发、量血压、磨剪子，为老服务送到楼下"),
    ("小手拉大手集市", "亲子手工、绘本漂流、闲置玩具换一换"),
    ("微梦就业集市", "家政收纳课、直播课、就近招聘，一站办"),
    ("敬老义诊集市", "义诊、配镜、助听器调试，老年人优先"),
    ("惠农助销集市", "本地果蔬直供，社区食堂现场试吃"),
)
STALLS = (
    (StallKind.CRAFT, Zone.CARE, "阳光理发", "义剪 20 人，六十岁以上优先"),
    (StallKind.UNIT, Zone.CARE, "社区卫生站", "量血压、测血糖、用药咨询"),
    (StallKind.CRAFT, Zone.CARE, "老李磨剪刀", "磨剪子、戗菜刀、修雨伞"),
    (StallKind.VOLUNTEER, Zone.CULTURE, "彩虹亲子手工", "拓印、剪纸，材料现场领"),
    (StallKind.VOLUNTEER, Zone.CULTURE, "绘本漂流站", "带一本，换一本"),
    (StallKind.UNIT, Zone.DREAM, "微梦合作社", "收纳课报名、岗位咨询"),
    (StallKind.MERCHANT, Zone.MARKET, "沂蒙鲜果", "现摘蜜桃，居民价"),
    (StallKind.MERCHANT, Zone.MARKET, "幸福食堂试吃", "老人餐试吃，办餐卡"),
    (StallKind.VOLUNTEER, Zone.EXCHANGE, "闲置交换角", "按预定的物品对号交换"),
)
SPOTS = ((1, 1), (1, 2), (1, 4), (2, 1), (2, 3), (2, 4), (3, 1), (3, 2), (3, 4))
RULES = "物品干净完好、能正常使用；以物易物或赠送，不收现金；食品、药品、活物不交换。"
THINGS = (
    ("儿童自行车", "16 寸，带辅助轮", "换绘本"),
    ("电饭煲", "用过两次，说明书在", ""),
    ("羽毛球拍一对", "附三个球", "换跳绳"),
    ("折叠小书桌", "孩子大了用不上", ""),
    ("多肉两盆", "带盆带土", "换一盆绿萝"),
)
MESSAGES = (
    "磨刀师傅手艺真好，希望每月都来",
    "第一次带娃来，手工摊很有意思",
    "理发不用排队了，约好时间真方便",
)
LETTERS = ("广场边的路灯傍晚不亮，散场时看不清台阶", "希望下次有修鞋摊，平时找不到人修")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class _Ground:
    """What fairs are made from."""

    random: Random
    city: City
    people: Sequence[int]
    home: Area
    now: datetime

    def person(self, number: int) -> int:
        return self.people[number % len(self.people)]


async def live(city: City, crowd: People) -> str:
    """Write all fairs; a line about them."""
    people = [one.user_id for one in crowd.neighbours]
    # As it was written: what codes are tied to must have come from the database.
    home = await Area.get(id=city.above(crowd.neighbours[0].area, Level.COMMUNITY).id)
    ground = _Ground(Random(SEED), city, people, home, clock.now())  # noqa: S311
    await _past(ground)
    await _ahead(ground, FairStatus.SUBMITTED, 4, 20 * DAY)
    await _recruiting(ground)
    await _announced(ground)
    await _today(ground)
    return f"{PAST} 场办过的公益集市，1 场预告中，1 场今天开市"


def _morning(now: datetime, days: int) -> datetime:
    """Nine o'clock on the day so many days from today."""
    return clock.bounds(clock.local(now).date() + timedelta(days=days))[0] + 9 * HOUR


async def _past(ground: _Ground) -> None:
    """The oldest first; together as many visitors as the district counted."""
    weights = [ground.random.randint(60, 140) for _ in range(PAST)]
    counts = [VISITORS * one // sum(weights) for one in weights]
    counts[0] += VISITORS - sum(counts)
    communities = ground.city.at(Level.COMMUNITY)
    for number, visitors in enumerate(counts):
        start = _morning(ground.now, -7 * (PAST - number))
        place = communities[number * 7 % len(communities)] if number % 3 else ground.home
        await Fair.create(
            **_plan(place, number, start),
            status=FairStatus.REVIEWED,
            previewed_at=start - 8 * DAY,
            opened_at=start,
            closed_at=start + 3 * HOUR,
            reviewed_at=start + 2 * DAY,
            summary="便民服务排队最长，下次加两个摊；闲置交换多了一倍。",
            figures=_figures(ground.random, visitors),
            visitors=visitors,
        )


def _plan(area: Area, number: int, start: datetime) -> dict[str, Any]:
    title, theme = THEMES[number % len(THEMES)]
    return {
        "area_id": area.id,
        "area_path": area.path,
        "title": f"{area.name}{title}"[:40],
        "theme": theme,
        "needs": "问卷里理发、量血压呼声最高，多数人周末上午有空。",
        "place": f"{area.name}文化广场",
        "starts_at": start,
        "ends_at": start + 3 * HOUR,
        "map_columns": 4,
        "map_rows": 3,
        "exchange_rules": RULES,
        "created_at": start - 30 * DAY,
    }


def _figures(random: Random, visitors: int) -> list[dict[str, Any]]:
    """What the rooms would have counted, in their order; stalls by their place in the list."""
    each = [visitors * random.randint(15, 45) // 100 for _ in STALLS]
    letters = random.randint(4, 18)
    found = [("stalls", "摊位", len(STALLS)), ("visits", "摊位到访人次", sum(each))]
    found += [
        (f"stall:{place}", f"{chr(64 + row)}{column} {stall[2]}", count)
        for place, (stall, (row, column), count) in enumerate(
            zip(STALLS, SPOTS, each, strict=True), 1
        )
    ]
    found += [
        ("served", "预约服务人次", random.randint(30, 70)),
        ("corner", "培训招聘人次", random.randint(10, 40)),
        ("visitors", "到场人数", visitors),
        ("exchanged", "闲置交换件数", random.randint(8, 40)),
        ("letters", "意见信", letters),
        ("demands", "转办诉求", letters // 3),
        ("messages", "留言", random.randint(10, 60)),
        ("answers", "满意度问卷", visitors // 9),
        ("satisfaction", "满意度（%）", random.randint(88, 98)),
    ]
    return [{"key": key, "name": name, "value": value} for key, name, value in found]


async def _ahead(
    ground: _Ground, status: FairStatus, number: int, ahead: timedelta, **more: Any
) -> Fair:
    start = _morning(ground.now, ahead.days)
    plan = _plan(ground.home, number, start) | {"created_at": ground.now - 10 * DAY}
    return await Fair.create(**plan | more, status=status)


async def _stalls(ground: _Ground, fair: Fair, offered: int = 0) -> list[Stall]:
    """Stalls on the map with their codes; the last so many are offered and wait for an answer."""
    made = []
    for place, (kind, zone, name, about) in enumerate(STALLS):
        row, column = SPOTS[place]
        is_offered = place >= len(STALLS) - offered
        status = StallStatus.OFFERED if is_offered else StallStatus.ACCEPTED
        stall = Stall(fair=fair, kind=kind, zone=zone, name=name, about=about, status=status)
        stall.offered_by = ground.person(-1 - place)
        stall.created_at = fair.created_at
        if not is_offered:
            stall.map_row, stall.map_column = row, column
            stall.spot_key = f"{fair.id}:{row}:{column}"
        await stall.save()
        if not is_offered:
            stall.code_id = await _code(
                ground, CodeKind.STALL, f"摊位：{name}", f"stall:{stall.id}"
            )
            await stall.save(update_fields=["code_id"])
        made.append(stall)
    return made


async def _code(ground: _Ground, kind: CodeKind, label: str, key: str) -> int:
    made = await codes.issue(SYSTEM, kind, ground.home, label=label, live_key=key)
    return int(made.id)


async def _recruiting(ground: _Ground) -> None:
    await _stalls(ground, await _ahead(ground, FairStatus.PREPARING, 1, 15 * DAY), offered=3)


async def _announced(ground: _Ground) -> None:
    """With turns for haircuts and blood pressure, a course, and jobs."""
    told = {"previewed_at": ground.now - 3 * DAY}
    fair = await _ahead(ground, FairStatus.PREVIEWED, 0, 6 * DAY, **told)
    await _announce(ground, fair)
    stalls = await _stalls(ground, fair)
    until = fair.starts_at and fair.starts_at - DAY
    first = {"first_age": 60, "first_until": until}
    await _offer(ground, fair, stalls[0], OfferingKind.SERVICE, ("爱心理发", 30, 4), **first)
    await _offer(ground, fair, stalls[1], OfferingKind.SERVICE, ("量血压、测血糖", 30, 8), **first)
    course = ("家政收纳课", 120, 24)
    await _offer(ground, fair, stalls[5], OfferingKind.TRAINING, course, most_waiting=10)
    await _offer(ground, fair, stalls[5], OfferingKind.JOB, ("家门口招聘：保洁、收银", 120, 30))
    await _things(ground, fair)


async def _announce(ground: _Ground, fair: Fair) -> None:
    fair.code_id = await _code(ground, CodeKind.FAIR, f"集市：{fair.title}"[:40], f"fair:{fair.id}")
    await fair.save(update_fields=["code_id"])


async def _offer(
    ground: _Ground,
    fair: Fair,
    stall: Stall,
    kind: OfferingKind,
    what: tuple[str, int, int],
    **rules: Any,
) -> None:
    """`what`: title, minutes of a turn, places; three turns at most."""
    title, minutes, quota = what
    begins = fair.starts_at or ground.now
    one = await Offering.create(
        fair=fair, stall_id=stall.id, kind=kind, title=title, created_at=fair.created_at
    )
    length = timedelta(minutes=minutes)
    for turn in range(3 if minutes < 60 else 1):
        slot = NewSlot(
            owner_kind=OWNER,
            owner_id=one.id,
            link=fairs.PAGE.format(fair.id),
            area_path=fair.area_path,
            title=title,
            place=f"{fair.place} {stall.name}",
            starts_at=begins + turn * length,
            ends_at=begins + (turn + 1) * length,
            quota=quota,
            **rules,
        )
        await bookings.open_slot(SYSTEM, slot)


async def _things(ground: _Ground, fair: Fair) -> None:
    for number, (title, about, wants) in enumerate(THINGS):
        await ExchangeItem.create(
            fair=fair,
            title=title,
            about=about,
            wants=wants,
            giver_id=ground.person(30 + number),
            created_at=ground.now - number * HOUR,
        )


async def _today(ground: _Ground) -> None:
    """Open since an hour, with people on its wall, at its stalls and on its board."""
    fair = await _ahead(ground, FairStatus.OPEN, 2, timedelta())
    begun = ground.now - HOUR
    await Fair.filter(id=fair.id).update(
        starts_at=begun,
        ends_at=begun + 9 * HOUR,
        opened_at=begun,
        previewed_at=begun - 9 * DAY,
        created_at=begun - 30 * DAY,
    )
    await fair.refresh_from_db()
    await _announce(ground, fair)
    stalls = await _stalls(ground, fair)
    visitors = ground.people[40:152] or ground.people
    step = HOUR / len(visitors)
    arrivals = [
        Arrival(fair=fair, user_id=one, is_named=place % 3 == 0, at=begun + place * step)
        for place, one in enumerate(visitors)
    ]
    await Arrival.bulk_create(arrivals)
    await _visit(ground, stalls, visitors)
    await _things(ground, fair)
    await _words(ground, fair)
    await holding.ask_satisfaction(fair.id)


async def _visit(ground: _Ground, stalls: Sequence[Stall], visitors: Sequence[int]) -> None:
    for stall in stalls:
        came = ground.random.sample(visitors, len(visitors) * ground.random.randint(15, 55) // 100)
        rows = [StallVisit(stall=stall, user_id=one, at=ground.now) for one in came]
        await StallVisit.bulk_create(rows)
        await Stall.filter(id=stall.id).update(visitors=len(came))


async def _words(ground: _Ground, fair: Fair) -> None:
    said = [(LetterKind.MESSAGE, LetterStatus.SHOWN, one) for one in MESSAGES]
    said += [(LetterKind.LETTER, LetterStatus.SENT, one) for one in LETTERS]
    for number, (kind, status, text) in enumerate(said):
        await Letter.create(
            fair=fair,
            kind=kind,
            status=status,
            text=text,
            writer_id=ground.person(60 + number),
            written_at=ground.now - (len(said) - number) * HOUR / 10,
        )
