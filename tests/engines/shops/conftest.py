"""A small market: a noodle shop that trades, its staff, buyers, reviewers, and strangers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine

from backend.core import clock, jobs
from backend.core.actor import SYSTEM, Role
from backend.core.database import rows, transaction
from backend.engines.duties.service import load_list
from backend.engines.ledgers import queries as ledgers
from backend.engines.payments import queries as paid
from backend.engines.payments import service as payments
from backend.engines.payments.service import Method, Money
from backend.engines.purchases.models import Purchase
from backend.engines.refunds import service as refunds
from backend.engines.refunds.models import Refund
from backend.foundation.areas.models import Area
from backend.foundation.files.models import File, Kind, Purpose
from backend.foundation.identity.models import Post, User
from tests.conftest import People
from tests.foundation.conftest import City
from tests.foundation.conftest import city as city

API = "/api/v1"
NOON = "2026-11-18T04:00:00Z"
"""A Wednesday, noon in Shanghai."""
BUYERS = ("ann", "bob", "cat")


@dataclass
class Market:
    client: httpx.AsyncClient
    city: City
    people: People
    ids: dict[str, int] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    shop: int = 0
    noodles: int = 0

    async def call(
        self,
        who: str,
        path: str,
        body: Any = None,
        *,
        method: str = "",
        status: int = 0,
        **query: Any,
    ) -> Any:
        """Call as one of the people; `status` 0 wants success."""
        verb = method or ("GET" if body is None else "POST")
        answer = await self.client.request(
            verb, f"{API}{path}", headers=self.headers[who], json=body, params=query or None
        )
        assert answer.status_code == status or (not status and answer.is_success), (
            answer.status_code,
            answer.text,
        )
        return answer.json()

    async def picture(self, who: str) -> int:
        """An upload of somebody's, ready to be attached."""
        key = f"key-{who}-{await File.all().count()}"
        made = await File.create(
            owner_id=self.ids[who],
            purpose=Purpose.ORDER,
            kind=Kind.IMAGE,
            media_type="image/webp",
            bytes=10,
            key=key,
            sha256="0" * 64,
            created_at=clock.now(),
            stored_at=clock.now(),
        )
        return int(made.id)

    async def papers(self, who: str, *kinds: str, days: int | None = 400) -> list[dict[str, Any]]:
        day = None if days is None else str(clock.today() + timedelta(days=days))
        return [
            {"kind": one, "number": "91371300MA3", "file_id": await self.picture(who)}
            | ({"expires_on": day} if day else {})
            for one in kinds
        ]

    async def asked(self, who: str = "owner", **given: Any) -> Any:
        """A shop that waits for its review."""
        kind = given.get("kind", "restaurant")
        needed = {"restaurant": "food", "canteen": "food", "pharmacy": "drug"}.get(kind)
        body = {
            "name": "老王面馆",
            "kind": kind,
            "area_id": self.city.spring.id,
            "place": "锦绣花园东门",
            "phone": "0539-2233445",
            "licences": await self.papers(who, "business", *([needed] if needed else [])),
        }
        return await self.call(who, "/shops", body | given, status=201)

    async def trading(self, who: str = "owner", **given: Any) -> Any:
        shop = await self.asked(who, **given)
        return await self.call("secretary", f"/shops/{shop['id']}/approve", {})

    async def good(self, who: str = "owner", shop: int = 0, **given: Any) -> Any:
        body = {"name": "牛肉面", "price": 1800} | given
        return await self.call(who, f"/shops/{shop or self.shop}/goods", body, status=201)

    async def put(self, who: str, good: int, quantity: int = 1, **given: Any) -> Any:
        body = {"good_id": good, "quantity": quantity} | given
        return await self.call(who, "/cart/items", body, method="PUT")

    async def buy(
        self, who: str = "ann", *, pay: bool = True, status: int = 0, **given: Any
    ) -> Any:
        """Buy what is in the cart; with nothing in it, a bowl of noodles."""
        cart = await self.call(who, "/cart")
        if not cart["items"]:
            await self.put(who, self.noodles)
        how = {"shop_id": self.shop} | given
        quoted = {key: how[key] for key in ("shop_id", "delivery", "voucher_id") if key in how}
        quote = await self.call(who, "/cart/quote", quoted)
        body = {"expected": quote["payable"]} | how
        placed = await self.call(who, "/cart/checkout", body, status=status)
        if status >= 400:
            return placed
        if pay and placed["payment_id"]:
            await self.pay(placed["payment_id"])
        return await self.one(who, placed["purchase_id"])

    async def pay(self, payment_id: int) -> None:
        """Money comes in from WeChat."""
        payment = await paid.get(SYSTEM, payment_id)
        async with transaction():
            await payments.settle(
                payment, Money(Method.WECHAT, "wechat:1900000001", clock.now(), f"t{payment_id}")
            )
        await self.work()

    async def one(self, who: str, purchase_id: int) -> Any:
        return await self.call(who, f"/purchases/{purchase_id}")

    async def move(self, who: str, purchase: Any, name: str, status: int = 0, **body: Any) -> Any:
        path = f"/purchases/{purchase['id']}/{name}"
        return await self.call(who, path, body, status=status)

    async def money_goes_out(self) -> None:
        """WeChat pays every refund out."""
        for one in await Refund.filter(finished_at=None):
            async with transaction():
                await refunds.succeed(one, SYSTEM)
        await self.work()

    async def work(self) -> None:
        """Let the worker do all that is due."""
        while await jobs.run_due():
            pass
        assert await jobs.dead() == []

    async def tick(self) -> None:
        """The clock looks, the worker works."""
        await jobs.start_due_schedules()
        await jobs.start_due_schedules()
        await self.work()

    async def inbox(self, who: str) -> list[str]:
        answer = await self.call(who, "/inbox")
        return [one["title"] for one in answer["items"]]

    async def earned(self) -> int:
        """What the books say that the shop has."""
        payee = (await rows("SELECT payee_id FROM shops_shop WHERE id = ?", self.shop))[0]
        return await ledgers.balance(f"payee:{payee['payee_id']}")

    async def books_agree(self) -> None:
        assert await ledgers.check() == []
        for one in await Purchase.all():
            lines = await rows("SELECT * FROM purchases_line WHERE purchase_id = ?", one.id)
            assert one.payable == one.total - one.reduction >= 0
            assert sum(line["amount"] for line in lines) == one.total
            assert sum(line["reduced"] for line in lines) == one.reduction
            assert 0 <= one.returned <= one.refunded <= one.payable


