"""Logins by WeChat: wrong codes are few by address, right ones many; and few by person."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest

from backend.core import cache
from backend.core.limits import network
from backend.foundation.identity import rules
from tests.foundation.identity.conftest import World

LOGIN = "/api/v1/auth/wechat"
WRONG = int(rules.WRONG_CODES.split("/")[0])
EACH = int(rules.LOGINS.split("/")[0])
pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def at(world: World, address: str) -> httpx.AsyncClient:
    """The same API, called from this address."""
    app = world.api._transport.app  # type: ignore[attr-defined]
    transport = httpx.ASGITransport(app=app, client=(address, 40000))
    return httpx.AsyncClient(transport=transport, base_url="http://linli.test")


async def login(http: httpx.AsyncClient, code: str) -> int:
    return (await http.post(LOGIN, json={"code": code})).status_code


def asked(world: World) -> int:
    """How often WeChat was asked who is behind a code."""
    app = world.mock._transport.app  # type: ignore[attr-defined]
    return int(app.ctx.world.calls["/sns/jscode2session"])


async def test_wrong_codes_are_few_by_address(world: World) -> None:
    async with at(world, "203.0.113.9") as attacker, at(world, "198.51.100.7") as other:
        seen = [await login(attacker, f"made-up-{number}") for number in range(WRONG)]
        assert set(seen) == {422}
        before = asked(world)
        assert await login(attacker, "made-up-once-more") == 429
        assert await login(attacker, await world.code("login-code", openid="openid-a")) == 429
        assert asked(world) == before, "WeChat is not asked any more"
        assert await login(other, await world.code("login-code", openid="openid-b")) == 200


async def test_a_replayed_code_is_a_wrong_one(world: World) -> None:
    code = await world.code("login-code", openid="openid-a")
    async with at(world, "203.0.113.9") as phone:
        seen = [await login(phone, code) for _ in range(WRONG + 2)]
    assert seen == [200, *[422] * WRONG, 429]


async def test_many_people_come_in_behind_one_address(world: World) -> None:
    """A carrier's address at eight in the morning: none of them is refused."""
    async with at(world, "203.0.113.9") as http:
        for number in range(3 * WRONG):
            code = await world.code("login-code", openid=f"openid-{number}")
            assert await login(http, code) == 200


async def test_one_person_comes_in_so_often(world: World) -> None:
    """Whatever addresses they come from; and nobody else minds."""
    async with AsyncExitStack() as stack:
        for number in range(EACH + 1):
            http = await stack.enter_async_context(at(world, f"203.0.113.{number}"))
            code = await world.code("login-code", openid="openid-a")
            assert await login(http, code) == (200 if number < EACH else 429)
        code = await world.code("login-code", openid="openid-b")
        assert await login(world.api, code) == 200


async def test_what_is_wechats_fault_counts_for_nobody(world: World) -> None:
    broken = {"path": "/sns/jscode2session", "errcode": 40013, "times": WRONG + 5}
    await world.mock.post("/control/errors", json=broken)
    async with at(world, "203.0.113.9") as http:
        assert {await login(http, f"code-{number}") for number in range(WRONG + 5)} == {502}
        assert await login(http, await world.code("login-code", openid="openid-a")) == 200


async def test_wrong_codes_at_once_are_counted_all(world: World) -> None:
    async with at(world, "203.0.113.9") as http:
        await asyncio.gather(*(login(http, f"made-up-{number}") for number in range(WRONG)))
        assert await login(http, "made-up-once-more") == 429


async def test_without_redis_the_door_is_shut(world: World) -> None:
    await cache.disconnect()
    assert await login(world.api, await world.code("login-code", openid="openid-a")) == 503


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("somewhere", "somewhere"),
        ("", ""),
    ],
)
def test_as_whom_an_address_is_counted(db: str, address: str, counted: str) -> None:
    assert network(address) == counted
