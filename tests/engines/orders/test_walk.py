"""Wherever people's moves lead, nobody is stuck, history only grows, and clocks are sound."""

import random
from typing import Any

import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.engines.clocks.models import ClockKind, OrderClock
from backend.engines.clocks.service import fire_due
from backend.engines.orders.models import Order, OrderEvent
from backend.engines.orders.states import ENDED, MOVES, OPEN, S
from tests.engines.orders.conftest import NOON, SURE, UNCLEAR, Town

WALKERS = (
    "resident", "worker", "grid", "secretary", "street", "staff", "manager", "water", "housing",
    "admin",
)  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "decline": {"reason": "正在处理别的事"},
    "resolve": {"result": "办好了，居民满意"},
    "return": {"reason": "不属于我们的职责"},
    "suspend": {"reason": "等居民回家"},
    "extend": {"reason": "要等配件", "hours": 12},
    "refuse-extension": {"reason": "配件今天到"},
    "supplement": {"text": "又坏了一处"},
    "reply": {"text": "已经在路上了"},
    "rate": {"stars": 3, "is_solved": False},
    "reopen": {"reason": "还是老样子"},
}


def body_for(town: Town, name: str, seen: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A body that is right for the move on this order."""
    if name == "dispatch":
        parties = [{"party": "community"}, {"party": "property"}]
        parties += [{"party": "department", "unit_id": town.water.id, "grade": "red"}]
        return chance.choice(parties)
    if name == "contact":
        return {"outcome": chance.choice(["reached", "no_answer"])}
    if name == "close-part":
        mine = [one for one in seen["parts"] if one["is_mine"] and one["status"] == "open"]
        return {"part_id": mine[0]["id"], "result": "我们这边好了"}
    if name == "ask-co-handlers":
        units = [town.water.id, town.housing.id, town.firm.id]
        others = [one for one in units if one != (seen["unit"] or {}).get("id")]
        return {"unit_ids": others[:2], "with_community": True}
    return BODIES.get(name, {})


async def person_for(
    town: Town, who: str, name: str, seen: dict[str, Any]
) -> dict[str, Any] | None:
    """Somebody to hand it to, None where there is nobody."""
    found = await town.call(who, f"/{seen['id']}/handlers")
    same = name == "transfer" or who == "manager"
    people = [
        one for one in found["items"] if not same or (one["unit"] or {}) == (seen["unit"] or {})
    ]
    if same and seen["party"] == "community":
        people = [one for one in people if one["role"] in ("social_worker", "grid_officer")]
    extra = {"reason": "换个人更合适"} if name == "transfer" else {}
    return {"handler_id": people[0]["user_id"], **extra} if people else None


async def check(town: Town, order_id: int, before: list[int]) -> list[int]:
    """The invariants; answers with the history's ids."""
    order = await Order.get(id=order_id)
    events = await OrderEvent.filter(order_id=order_id).order_by("id")
    ids = [one.id for one in events]
    assert ids[: len(before)] == before
    assert [one.to_status for one in events][:-1] == [one.from_status for one in events][1:]
    assert events[-1].to_status == order.status
    clocks = await OrderClock.filter(order_id=order_id).order_by("id")
    for one in clocks:
        assert (one.fire_at is not None) <= (one.state == "running")
        assert (one.state == "paused") == (one.paused_at is not None)
        assert one.state != "paused" or order.status == S.SUSPENDED
        assert one.state != "running" or order.status not in {*ENDED, S.RESOLVED, S.SUSPENDED}
        assert one.state != "running" or one.round == order.round
        assert one.started_at <= one.remind_at <= one.due_at
    waiting = [one for one in clocks if one.state in ("running", "paused")]
    if waiting:
        assert order.due_at == min(one.due_at for one in waiting)
        assert order.clock_state == ("paused" if order.status == S.SUSPENDED else "running")
    else:
        assert order.clock_state not in ("running", "paused")
    if order.status in OPEN - {S.REPORTED, S.ACCEPTED}:
        assert order.party is not None
        assert [one.kind for one in clocks if one.round == order.round] == [*ClockKind]
        assert any(one.kind is ClockKind.DONE for one in waiting)
    return ids


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 2**32),
    text=st.sampled_from([SURE, UNCLEAR]),
    kind=st.sampled_from(["complaint", "repair"]),
)
async def test_no_way_out_of_the_table(town: Town, seed: int, text: str, kind: str) -> None:
    chance = random.Random(seed)
    answers = {"where": "楼道"} if kind == "repair" else {}
    with time_machine.travel(NOON, tick=False) as traveller:
        seen = await town.report(text=text, kind=kind, answers=answers)
        history: list[int] = []
        for _ in range(14):
            history = await check(town, seen["id"], history)
            order = await Order.get(id=seen["id"])
            open_to = {who: await _open_to(town, who, order) for who in WALKERS}
            choices = [(who, name) for who, names in open_to.items() for name in names]
            if not choices:
                assert order.status in ENDED, f"stuck in {order.status}"
                break
            who, name = chance.choice(choices)
            assert order.status in MOVES[name].sources
            await _go(town, who, name, order.id, chance)
            traveller.shift(chance.choice([60, 3600, 5 * 3600]))
            await fire_due()


async def _open_to(town: Town, who: str, order: Order) -> list[str]:
    answer = await town.client.get(f"/api/v1/orders/{order.id}", headers=town.headers[who])
    return list(answer.json()["moves"]) if answer.is_success else []


async def _go(town: Town, who: str, name: str, order_id: int, chance: random.Random) -> None:
    """Make the move: what is open succeeds, except for reasons of content that say themselves."""
    seen = await town.call(who, f"/{order_id}")
    body: dict[str, Any] | None = body_for(town, name, seen, chance)
    if name in ("assign", "transfer"):
        body = await person_for(town, who, name, seen)
        if body is None:
            return
    path = f"/api/v1/orders/{order_id}/{name}"
    answer = await town.client.post(path, headers=town.headers[who], json=body)
    expected = {"parts_open", "too_soon", "invalid"}
    assert answer.is_success or answer.json()["code"] in expected, (name, answer.text)


async def test_what_is_not_open_is_refused(town: Town) -> None:
    """Every move by everyone on a taken order: refused exactly where it is not in `moves`."""
    seen = await town.taken() | {"parts": [{"id": 1, "is_mine": True, "status": "open"}]}
    order = await Order.get(id=seen["id"])
    for who in WALKERS:
        mine = await _open_to(town, who, order)
        for name in set(MOVES) - {*mine}:
            body = body_for(town, name, seen, random.Random(1))
            body |= {"handler_id": 1} if name in ("assign", "transfer") else {}
            body |= {"reason": "换人办理"} if name == "transfer" else {}
            path = f"/api/v1/orders/{order.id}/{name}"
            answer = await town.client.post(path, headers=town.headers[who], json=body)
            is_double_tap = (who, name) == ("worker", "take")
            assert is_double_tap or answer.status_code in (403, 404, 409), (who, name, answer.text)
    assert (await Order.get(id=order.id)).version == order.version
