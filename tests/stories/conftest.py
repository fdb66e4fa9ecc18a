"""The people of the stories, logged in at the running city."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from backend.sample.caller import Caller, Refused
from tests.city import Demo

UNCLEAR = "麻烦看看我们这边的事情"
Order = dict[str, Any]


@dataclass
class Town:
    """Who plays, by name; orders begin with `report`."""

    demo: Demo
    stack: AsyncExitStack
    people: dict[str, Caller] = field(default_factory=dict)
    user_ids: dict[str, int] = field(default_factory=dict)

    async def person(self, name: str, side: str, **wanted: Any) -> Caller:
        """Log somebody of a side in: the `number`-th whose role and place hold the words."""
        caller = await self.stack.enter_async_context(Caller(self.demo.api, self.demo.wechat))
        everybody = await caller.rows("/demo/people", side=side, limit=200)
        role, place = wanted.get("role", ""), wanted.get("place", "")
        found = [
            one for one in everybody if role in one["role_name"] and place in one["area_name"]
        ][wanted.get("number", 0)]
        body = {"user_id": found["user_id"]}
        session = await caller.post("/demo/login", body)
        caller.http.headers["authorization"] = f"Bearer {session['token']}"
        caller.openid = found["openid"]
        self.people[name], self.user_ids[name] = caller, found["user_id"]
        return caller

    def __getitem__(self, name: str) -> Caller:
        return self.people[name]

    async def report(self, who: str = "resident", **more: Any) -> Order:
        home = (await self[who].rows("/me/dwellings"))[0]
        said = {"kind": "complaint", "text": UNCLEAR, "place": {"dwelling_id": home["dwelling_id"]}}
        made: Order = await self[who].post("/orders", said | more)
        return made

    async def move(self, who: str, order: Order, name: str, **body: Any) -> Order:
        made: Order = await self[who].post(f"/orders/{order['id']}/{name}", body)
        return made

    async def refused(self, who: str, order: Order, name: str, **body: Any) -> Refused:
        """The refusal of a move that must be refused."""
        with pytest.raises(Refused) as caught:
            await self.move(who, order, name, **body)
        return caught.value

    async def see(self, who: str, order: Order) -> Order:
        seen: Order = await self[who].get(f"/orders/{order['id']}")
        return seen

    async def pooled(self, **more: Any) -> Order:
        order = await self.report(**more)
        return await self.move("secretary", order, "dispatch", party="community", grade="yellow")

    async def taken(self, **more: Any) -> Order:
        return await self.move("worker", await self.pooled(**more), "take")

    async def resolved(self, **more: Any) -> Order:
        order = await self.taken(**more)
        await self.move("worker", order, "contact", note="约好了")
        return await self.move("worker", order, "resolve", result="已经办好了")

    def time_passes(self, sql: str, *params: Any) -> None:
        """Move a moment in the database: the processes' own clock stands."""
        with closing(sqlite3.connect(self.demo.database, timeout=20)) as database:
            database.execute(sql, params)
            database.commit()


PLAYERS = {
    "resident": ("resident", {"number": 0}),
    "neighbour": ("resident", {"number": 1}),
    "worker": ("worker", {"role": "专职社工", "place": "桃花涧社区"}),
    "colleague": ("worker", {"role": "专职社工", "place": "桃花涧社区", "number": 1}),
    "stranger": ("worker", {"role": "专职社工", "place": "柳岸社区"}),
    "secretary": ("dispatcher", {"role": "社区书记", "place": "桃花涧社区"}),
    "street": ("dispatcher", {"role": "街道调度员", "place": "桃源街道"}),
    "manager": ("property", {"role": "物业经理", "place": "桃花涧社区"}),
}


@pytest.fixture(scope="session")
async def town(demo_city: Demo) -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        made = Town(demo_city, stack)
        for name, (side, wanted) in PLAYERS.items():
            await made.person(name, side, **wanted)
        yield made
