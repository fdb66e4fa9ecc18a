"""Sixty-four clients fight for one shelf of 100 with accounts of 150 points each: exactly 100 are
redeemed, nobody is overdrawn, and the books agree; on MariaDB and on SQLite."""

import asyncio
import os
import time
from dataclasses import dataclass, field

from backend.app import close_everything
from backend.core import database
from backend.core.actor import SYSTEM, Actor
from backend.core.database import rows
from backend.core.errors import LinliError
from backend.engines.awards import service as awards
from backend.engines.points import queries as bank
from backend.engines.shelves import service as shelves
from backend.engines.shelves.schemas import GoodNew, PlaceNew, StockBody
from backend.features.mall import queries as mall
from backend.features.mall import service
from backend.features.mall.schemas import Redeem
from backend.foundation.areas.models import Area, Dwelling, Level
from backend.foundation.areas.rules import path_below, sibling_key
from backend.foundation.identity.models import User
from backend.foundation.residents import service as residents
from backend.foundation.residents.models import Relation
from backend.foundation.residents.schemas import BindingNew, Confirm
from backend.settings import Settings
from scripts.benchmarks import bills

CLIENTS, STOCK, EACH, PRICE = 64, 100, 150, 50
ATTEMPTS = int(os.environ.get("LINLI_BENCH_POINTS", "2000"))


@dataclass
class Seen:
    """What came of all attempts, and what stands in the books afterwards."""

    attempts: int = 0
    won: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    seconds: float = 0
    redeemed: int = 0
    negative: int = 0
    disagreements: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        counted = self.won + sum(self.refused.values()) == self.attempts
        is_exact = self.won == self.redeemed == STOCK
        return counted and is_exact and not self.negative and not self.disagreements


async def measure(settings: Settings) -> Seen:
    """On an empty database made anew."""
    await bills.prepare(settings)
    try:
        return await _fight()
    finally:
        await close_everything()


async def _fight() -> Seen:
    people, want = await _prepare()
    each = max(ATTEMPTS // CLIENTS, 1)
    seen = Seen(attempts=each * CLIENTS)
    started = time.perf_counter()
    await asyncio.gather(*(_client(one, want, each, seen) for one in people))
    seen.seconds = time.perf_counter() - started
    seen.redeemed = int((await rows("SELECT COUNT(*) AS n FROM mall_redemption"))[0]["n"])
    below = "SELECT COUNT(*) AS n FROM ledgers_account WHERE balance < 0"
    seen.negative = int((await rows(below))[0]["n"])
    seen.disagreements = [*await bank.check(), *await mall.check()]
    return seen


async def _client(who: Actor, want: Redeem, times: int, seen: Seen) -> None:
    """Try again and again, as the edge does it: a transaction each, repeated when asked to."""
    for _ in range(times):

        async def once() -> None:
            async with database.transaction():
                await service.redeem(who, want)

        try:
            await database.again(once, safely=False)
            seen.won += 1
        except LinliError as error:
            seen.refused[error.code] = seen.refused.get(error.code, 0) + 1


async def _prepare() -> tuple[list[Actor], Redeem]:
    """Sixty-four people at home with 150 points, one good at 50, a hundred of it."""
    street = await _plant(await _plant(None, Level.COUNTY), Level.STREET)
    community = await _plant(street, Level.COMMUNITY)
    area = await _plant(await _plant(community, Level.COMPOUND), Level.BUILDING)
    people = []
    async with database.transaction():
        for number in range(CLIENTS):
            person = Actor((await User.create(nickname=f"{number}", openid=f"bench-{number}")).id)
            home = await Dwelling.create(area_id=area.id, number=f"{number}")
            body = BindingNew(dwelling_id=home.id, relation=Relation.OWNER, name="张三")
            mine = await residents.bind(person, body)
            await residents.confirm(SYSTEM, mine.binding_id, Confirm())
            deed = awards.Deed(person.user_id, EACH, "帮助邻居", "help", community.path or "")
            await awards.award(deed, key=f"bench:{number}")
            people.append(person)
        where = PlaceNew(area_id=community.id, name="积分超市", address="一楼", hours="每天")
        place = await shelves.open_place(SYSTEM, where)
        good = await shelves.offer(
            SYSTEM, GoodNew(area_id=community.id, name="洗衣液", price=PRICE)
        )
        came = StockBody(place_id=place.id, cause="in", quantity=STOCK, note="配送")
        await shelves.restock(SYSTEM, good.id, came)
    return people, Redeem(shelf_id=good.id, place_id=place.id, points=PRICE)


async def _plant(parent: Area | None, level: Level) -> Area:
    parent_id = parent.id if parent else None
    one = await Area.create(
        parent_id=parent_id, level=level, name=level.label, sibling_key=sibling_key(parent_id, "x")
    )
    one.path = path_below(parent.path if parent else None, one.id)
    await one.save(update_fields=["path"])
    return one
