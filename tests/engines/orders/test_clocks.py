"""Deadlines of orders: when they start, pause, move and speak; each word once."""

import asyncio
from datetime import timedelta
from typing import Any

from backend.core import clock, database, jobs
from backend.core.database import rows
from backend.engines.clocks import service as clocks
from backend.engines.clocks.jobs import fire_due_clocks
from backend.engines.clocks.models import OrderClock
from backend.engines.orders.models import OrderEvent
from tests.engines.orders.conftest import Town

HOUR = 3600
POLICY = "/api/v1/clocks/policies"


async def tick(town: Town) -> None:
    await jobs.enqueue(fire_due_clocks)
    await town.work()


def times(order: Any) -> dict[str, tuple[str, int]]:
    return {one["kind"]: (one["state"], one["left_seconds"] // 60) for one in order["clocks"]}


async def words(order: Any) -> list[str]:
    found = await OrderEvent.filter(order_id=order["id"], move="overdue").order_by("id")
    return [one.facts["kind"] for one in found]


async def test_they_start_at_dispatch_and_are_met_one_by_one(town: Town, frozen: Any) -> None:
    order = await town.report()
    frozen.shift(5 * HOUR)
    order = await town.move("secretary", order, "dispatch", party="community")
    assert order["clock"]["kind"] == "contact"
    assert times(order) == {"contact": ("running", 180), "arrive": ("running", 360),
                            "done": ("running", 1440)}  # fmt: skip
    frozen.shift(HOUR)
    order = await town.move("worker", order, "take")
    order = await town.move("worker", order, "contact", outcome="no_answer")
    assert (order["status"], order["clock"]["kind"]) == ("taken", "contact")
    order = await town.move("worker", order, "contact")
    assert order["status"] == "contacted"
    frozen.shift(HOUR)
    assert order["clock"]["kind"] == "arrive"
    order = await town.move("worker", order, "arrive")
    assert order["clock"]["kind"] == "done"
    frozen.shift(HOUR)
    order = await town.move("worker", order, "resolve", result="办好了")
    assert times(order) == {"contact": ("met", 120), "arrive": ("met", 240),
                            "done": ("met", 1260)}  # fmt: skip
    assert order["clock"]["state"] == "met"


async def test_being_there_is_contact_and_what_was_not_needed_is_no_fault(
    town: Town, frozen: Any
) -> None:
    there = await town.move("worker", await town.taken(), "arrive")
    assert times(there)["contact"] == ("met", 180)
    order = await town.taken()
    await town.move("worker", order, "contact")
    order = await town.move("worker", order, "resolve", result="电话里讲清楚了")
    assert set(times(order)) == {"contact", "done"}


async def test_a_reminder_before_and_a_word_after_each_once(town: Town, frozen: Any) -> None:
    order = await town.taken()
    frozen.shift(timedelta(hours=2, minutes=14))
    await tick(town)
    assert "工单快到时限了" not in await town.inbox("worker")
    frozen.shift(timedelta(minutes=2))
    for _ in range(3):
        await tick(town)
    assert (await town.inbox("worker")).count("工单快到时限了") == 1
    assert (await town.call("worker", f"/{order['id']}"))["clock"]["state"] == "soon"
    frozen.shift(timedelta(minutes=45))
    for _ in range(3):
        await tick(town)
    assert await words(order) == ["contact"]
    assert (await town.inbox("worker")).count("工单已超时") == 1
    assert (await town.inbox("secretary")).count("工单已超时") == 1
    seen = await town.call("resident", f"/{order['id']}")
    assert seen["clock"]["state"] == "overdue"
    assert seen["history"][-1]["title"] == "联系已超过承诺时限"
    order = await town.move("worker", order, "contact")
    assert times(order)["contact"][0] == "late"


async def test_of_many_workers_one_speaks(town: Town, frozen: Any) -> None:
    orders = [await town.pooled() for _ in range(4)]
    frozen.shift(timedelta(hours=7))

    async def fire() -> None:
        async with database.transaction():
            await clocks.fire_due()

    await asyncio.gather(*(fire() for _ in range(6)), return_exceptions=True)
    await fire()
    name = "engines.orders.reactions.tell_overdue"
    told = await rows("SELECT payload FROM core_job WHERE name = ?", name)
    assert len(told) == 2 * len(orders)


async def test_a_late_worker_does_not_remind_of_what_is_over(town: Town, frozen: Any) -> None:
    await town.taken()
    frozen.shift(timedelta(hours=4))
    await tick(town)
    titles = await town.inbox("worker")
    assert ("工单已超时" in titles, "工单快到时限了" in titles) == (True, False)


async def test_the_tick_costs_what_is_due(town: Town, frozen: Any) -> None:
    """Met, paused and far clocks are not looked at, however many there are."""
    now = clock.now()
    await OrderClock.bulk_create(
        OrderClock(
            order_id=number, kind="done", state="met" if number % 2 else "running",
            started_at=now, due_at=now + timedelta(days=9), remind_at=now + timedelta(days=8),
            fire_at=None if number % 2 else now + timedelta(days=8),
        )
        for number in range(1000, 1400)
    )  # fmt: skip
    assert await clocks.fire_due() == 0
    sql = "SELECT id FROM order_clock WHERE fire_at <= '2026-11-18' ORDER BY fire_at LIMIT 200"
    plan = str(await rows(f"EXPLAIN {'QUERY PLAN ' * (database.dialect() == 'sqlite')}{sql}"))
    assert "idx_order_clock_fire_at" in plan or "fire_at" in plan.rsplit("key", maxsplit=1)[-1], (
        plan
    )


async def test_a_pause_gives_the_time_back(town: Town, frozen: Any) -> None:
    order = await town.taken()
    await town.move("worker", order, "contact")
    frozen.shift(2 * HOUR)
    await town.move("worker", order, "suspend", status=422)
    order = await town.move("worker", order, "suspend", reason="等居民周末在家")
    assert (order["clock"]["state"], order["clock"]["paused"]) == ("paused", True)
    frozen.shift(timedelta(days=3))
    await tick(town)
    assert await words(order) == []
    seen = await town.call("resident", f"/{order['id']}")
    assert times(seen)["arrive"] == ("paused", 240)
    assert seen["history"][-1]["text"] == "等居民周末在家"
    order = await town.move("worker", order, "resume")
    assert (order["status"], times(order)["arrive"]) == ("contacted", ("running", 240))
    assert times(order)["done"] == ("running", 22 * 60)
    assert times(order)["contact"] == ("met", 180)


async def test_a_pause_does_not_forgive_what_was_late(town: Town, frozen: Any) -> None:
    order = await town.taken()
    frozen.shift(4 * HOUR)
    order = await town.move("worker", order, "suspend", reason="等居民回家")
    frozen.shift(10 * HOUR)
    order = await town.move("worker", order, "resume")
    assert times(order)["contact"][0] == "overdue"
    await tick(town)
    assert await words(order) == ["contact"]


async def test_what_ends_in_a_pause_counts_until_it_was_paused(town: Town, frozen: Any) -> None:
    order = await town.taken()
    frozen.shift(4 * HOUR)
    await town.move("worker", order, "suspend", reason="等居民回家")
    frozen.shift(30 * HOUR)
    order = await town.move("resident", order, "withdraw")
    assert times(order) == {"contact": ("late", -60)}
    ended = await OrderClock.filter(order_id=order["id"]).order_by("id")
    assert [(one.state, one.paused_at) for one in ended] == [
        ("late", None), ("void", None), ("void", None)
    ]  # fmt: skip
    assert {one.paused_seconds for one in ended} == {30 * 3600}
    assert {one.met_at for one in ended[1:]} == {None}


async def test_a_dispatcher_ends_a_pause(town: Town) -> None:
    order = await town.taken()
    await town.move("worker", order, "suspend", reason="等居民回家")
    order = await town.move("secretary", order, "resume")
    assert (order["status"], order["history"][-1]["title"][:3]) == ("taken", "调度员")


async def test_more_time_is_asked_for_and_granted(town: Town, frozen: Any) -> None:
    order = await town.taken()
    for bad in ({"hours": 12}, {"hours": 0, "reason": "要等配件"}, {"reason": "要等配件"}):
        await town.move("worker", order, "extend", status=422, **bad)
    order = await town.move("worker", order, "extend", hours=12, reason="要等配件")
    assert order["extension"] == {"hours": 12, "reason": "要等配件", "status": "pending"}
    await town.move("worker", order, "extend", status=403, hours=1, reason="再多一点")
    await town.move("worker", order, "approve-extension", status=403)
    order = await town.move("secretary", order, "approve-extension")
    assert times(order)["done"] == ("running", 36 * 60)
    assert times(order)["contact"] == ("running", 180)
    await town.work()
    assert "延期申请有结果了" in await town.inbox("worker")
    assert "办理时间延长了" in await town.inbox("resident")


async def test_more_time_refused_or_lapsed(town: Town, frozen: Any) -> None:
    order = await town.taken()
    await town.move("worker", order, "extend", hours=12, reason="要等配件")
    order = await town.move("secretary", order, "refuse-extension", reason="配件今天就到")
    assert (order["extension"]["status"], times(order)["done"][1]) == ("refused", 24 * 60)
    await town.move("worker", order, "extend", hours=5, reason="师傅请假")
    await town.move("worker", order, "contact")
    order = await town.move("worker", order, "resolve", result="办好了")
    assert order["extension"]["status"] == "lapsed"
    await town.move("secretary", order, "approve-extension", status=403)


async def test_extended_after_its_end_it_speaks_again_only_then(town: Town, frozen: Any) -> None:
    order = await town.taken()
    await town.move("worker", order, "arrive")
    frozen.shift(25 * HOUR)
    await tick(town)
    assert await words(order) == ["done"]
    await town.move("worker", order, "extend", hours=4, reason="要等配件")
    await town.move("secretary", order, "approve-extension")
    await tick(town)
    assert await words(order) == ["done"]
    frozen.shift(4 * HOUR)
    await tick(town)
    assert await words(order) == ["done", "done"]


async def test_what_is_over_is_silent(town: Town, frozen: Any) -> None:
    gone, done = await town.taken(), await town.resolved()
    await town.move("resident", gone, "withdraw")
    back = await town.taken()
    await town.move("worker", back, "return", reason="不属于社区职责")
    frozen.shift(timedelta(days=5))
    await tick(town)
    for order in (gone, done, back):
        assert await words(order) == []


async def test_policies_by_grade_and_kind(town: Town, frozen: Any) -> None:
    put = town.client.put
    body = {"grade": "yellow", "contact": 1, "arrive": 2, "done": 8, "calendar": "working"}
    assert (await put(POLICY, headers=town.headers["worker"], json=body)).status_code == 403
    office = town.headers["office"]
    assert (await put(POLICY, headers=office, json=body | {"contact": 0})).status_code == 422
    assert (await put(POLICY, headers=office, json=body)).is_success
    special = body | {"order_kind": "help", "done": 4, "calendar": "always"}
    assert (await put(POLICY, headers=office, json=special)).is_success
    frozen.move_to("2026-11-20T08:00:00Z")
    order = await town.pooled()
    due = {one["kind"]: one["due_at"][:16] for one in order["clocks"]}
    assert due == {
        "contact": "2026-11-20T09:00",  # Friday 17:00 in Shanghai
        "arrive": "2026-11-20T10:00",
        "done": "2026-11-23T07:00",  # Monday 15:00
    }
    answers = {"for_whom": "自己"}
    order = await town.pooled(kind="help", answers=answers)
    assert times(order)["done"] == ("running", 240)
    listed = (await town.client.get(POLICY, headers=town.headers["resident"])).json()["items"]
    assert [one["order_kind"] for one in listed if not one["is_default"]] == [None, "help"]


async def test_a_day_set_by_hand_wins(town: Town, frozen: Any) -> None:
    office = town.headers["office"]
    body = {"grade": "yellow", "contact": 3, "arrive": 6, "done": 9, "calendar": "working"}
    await town.client.put(POLICY, headers=office, json=body)
    free = {"day": "2026-11-19", "is_workday": False, "note": "停电放假"}
    answer = await town.client.put("/api/v1/clocks/days", headers=office, json=free)
    assert answer.is_success
    order = await town.pooled()
    assert order["clocks"][2]["due_at"][:16] == "2026-11-20T02:00"
