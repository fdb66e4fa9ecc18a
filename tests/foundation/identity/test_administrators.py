"""Administrators: password and one-time code, lockout, no second use, alike refusals."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
import time_machine
from argon2 import PasswordHasher, extract_parameters

from backend.core import clock
from backend.core.database import rows
from backend.core.errors import Invalid
from backend.foundation.identity import queries, rules, service
from backend.foundation.identity.models import Credential, Post
from tests.foundation.identity.conftest import Town, World

LOGIN = "/api/v1/auth/admin"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
async def still() -> AsyncIterator[None]:
    """The clock stands in the middle of a half minute."""
    middle = int(time.time()) // 30 * 30 + 15
    with time_machine.travel(middle, tick=True):
        yield


async def _created(username: str = "office") -> pyotp.TOTP:
    uri = await service.create_administrator(username, PASSWORD)
    return pyotp.TOTP(parse_qs(urlsplit(uri).query)["secret"][0])


async def _try(
    world: World, totp: str, password: str = PASSWORD, name: str = "office"
) -> httpx.Response:
    body = {"username": name, "password": password, "totp": totp}
    return await world.api.post(LOGIN, json=body)


async def test_password_and_code_open_a_strong_session(world: World) -> None:
    totp = await _created()
    answer = await _try(world, totp.now())
    assert answer.status_code == 200, answer.text
    me = answer.json()["me"]
    assert [post["role"] for post in me["posts"]] == ["administrator"]
    assert me["posts"][0]["area"]["id"] == 0
    assert "identity.manage_posts" in me["permissions"]
    actor = await queries.authenticate(answer.json()["token"])
    assert actor is not None
    assert actor.posts[0].area_path == "/"


async def test_every_refusal_looks_alike(world: World) -> None:
    totp = await _created()
    wrong = f"{(int(totp.now()) + 500_000) % 1_000_000:06d}"
    refused = [
        await _try(world, wrong),
        await _try(world, totp.now(), password="wrong horse battery"),
        await _try(world, totp.now(), name="nobody"),
    ]
    said = {(one.status_code, one.json()["code"], one.json()["detail"]) for one in refused}
    assert len(said) == 1
    assert refused[0].status_code == 401
    assert (await _try(world, totp.now())).status_code == 200


async def test_a_code_is_good_once_and_so_are_those_before_it(world: World) -> None:
    totp = await _created()
    now = clock.now()
    assert (await _try(world, totp.at(now))).status_code == 200
    assert (await _try(world, totp.at(now))).status_code == 401
    assert (await _try(world, totp.at(now, counter_offset=-1))).status_code == 401
    assert (await _try(world, totp.at(now, counter_offset=1))).status_code == 200


async def test_of_two_logins_with_one_code_at_once_one_succeeds(world: World) -> None:
    totp = await _created()
    code = totp.now()
    found = await asyncio.gather(*(_try(world, code) for _ in range(5)))
    assert sorted(one.status_code for one in found) == [200, 401, 401, 401, 401]


async def test_a_code_of_another_minute_is_refused(world: World) -> None:
    totp = await _created()
    now = clock.now()
    for offset in (-4, -2, 2, 4):
        assert (await _try(world, totp.at(now, counter_offset=offset))).status_code == 401


@pytest.mark.parametrize("name", ["office", "nobody"])
async def test_ten_failures_shut_the_username_out(world: World, name: str) -> None:
    totp = await _created()
    for _ in range(10):
        assert (await _try(world, "000000", name=name)).status_code == 401
    assert (await _try(world, totp.now(), name=name)).status_code == 429


async def test_a_success_forgives_failures(world: World) -> None:
    totp = await _created()
    for _ in range(9):
        await _try(world, totp.now(), password="wrong horse battery")
    assert (await _try(world, totp.now())).status_code == 200
    assert (await _try(world, "000000")).status_code == 401


async def test_an_unknown_username_costs_a_verification_as_a_wrong_password_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever times the refusals learns no name: argon2 runs once for each, at the same cost."""
    await _created()
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            verified.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(rules, "_hasher", Counting())
    for name in ("office", "nobody"):
        assert (await _try(world, "123456", "wrong horse battery", name)).status_code == 401
    known = (await Credential.get()).password
    assert verified == [known, rules.NOBODY_PASSWORD]
    assert extract_parameters(verified[0]) == extract_parameters(verified[1])


async def test_the_event_loop_goes_on_while_a_password_is_hashed(world: World) -> None:
    await _created()
    laps: list[float] = []

    async def tick() -> None:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(0.001)
            laps.append(time.perf_counter() - started)

    beside = asyncio.get_running_loop().create_task(tick())
    credential = await Credential.get()
    await asyncio.gather(*(service._password_fits(credential, "x") for _ in range(6)))
    beside.cancel()
    assert len(laps) > 10


async def test_password_and_secret_are_not_readable_at_rest(world: World) -> None:
    totp = await _created()
    stored = str(await rows("SELECT * FROM identity_credential"))
    assert PASSWORD not in stored
    assert totp.secret not in stored
    assert "argon2id" in stored


async def test_attempts_are_in_the_audit(world: World) -> None:
    totp = await _created()
    await _try(world, "000000")
    await _try(world, totp.now())
    done = [row["action"] for row in await rows("SELECT action FROM audit_entry ORDER BY id")]
    assert done == ["identity.administrator_set", "identity.sign_in_failed", "identity.signed_in"]


async def test_setting_an_administrator_anew_ends_what_was(world: World) -> None:
    totp = await _created()
    token = (await _try(world, totp.now())).json()["token"]
    again = await _created("Office")
    assert await Post.all().count() == 1
    assert await queries.authenticate(token) is None
    assert (await _try(world, totp.at(clock.now(), counter_offset=1))).status_code == 401
    assert (await _try(world, again.now())).status_code == 200


async def test_a_short_password_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        await service.create_administrator("office", "short")


async def test_an_administrators_post_does_not_count_after_a_login_by_wechat(
    world: World, town: Town
) -> None:
    """Two factors or nothing: the phone alone does not open the whole house."""
    headers, answer = await world.sign_in("openid-ann")
    await Post.create(
        user_id=answer["me"]["id"], role="administrator", area=town.county, starts_at=clock.now()
    )
    queries._known.clear()
    assert (await world.api.get("/api/v1/posts", headers=headers)).status_code == 403
    strong = await service.open_session(answer["me"]["id"], is_strong=True)
    headers = {"authorization": f"Bearer {strong.token}"}
    assert (await world.api.get("/api/v1/posts", headers=headers)).status_code == 200
