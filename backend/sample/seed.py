"""Fills an empty, migrated database with the sample city: one transaction, all or nothing."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from tortoise import Model

from backend.core import clock
from backend.core.database import transaction
from backend.engines.duties import service as duties
from backend.foundation.areas.models import Area
from backend.foundation.identity.models import User
from backend.sample import (
    bazaar,
    cars,
    cast,
    city,
    crafts,
    fees,
    finance,
    gatherings,
    households,
    inbox,
    kindness,
    market,
    mending,
    orders,
    people,
    points,
    trade,
    voices,
)
from backend.sample.cars import Cars
from backend.sample.city import DAYS, City
from backend.sample.inbox import Inbox
from backend.sample.market import Market
from backend.sample.orders import Orders
from backend.sample.people import People

SEED = 20231122
AT_ONCE = 500
"""Rows per statement."""
Progress = Callable[[str], None]


class NotEmpty(Exception):
    """The database holds something already; the sample city would mix with it."""


@dataclass(frozen=True)
class Sample:
    """The whole city in memory, with every id given."""

    city: City
    people: People
    orders: Orders
    inbox: Inbox
    market: Market
    cars: Cars

    def groups(self) -> Iterator[tuple[str, list[Sequence[Model]]]]:
        """Rows in the order in which they can be written, with a line about each group."""
        city, people, orders, inbox = self.city, self.people, self.orders, self.inbox
        line = f"{len(city.areas)} 个区域，{len(city.dwellings)} 户房屋，{len(city.codes)} 个码"
        yield line, [city.areas, city.dwellings, city.codes, city.code_days]
        line = f"{len(people.departments)} 个单位，{len(people.posts)} 个岗位"
        yield line, [people.departments, people.served, people.users, people.posts]
        line = f"{len(people.residents)} 位居民，{len(people.neighbours)} 位已注册"
        yield line, [people.residents, people.tags, people.bindings, people.readings]
        cars = self.cars
        line = f"{len(cars.lots)} 个停车场，{len(cars.vehicles)} 辆车，{len(cars.stays)} 次停车"
        yield line, [cars.lots, cars.spaces, cars.codes, cars.vehicles, cars.contacts]
        yield "道闸记录", [cars.passes, cars.gates, cars.events, cars.stays]
        line = f"{len(orders.orders)} 件工单，{len(orders.events)} 条经过"
        yield line, [orders.orders, orders.events, orders.timers, orders.parts]
        line = f"{len(inbox.messages)} 条消息"
        consents = list(inbox.consents.values())
        yield line, [inbox.messages, inbox.deliveries, consents, inbox.entries]
        market = self.market
        line = f"{len(market.shops)} 家店铺，{len(market.goods)} 件商品和菜品"
        yield line, [market.shops, market.staff, market.licences, market.goods, market.coupons]
        yield f"{len(market.canteens)} 家幸福食堂", [market.canteens, market.dishes]


def compose(seed: int, now: datetime, days: int = DAYS) -> Sample:
    """The city of this number at this moment; the same for the same two, but for ciphertexts.

    Needs the models and the keys, no database.
    """
    random = Random(seed)  # noqa: S311 - a sample, not a secret
    place = city.build(random, now)
    crowd = people.build(random, place)
    households.move_in(random, place, crowd)
    # With chance of its own: what is sold changes nothing of what is reported.
    stalls = market.build(Random(seed + 1), place, crowd)  # noqa: S311
    cast.name_phones(place, crowd)
    life = orders.build(random, place, crowd, days)
    names = {one.user_id: one.name for one in crowd.workers}
    letters = inbox.build(random, life, names, now)
    return Sample(place, crowd, life, letters, stalls, cars.build(random, place, crowd))


async def build(seed: int = SEED, progress: Progress = print, days: int = DAYS) -> None:
    """Fill an empty database with a city and the demands of its last days. Raises NotEmpty."""
    if await _is_inhabited():
        raise NotEmpty("数据库里已有数据，示例城市只能建在空库里")
    started = time.perf_counter()
    progress("正在建造示例城市…")
    await write(compose(seed, clock.now(), days), progress)
    progress(f"示例城市已建成，用时 {time.perf_counter() - started:.0f} 秒")


async def build_once(progress: Progress) -> None:
    """Fill an empty database, and leave a full one as it is."""
    if not await _is_inhabited():
        await build(progress=progress)


async def _is_inhabited() -> bool:
    return await Area.exists() or await User.exists()


async def write(sample: Sample, progress: Progress) -> None:
    """Write all of it, and put the duty list in force, in one transaction."""
    async with transaction():
        await duties.load_list()
        for line, tables in sample.groups():
            for rows in tables:
                await write_rows(rows)
            progress(f"　{line}")
        buyers = [one.user_id for one in sample.people.neighbours[:60]]
        bought = await trade.trade(Random(SEED), sample.market, buyers)  # noqa: S311
        progress(f"　{bought} 笔商圈订单")
        progress(f"　{await fees.live(sample.city, sample.people)}")
        progress(f"　{await finance.live(sample.city, sample.people)}")
        together = await gatherings.live(Random(SEED), sample.city, sample.people)  # noqa: S311
        progress(f"　{together}")
        progress(f"　{await kindness.live(Random(SEED), sample.city, sample.people)}")  # noqa: S311
        progress(f"　{await crafts.live(Random(SEED), sample.city, sample.people)}")  # noqa: S311
        progress(f"　{await mending.live(sample.city, sample.people)}")
        progress(f"　{await voices.live(sample.city, sample.people)}")
        progress(f"　{await points.live(sample.city, sample.people, sample.market)}")
        progress(f"　{await bazaar.live(sample.city, sample.people)}")


async def write_rows(rows: Sequence[Model]) -> None:
    """Rows of one table, ids given."""
    await type(rows[0]).bulk_create(rows, batch_size=AT_ONCE)
