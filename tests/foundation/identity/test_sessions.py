"""Logging in by WeChat, tokens, expiry, devices, revocation."""

import asyncio
import time
from datetime import timedelta

import pytest
import time_machine

from backend.core import clock, crypto
from backend.core.database import execute, rows
from backend.foundation.identity import queries, service
from backend.foundation.identity.models import Session, User
from tests.foundation.identity.conftest import World

ME = "/api/v1/me"


async def test_a_newcomer_gets_an_account_and_keeps_it(world: World) -> None:
    headers, first = await world.sign_in("openid-ann")
    _, second = await world.sign_in("openid-ann")
    _, other = await world.sign_in("openid-bob")
    assert first["me"]["id"] == second["me"]["id"] != other["me"]["id"]
    me = (await world.api.get(ME, headers=headers)).json()
    assert me == first["me"]
    assert me["posts"] == []
    assert me["phone"] is None
    assert me["settings"] == {"large_type": False, "theme": "auto"}
    assert "identity.self" in me["permissions"]


async def test_a_code_works_once(world: World) -> None:
    code = await world.code("login-code", openid="openid-ann")
    first = await world.api.post("/api/v1/auth/wechat", json={"code": code})
    again = await world.api.post("/api/v1/auth/wechat", json={"code": code})
    assert (first.status_code, again.status_code) == (200, 422)
    assert again.json()["errors"][0]["field"] == "code"


@pytest.mark.parametrize("extra", ["phone", "user_id", "openid", "posts", "unionid"])
async def test_nothing_but_code_and_device_is_taken_from_the_client(
    world: World, extra: str
) -> None:
    body = {"code": await world.code("login-code", openid="openid-ann"), extra: "1"}
    assert (await world.api.post("/api/v1/auth/wechat", json=body)).status_code == 422


async def test_two_devices_of_a_newcomer_at_once_make_one_account(world: World) -> None:
    found = await asyncio.gather(*(world.sign_in("openid-twin") for _ in range(6)))
    assert len({answer["me"]["id"] for _, answer in found}) == 1
    assert await User.filter(openid="openid-twin").count() == 1


