"""A person's own data: explained, taken along, erased."""

from importlib import import_module
from typing import Any

import httpx
import pytest
from tortoise import Tortoise

from backend.core import clock, loader
from backend.core.actor import Actor, Role
from backend.core.database import rows
from backend.foundation.audit import service as audit
from backend.foundation.identity import service as identity
from backend.foundation.identity.models import User
from backend.foundation.residents import service as residents
from backend.foundation.residents.models import PlainReading, Resident
from tests.conftest import People

ME = "/api/v1/me"
PHONE = "13854321098"

PERSONAL_COLUMNS = frozenset({"user_id", "owner_id", "reporter_id", "payer_id"})
"""By these a table points at the person whose data it holds."""
TOLD_BY = {"backend.engines.orders": "backend.engines.demands"}
"""Rooms whose tables another one tells of."""


@pytest.fixture
async def ann(people: People, client: httpx.AsyncClient) -> tuple[int, dict[str, str]]:
    user = await User.create(openid="openid-ann-secret", nickname="春晖老王")
    await identity.set_phone(user.id, PHONE)
    await identity.set_real_name(user.id, "王建国")
    return user.id, people.sign_in(user.id)


async def test_what_is_kept_is_explained(
    client: httpx.AsyncClient, ann: tuple[int, dict[str, str]]
) -> None:
    said = (await client.get(f"{ME}/privacy", headers=ann[1])).json()
    assert len(said["kept"]) >= 8
    assert all(one["what"] and one["why"] and one["until"] for one in said["kept"])
    assert said["confirmation"] == "注销"


async def test_the_export_holds_everything_in_plain(
    client: httpx.AsyncClient, ann: tuple[int, dict[str, str]]
) -> None:
    user_id, headers = ann
    reader = await User.create(nickname="某人")
    await audit.record(Actor(reader.id), "identity.post_granted", f"user:{user_id}", post_id=3)
    columns = residents.sealed("s", name="王建国")
    resident = await Resident.create(user_id=user_id, seal="s", **columns)
    await PlainReading.create(
        user_id=user_id,
        resident=resident,
        reader_id=reader.id,
        fields_read="phone",
        purpose="上门核实",
        read_at=clock.now(),
    )
    answer = await client.get(f"{ME}/export", headers=headers)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    account = said["data"]["identity"]["账号"]
    assert (account["姓名"], account["手机号"]) == ("王建国", PHONE)
    looks = {one["action"]: one for one in said["accesses"]}
    assert {one["who"] for one in said["accesses"]} == {"居民 某人"}
    assert looks["residents.revealed"]["detail"]["purpose"] == "上门核实"
    assert looks["identity.post_granted"]["detail"] == {"post_id": 3}
    done = await rows("SELECT action FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert done[0]["action"] == "privacy.exported"


async def test_the_export_holds_nobody_elses(
    client: httpx.AsyncClient, people: People, ann: tuple[int, dict[str, str]]
) -> None:
    other = await User.create(openid="openid-bob", nickname="别人")
    said = (await client.get(f"{ME}/export", headers=people.sign_in(other.id))).text
    for secret in ("王建国", PHONE, "openid-ann-secret", "春晖老王"):
        assert secret not in said


async def test_every_room_with_tables_about_people_takes_part_in_the_export(db: str) -> None:
    silent = set()
    for model in (Tortoise.apps or {})["app"].values():
        room, _, part = model.__module__.rpartition(".")
        room = TOLD_BY.get(room, room)
        if part == "models" and PERSONAL_COLUMNS & set(model._meta.fields_map):
            queries = import_module(f"{room}.queries") if loader.exists(f"{room}.queries") else None
            silent |= set() if hasattr(queries, "about") else {room}
    assert not silent


@pytest.mark.parametrize("body", [{}, {"confirm": "好"}, {"confirm": True}, {"confirm": ""}])
async def test_leaving_wants_the_word(
    client: httpx.AsyncClient, ann: tuple[int, dict[str, str]], body: dict[str, Any]
) -> None:
    user_id, headers = ann
    answer = await client.post(f"{ME}/erase", json=body, headers=headers)
    assert answer.status_code == 422
    assert await User.exists(id=user_id, erased_at=None)


async def test_leaving_erases(
    client: httpx.AsyncClient, people: People, ann: tuple[int, dict[str, str]]
) -> None:
    user_id, headers = ann
    answer = await client.post(f"{ME}/erase", json={"confirm": "注销"}, headers=headers)
    assert answer.status_code == 200, answer.text
    user = await User.get(id=user_id)
    assert user.erased_at is not None
    assert (user.openid, user.phone, user.real_name) == (None, None, None)
    stored = str(await rows("SELECT * FROM identity_user"))
    assert "春晖老王" not in stored
    done = await rows("SELECT action, subject FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert done == [{"action": "identity.erased", "subject": f"user:{user_id}"}]


async def test_staff_may_leave_too(client: httpx.AsyncClient, people: People) -> None:
    user = await User.create(openid="openid-bob")
    headers = people.sign_in(user.id, (Role.SECRETARY, 1, "/1/"))
    answer = await client.post(f"{ME}/erase", json={"confirm": "注销"}, headers=headers)
    assert answer.status_code == 200
