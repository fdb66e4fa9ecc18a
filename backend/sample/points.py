"""Points of the sample city, through the services: who earned what for which deed, what the first
community's mall offers, who redeemed, and what waits for a person's word.

Runs in the transaction that writes the city, after its people are there.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from backend.core.actor import SYSTEM, Actor, Role
from backend.core.database import execute
from backend.engines.awards import service as awards
from backend.engines.awards.models import Award
from backend.engines.shelves import queries as shelf
from backend.engines.shelves import service as shelves
from backend.engines.shelves.schemas import GoodNew, PlaceNew, StockBody
from backend.features.mall import service as mall
from backend.features.mall.schemas import CodeBody, Redeem
from backend.features.pools import service as pools
from backend.features.pools.schemas import BudgetNew, SettlementNew
from backend.features.stocktakes import service as stocktakes
from backend.features.stocktakes.schemas import CountNew
from backend.foundation.areas.models import Area, Level
from backend.sample.city import City
from backend.sample.market import Market
from backend.sample.people import Neighbour, People

SEED = 34
EARNERS = 40
DEEDS = (
    ("志愿服务", "hours_confirmed", 20, 80),
    ("评价办结的诉求", "order_rated", 2, 2),
    ("参与问卷", "survey_answered", 3, 3),
    ("帮邻居实现微心愿", "wish_fulfilled", 20, 20),
)
"""What people did: title, kind, points from and to."""
GOODS = (
    ("洗衣液 2 升", "thing", 60, 2, "家用装，薰衣草香"),
    ("抽纸 6 包", "thing", 30, 4, "原木浆，三层加厚"),
    ("大米 5 公斤", "thing", 120, 1, "当季新米"),
    ("鸡蛋 30 枚", "thing", 80, 1, "本地农户直供，请当天领取"),
    ("上门磨刀一次", "service", 20, 2, "每周三下午，能工巧匠到社区服务"),
    ("老人理发一次", "service", 25, 1, "70 岁以上可预约上门"),
    ("儿童四点半课堂一周", "service", 100, 1, "周一至周五 16:30–18:00"),
)
"""What the mall offers: name, kind, points, how many a person and month, words about it."""
BUDGET = {
    "kind": "put_in",
    "amount": 2000,
    "voucher": "YS-2026-4",
    "note": "居民议事会通过的四季度积分预算",
}


PARTNERED = 4
"""So many fetched something at the shop that takes part."""
SETTLED = {"amount": 60, "voucher": "JS-2026-11-1", "note": "十一月上半月兑换结算，货款已付"}


async def live(city: City, crowd: People, market: Market) -> str:
    """Let people earn and redeem; a line about it."""
    random = Random(SEED)  # noqa: S311 - a sample, not a secret
    community = city.at(Level.COMMUNITY)[0]
    path = community.path or ""
    staff = {one.user_id for one in crowd.workers}
    at_home = [
        one
        for one in crowd.neighbours
        if (one.area.path or "").startswith(path) and one.user_id not in staff
    ][:EARNERS]
    for number, one in enumerate(at_home):
        await _earn(random, path, one, number, city.now)
    await _doubtful(path, at_home)
    place, goods = await _open(random, community)
    taken = await _redeem(random, _secretary(crowd, path), place, goods, at_home)
    await _count(crowd, path, place, goods)
    await _partner(_secretary(crowd, path), community, market, goods[1], at_home[1::2])
    await pools.budget(_secretary(crowd, path), community.id, BudgetNew.model_validate(BUDGET))
    return f"{len(at_home)} 位居民有积分，积分超市 {len(goods)} 种商品，兑换 {taken} 笔"


def _secretary(crowd: People, path: str) -> Actor:
    found = [one for one in crowd.of(Role.SECRETARY) if one.posts[0].area_path == path]
    return found[0].actor


async def _earn(random: Random, path: str, who: Neighbour, number: int, now: datetime) -> None:
    """Some deeds of the last weeks, the first of them long enough for something big."""
    for turn in range(random.randint(2, 5)):
        title, kind, least, most = DEEDS[0] if turn == 0 else random.choice(DEEDS)
        amount = most if turn == 0 else random.randint(least, most)
        deed = awards.Deed(who.user_id, amount, title, kind, path)
        one = await awards.award(deed, key=f"sample:{number}:{turn}")
        await _date_back(one, now - timedelta(hours=random.uniform(1, 24 * 30)))


async def _date_back(one: Award, then: datetime) -> None:
    await Award.filter(id=one.id).update(created_at=then)
    posting = "SELECT id FROM ledgers_posting WHERE `key` = ?"
    sql = f"UPDATE ledgers_entry SET at = ? WHERE posting_id IN ({posting})"  # noqa: S608
    await execute(sql, then, f"award:{one.id}")
    await execute("UPDATE ledgers_posting SET at = ? WHERE `key` = ?", then, f"award:{one.id}")


async def _doubtful(path: str, people: Sequence[Neighbour]) -> None:
    """Three who confirm for each other in turn, and one who confirms their own deed."""
    ring = [one.user_id for one in people[-3:]]
    for by, who in ((0, 1), (1, 2), (2, 0)):
        deed = awards.Deed(ring[who], 10, "志愿服务", "hours_confirmed", path, ring[by])
        await awards.award(deed, key=f"sample:ring:{by}")
    own = people[-4].user_id
    deed = awards.Deed(own, 20, "志愿服务", "hours_confirmed", path, own)
    await awards.award(deed, key="sample:own")


async def _open(random: Random, community: Area) -> tuple[int, list[tuple[int, int]]]:
    """The mall's counter, and its goods with their prices."""
    where = PlaceNew(
        area_id=community.id,
        name=f"{community.name}积分超市",
        address="社区服务中心一楼",
        hours="周一至周六 9:00–11:30，14:00–17:00",
    )
    place = (await shelves.open_place(SYSTEM, where)).id
    goods = []
    for sort, (name, kind, price, limit, about) in enumerate(GOODS):
        new = {"name": name, "kind": kind, "price": price, "per_person": limit, "about": about}
        good = await shelves.offer(
            SYSTEM, GoodNew.model_validate(new | {"area_id": community.id, "sort": sort})
        )
        came = {"place_id": place, "cause": "in", "quantity": random.randint(8, 40)}
        await shelves.restock(
            SYSTEM, good.id, StockBody.model_validate(came | {"note": "街道统一配送"})
        )
        goods.append((good.id, price))
    return place, goods