async def test_wechat_is_asked_outside_any_transaction(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.core.database import _hooks
    from backend.integrations.wechat import WeChat

    asked, real = [], WeChat.code_to_session

    async def spy(self: WeChat, code: str) -> object:
        asked.append(_hooks.get() is None)
        return await real(self, code)

    monkeypatch.setattr(WeChat, "code_to_session", spy)
    await world.sign_in("openid-ann")
    assert asked == [True]


@pytest.mark.parametrize(
    ("errcode", "status"), [(40226, 403), (45011, 429), (-1, 429), (40013, 502), (99999, 502)]
)
async def test_what_wechat_refuses_is_told(world: World, errcode: int, status: int) -> None:
    code = await world.code("login-code", openid="openid-ann")
    injected = {"path": "/sns/jscode2session", "errcode": errcode, "times": 1}
    assert (await world.mock.post("/control/errors", json=injected)).status_code == 200
    answer = await world.api.post("/api/v1/auth/wechat", json={"code": code})
    assert answer.status_code == status
    assert await User.all().count() == 0


async def test_the_token_is_kept_as_a_digest_only(world: World) -> None:
    headers, answer = await world.sign_in("openid-ann")
    stored = await rows("SELECT * FROM identity_session")
    assert len(answer["token"]) >= 43
    assert answer["token"] not in str(stored)
    assert stored[0]["digest"] == crypto.digest(answer["token"])
    for forged in (stored[0]["digest"], answer["token"][:-1], "x", "x" * 5000, "令牌"):
        refused = await world.api.get(ME, headers={"authorization": f"Bearer {forged}".encode()})
        assert refused.status_code == 401
    assert (await world.api.get(ME, headers=headers)).status_code == 200


async def test_use_moves_the_expiry_at_most_hourly(world: World) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        _, answer = await world.sign_in("openid-ann")
        before = await Session.get()
        for minutes, moved in ((30, False), (61, True), (90, False)):
            traveller.move_to(start + timedelta(minutes=minutes))
            queries._known.clear()
            assert await queries.authenticate(answer["token"])
            writing = [one for one in asyncio.all_tasks() if one.get_name() == "session-touch"]
            await asyncio.gather(*writing)
            now = await Session.get()
            assert (now.expires_at != before.expires_at) is moved
            before = now
        assert before.expires_at == start + timedelta(days=30, minutes=61)
        traveller.move_to(before.expires_at + timedelta(seconds=1))
        queries._known.clear()
        assert await queries.authenticate(answer["token"]) is None


async def test_devices_are_listed_and_one_is_revoked(world: World) -> None:
    headers, _ = await world.sign_in("openid-ann", "旧手机")
    new, _ = await world.sign_in("openid-ann", "新手机")
    listed = (await world.api.get(f"{ME}/sessions", headers=new)).json()["items"]
    assert {(one["device"], one["is_current"]) for one in listed} == {
        ("旧手机", False),
        ("新手机", True),
    }
    old = next(one["id"] for one in listed if not one["is_current"])
    assert (await world.api.get(ME, headers=headers)).status_code == 200
    gone = await world.api.delete(f"{ME}/sessions/{old}", headers=new)
    assert gone.status_code == 200
    assert (await world.api.get(ME, headers=headers)).status_code == 401
    assert (await world.api.get(ME, headers=new)).status_code == 200
    again = await world.api.delete(f"{ME}/sessions/{old}", headers=new)
    assert again.status_code == 404


async def test_another_persons_device_is_not_found(world: World) -> None:
    ann, _ = await world.sign_in("openid-ann")
    bob, _ = await world.sign_in("openid-bob")
    listed = (await world.api.get(f"{ME}/sessions", headers=ann)).json()["items"]
    taken = await world.api.delete(f"{ME}/sessions/{listed[0]['id']}", headers=bob)
    assert taken.status_code == 404
    assert (await world.api.get(ME, headers=ann)).status_code == 200


async def test_logging_out_ends_this_device_only(world: World) -> None:
    one, _ = await world.sign_in("openid-ann")
    two, _ = await world.sign_in("openid-ann")
    assert (await world.api.post("/api/v1/auth/logout", headers=one)).status_code == 200
    assert (await world.api.get(ME, headers=one)).status_code == 401
    assert (await world.api.get(ME, headers=two)).status_code == 200


async def test_a_revocation_elsewhere_takes_effect_within_a_second(world: World) -> None:
    """Another process revokes: this one has the token in memory and is told nothing."""
    _, answer = await world.sign_in("openid-ann")
    queries._known.clear()
    assert await queries.authenticate(answer["token"])
    await execute("UPDATE identity_session SET revoked_at = ?", clock.now())
    [(digest, (until, actor))] = queries._known.items()
    assert until - time.monotonic() < 1.0
    queries._known[digest] = (until + 600, actor)
    assert await queries.authenticate(answer["token"])  # control: until then it does remember
    queries._known[digest] = (time.monotonic(), actor)
    assert await queries.authenticate(answer["token"]) is None


async def test_a_remembered_token_costs_no_statement(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, answer = await world.sign_in("openid-ann")
    queries._known.clear()
    asked = []
    real = queries.rows

    async def spy(sql: str, *params: object) -> list[dict[str, object]]:
        asked.append(sql)
        return await real(sql, *params)

    monkeypatch.setattr(queries, "rows", spy)
    for _ in range(5):
        assert await queries.authenticate(answer["token"])
    assert len(asked) == 1


async def test_sessions_long_over_are_deleted(world: World) -> None:
    await world.sign_in("openid-ann")
    await world.sign_in("openid-bob")
    first = await Session.all().order_by("id").first()
    assert first is not None
    await Session.filter(id=first.id).update(revoked_at=clock.now() - timedelta(days=31))
    assert await service.remove_old_sessions() == 1
    assert await Session.all().count() == 1


async def test_without_redis_nobody_can_try_to_log_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from redis.exceptions import RedisError

    from backend.core import cache

    def gone() -> object:
        raise RedisError("gone")

    headers, _ = await world.sign_in("openid-ann")
    code = await world.code("login-code", openid="openid-ann")
    monkeypatch.setattr(cache, "redis", gone)
    refused = await world.api.post("/api/v1/auth/wechat", json={"code": code})
    assert refused.status_code == 503
    assert (await world.api.get(ME, headers=headers)).status_code == 200