async def _person(market: Market, name: str, *posts: tuple[Role, Area]) -> None:
    user = await User.create(nickname=name, openid=f"openid-{name}")
    for role, area in posts:
        since = clock.now().replace(year=2020)
        await Post.create(user_id=user.id, role=role, area_id=area.id, starts_at=since)
    held = [(role, area.id, area.path or "") for role, area in posts]
    market.ids[name] = user.id
    market.headers[name] = market.people.sign_in(user.id, *held)


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
async def town(client: httpx.AsyncClient, people: People, city: City, frozen: Any) -> Market:
    """People without a shop yet."""
    market = Market(client, city, people)
    await load_list()
    for name in (*BUYERS, "owner", "clerk", "rival"):
        await _person(market, name)
    await _person(market, "secretary", (Role.SECRETARY, city.spring))
    await _person(market, "far_secretary", (Role.SECRETARY, city.autumn))
    await _person(market, "street", (Role.STREET_DISPATCHER, city.street))
    await _person(market, "office", (Role.COUNTY_OFFICE, city.county))
    await _person(market, "worker", (Role.SOCIAL_WORKER, city.spring))
    return market


@pytest.fixture
async def market(town: Market) -> Market:
    """The noodle shop trades, and has noodles without end."""
    town.shop = (await town.trading())["id"]
    town.noodles = (await town.good())["id"]
    return town