async def _redeem(
    random: Random,
    clerk: Actor,
    place: int,
    goods: Sequence[tuple[int, int]],
    people: Sequence[Neighbour],
) -> int:
    """Every second person redeems something small; some have fetched it."""
    taken = 0
    for number, one in enumerate(people[::2]):
        good, price = goods[1] if number == 0 else random.choice([*goods[:2], *goods[4:6]])
        want = Redeem(shelf_id=good, place_id=place, points=price)
        made = await mall.redeem(Actor(one.user_id), want)
        taken += 1
        if number % 3 == 1 and made.code:
            await mall.hand_over(clerk, place, CodeBody(code=made.code))
    return taken


async def _partner(
    secretary: Actor,
    community: Area,
    market: Market,
    good: tuple[int, int],
    people: Sequence[Neighbour],
) -> None:
    """A shop hands things over too; a part of the points for them is settled."""
    path = community.path or ""
    shop = next(one for one in market.trading() if one.area_path.startswith(path))
    where = PlaceNew(
        area_id=community.id,
        name=shop.name,
        address=shop.place,
        hours="营业时间内",
        shop_id=shop.id,
    )
    place = (await shelves.open_place(SYSTEM, where)).id
    came = {"place_id": place, "cause": "in", "quantity": 20, "note": "街道统一配送"}
    await shelves.restock(SYSTEM, good[0], StockBody.model_validate(came))
    for one in people[:PARTNERED]:
        want = Redeem(shelf_id=good[0], place_id=place, points=good[1])
        made = await mall.redeem(Actor(one.user_id), want)
        await mall.hand_over(Actor(market.owner(shop)), place, CodeBody(code=made.code or ""))
    paid = SettlementNew.model_validate(SETTLED | {"shop_id": shop.id})
    await pools.settle(secretary, community.id, paid)


async def _count(crowd: People, path: str, place: int, goods: Sequence[tuple[int, int]]) -> None:
    """A social worker counted: one good is as it should be, of the other a piece is missing."""
    worker = next(
        one for one in crowd.of(Role.SOCIAL_WORKER) if one.posts[0].area_path.startswith(path[:-1])
    )
    for (good, _), missing in zip(goods[:2], (0, 1), strict=True):
        stock = await shelf.stock(good, place)
        lies = stock.amount + stock.promised - missing
        counted = CountNew(shelf_id=good, place_id=place, counted=lies)
        await stocktakes.count(worker.actor, counted)
