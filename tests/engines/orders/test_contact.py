"""Whom to call: masked for everybody, in plain for the handler who asks, and never unnoticed."""

import asyncio
import json
from datetime import datetime
from typing import Any

import pytest

from backend.core.actor import Actor
from backend.core.database import rows
from backend.foundation.identity import service as identity
from backend.foundation.residents import service as residents
from backend.foundation.residents.models import PlainReading
from tests.engines.orders.conftest import Town

PHONE = "13854321098"
BEHALF = {"name": "赵大爷", "phone": "13912345678"}


@pytest.fixture(autouse=True)
async def phone(town: Town) -> None:
    await identity.set_phone(town.ids["resident"], PHONE)


async def readings(town: Town, who: str) -> list[dict[str, Any]]:
    answer = await town.client.get("/api/v1/me/readings", headers=town.headers[who])
    return list(answer.json()["items"])


async def test_looking_at_an_order_shows_nobodys_number(town: Town) -> None:
    order = await town.taken()
    for who in ("worker", "secretary"):
        seen = await town.call(who, f"/{order['id']}")
        assert seen["reporter"]["phone"] == "138****1098"
        assert PHONE not in json.dumps(seen)
    assert PHONE not in json.dumps(await town.move("worker", order, "contact"))
    assert await readings(town, "resident") == []


async def test_each_plain_reading_is_in_the_residents_book(town: Town) -> None:
    order = await town.taken()
    for _ in range(2):
        found = await town.call("worker", f"/{order['id']}/reveal", {})
        assert found == {"name": "resident", "phone": PHONE}
    told = await readings(town, "resident")
    assert len(told) == 2
    assert told[0]["reader"] == "worker"
    assert told[0]["fields"] == ["手机号"]
    assert told[0]["purpose"] == f"就诉求「{order['title']}」与您联系"
    assert datetime.fromisoformat(told[0]["read_at"]).tzinfo is not None
    assert await readings(town, "neighbour") == []
    exported = await town.client.get("/api/v1/me/export", headers=town.headers["resident"])
    assert len([one for one in exported.json()["accesses"] if "purpose" in one["detail"]]) == 2
    entries = await rows("SELECT * FROM audit_entry WHERE action = 'details.revealed'")
    assert [one["subject"] for one in entries] == [f"order:{order['id']}"] * 2
    assert {one["actor_id"] for one in entries} == {town.ids["worker"]}
    assert PHONE not in str(entries)


async def test_a_repeated_request_is_one_reading(town: Town) -> None:
    order = await town.taken()
    headers = town.headers["worker"] | {"idempotency-key": "reveal-0001"}
    path = f"/api/v1/orders/{order['id']}/reveal"
    answers = await asyncio.gather(
        *(town.client.post(path, json={}, headers=headers) for _ in range(8))
    )
    assert {(one.status_code, one.json()["phone"]) for one in answers} == {(200, PHONE)}
    assert len(await readings(town, "resident")) == 1


async def test_only_who_has_it_in_hand_may_ask(town: Town) -> None:
    pooled = await town.pooled()
    await town.call("worker", f"/{pooled['id']}/reveal", {}, status=403)
    order = await town.taken()
    for who, status in (
        ("grid", 403),
        ("secretary", 403),
        ("resident", 403),
        ("neighbour", 404),
        ("far_worker", 404),
    ):
        await town.call(who, f"/{order['id']}/reveal", {}, status=status)
    await town.move("worker", order, "suspend", reason="等配件到货")
    await town.call("worker", f"/{order['id']}/reveal", {}, status=409)
    await town.move("worker", order, "resume")
    await town.move("worker", order, "contact")
    await town.move("worker", order, "resolve", result="已经办好了")
    await town.call("worker", f"/{order['id']}/reveal", {}, status=409)
    assert await PlainReading.all().count() == 0


async def test_nobody_to_call(town: Town) -> None:
    anonymous = await town.taken(is_anonymous=True)
    assert anonymous["reporter"] is None
    await town.call("worker", f"/{anonymous['id']}/reveal", {}, status=404)
    order = await town.pooled()
    order = await town.move("worker", order, "take")
    await identity.erase(Actor(town.ids["resident"]))
    await town.work()
    await town.call("worker", f"/{order['id']}/reveal", {}, status=404)


async def test_of_whom_staff_reported_for(town: Town) -> None:
    """That person has no account to show a book in; the audit knows."""
    order = await town.report("grid", on_behalf_of=BEHALF)
    await town.move("secretary", order, "dispatch", party="community")
    await town.move("worker", order, "take")
    seen = await town.call("worker", f"/{order['id']}")
    assert seen["reporter"] | {"is_me": 0} == {
        "name": "赵**", "phone": "139****5678", "is_me": 0, "is_anonymous": False,
    }  # fmt: skip
    assert await town.call("worker", f"/{order['id']}/reveal", {}) == BEHALF
    assert await readings(town, "grid") == []
    [entry] = await rows("SELECT * FROM audit_entry WHERE action = 'details.revealed'")
    assert json.loads(entry["detail"])["fields"] == ["name", "phone"]


async def test_who_leaves_takes_the_book_along(town: Town) -> None:
    order = await town.taken()
    await town.call("worker", f"/{order['id']}/reveal", {})
    await residents.erase(town.ids["resident"])
    assert await PlainReading.all().count() == 0
