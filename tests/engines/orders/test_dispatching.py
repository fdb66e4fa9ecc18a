"""Dispatchers and handlers passing orders on: parties, persons, grounds, limits."""

from typing import Any

from backend.engines.duties.models import DutyCorrection
from backend.engines.orders.models import Order
from tests.engines.orders.conftest import Town


async def test_dispatch_to_each_party(town: Town) -> None:
    for body, unit in (
        ({"party": "community"}, None),
        ({"party": "property"}, "锦绣物业"),
        ({"party": "department", "unit_id": town.water.id}, "水利局"),
    ):
        order = await town.move("secretary", await town.report(), "dispatch", **body)
        assert order["status"] == "pooled"
        assert (order["unit"] or {}).get("name") == unit
        assert [one["kind"] for one in order["clocks"]] == ["contact", "arrive", "done"]


async def test_dispatch_wants_a_party_that_is_there(town: Town) -> None:
    order = await town.report(place={"area_id": town.city.street.id})
    for body in (
        {"party": "property"},
        {"party": "department"},
        {"party": "department", "unit_id": 999},
        {"party": "property", "unit_id": town.water.id},
        {"party": "community", "duty_code": "X99"},
        {"party": "army"},
    ):
        await town.move("street", order, "dispatch", status=422, **body)
    assert (await Order.get(id=order["id"])).status == "accepted"


async def test_a_ruling_teaches_the_matcher(town: Town) -> None:
    order = await town.report(text="小区水压太低，热水器打不着火，找谁管")
    body = {"party": "department", "duty_code": "B06", "grade": "orange"}
    order = await town.move("secretary", order, "dispatch", **body)
    assert (order["duty"]["code"], order["grade"]) == ("B06", "orange")
    assert order["unit"]["name"] == "水利局"
    assert await DutyCorrection.filter(code="B06").count() > 0


async def test_a_new_dispatch_starts_the_clocks_anew(town: Town, frozen: Any) -> None:
    order = await town.pooled()
    frozen.shift(3600)
    order = await town.move("secretary", order, "dispatch", party="property")
    assert {one["left_seconds"] for one in order["clocks"]} == {3 * 3600, 6 * 3600, 24 * 3600}
    stored = await Order.get(id=order["id"])
    assert stored.round == 2


async def test_assigning_a_person(town: Town) -> None:
    order = await town.report()
    found = await town.call("secretary", f"/{order['id']}/handlers")
    names = {one["name"]: one for one in found["items"]}
    assert {"worker", "grid", "head", "staff", "manager", "water"} <= set(names)
    assert not {"far_worker", "far_manager", "secretary"} & set(names)
    assert {"锦绣物业", "水利局", "住房和城乡建设局"} <= {one["name"] for one in found["units"]}
    order = await town.move("secretary", order, "assign", handler_id=town.ids["grid"])
    assert (order["status"], order["party"]) == ("assigned", "community")
    assert order["history"][-1]["title"] == "已交办给grid"
    lost = await town.move("worker", order, "take", status=409)
    assert lost["facts"]["handler_name"] == "grid"
    order = await town.move("grid", order, "take")
    assert order["status"] == "taken"


async def test_an_assignee_declines_with_a_reason(town: Town) -> None:
    order = await town.report()
    order = await town.move("secretary", order, "assign", handler_id=town.ids["grid"])
    await town.move("worker", order, "decline", status=403, reason="我不想办这个")
    await town.move("grid", order, "decline", status=422, reason="")
    order = await town.move("grid", order, "decline", reason="这周在培训")
    assert (order["status"], order["handler_name"]) == ("pooled", None)
    seen = await town.call("resident", f"/{order['id']}")
    assert "培训" not in str(seen)
    assert "培训" in str(await town.call("secretary", f"/{order['id']}"))


async def test_a_silent_handler_is_replaced_and_the_clocks_run_on(town: Town, frozen: Any) -> None:
    order = await town.taken()
    frozen.shift(3600)
    order = await town.move("secretary", order, "assign", handler_id=town.ids["grid"])
    assert order["status"] == "assigned"
    assert order["clocks"][0]["left_seconds"] == 2 * 3600
    await town.move("worker", order, "contact", status=403)
    order = await town.move("secretary", order, "assign", handler_id=town.ids["staff"])
    assert (order["party"], order["unit"]["name"]) == ("property", "锦绣物业")
    assert order["clocks"][0]["left_seconds"] == 3 * 3600


async def test_a_manager_assigns_within_the_firm_only(town: Town) -> None:
    order = await town.move("secretary", await town.report(), "dispatch", party="property")
    found = await town.call("manager", f"/{order['id']}/handlers")
    assert [one["name"] for one in found["items"]] == ["staff"]
    worker = town.ids["worker"]
    await town.move("manager", order, "assign", status=422, handler_id=worker)
    order = await town.move("manager", order, "assign", handler_id=town.ids["staff"])
    assert order["status"] == "assigned"
    await town.move("far_manager", order, "assign", status=404, handler_id=town.ids["staff"])


async def test_returning_twice_and_no_more(town: Town) -> None:
    order = await town.report()
    for times in (1, 2):
        body = {"party": "department", "unit_id": town.water.id}
        order = await town.move("secretary", order, "dispatch", **body)
        await town.move("water", order, "return", status=422, reason="不")
        order = await town.move("water", order, "return", reason="属于住建局职责")
        assert (order["status"], order["returned"], order["party"]) == ("accepted", times, None)
        assert order["clock"] is None
    await town.call("water", f"/{order['id']}", status=404)
    order = await town.move("secretary", order, "dispatch", **body)
    assert "return" not in (await town.call("water", f"/{order['id']}"))["moves"]
    await town.move("water", order, "return", status=403, reason="还是不属于我们")
    order = await town.move("water", order, "take")
    assert "return" not in order["moves"]
    unit = town.housing.id
    late = await town.move("water", order, "transfer", status=409, unit_id=unit, reason="请住建办")
    assert late["code"] == "too_many_handovers"
    order = await town.move("water", order, "contact")
    assert (await town.move("water", order, "resolve", result="水已恢复"))["status"] == "resolved"


async def test_transfer_to_a_colleague(town: Town) -> None:
    order = await town.taken()
    to_whom = {"handler_id": town.ids["grid"], "reason": "他离得更近"}
    await town.move("worker", order, "transfer", status=422, reason="谁来都行")
    both = to_whom | {"unit_id": town.water.id}
    await town.move("worker", order, "transfer", status=422, **both)
    for nobody in ("staff", "far_worker", "resident", "worker"):
        body = {"handler_id": town.ids[nobody], "reason": "请他来办"}
        await town.move("worker", order, "transfer", status=422, **body)
    order = await town.move("worker", order, "transfer", **to_whom)
    assert (order["status"], order["handler_name"]) == ("assigned", "grid")
    assert (await town.move("grid", order, "take"))["status"] == "taken"


async def test_transfer_to_a_unit_runs_the_clock_on(town: Town, frozen: Any) -> None:
    order = await town.taken()
    frozen.shift(600)
    body = {"unit_id": town.firm.id, "reason": "物业的设备"}
    order = await town.move("worker", order, "transfer", **body)
    assert (order["status"], order["party"]) == ("pooled", "property")
    assert order["clocks"][0]["left_seconds"] == 3 * 3600 - 600
    order = await town.move("staff", order, "take")
    await town.move("staff", order, "transfer", status=422, **body)
    other = {"unit_id": town.water.id, "reason": "是供水的管道"}
    order = await town.move("staff", order, "transfer", **other)
    order = await town.move("water", order, "take")
    again = {"unit_id": town.housing.id, "reason": "是房屋质量问题"}
    problem = await town.move("water", order, "transfer", status=409, **again)
    assert problem["code"] == "too_many_handovers"


async def test_the_parent_closes_after_its_parts(town: Town) -> None:
    order = await town.taken()
    await town.move("worker", order, "ask-co-handlers", status=422, unit_ids=[])
    await town.move("worker", order, "ask-co-handlers", status=422, unit_ids=[999])
    body = {"unit_ids": [town.water.id, town.firm.id], "note": "关一下总阀"}
    order = await town.move("worker", order, "ask-co-handlers", **body)
    await town.move("worker", order, "ask-co-handlers", status=422, **body)
    parts = {one["unit_name"]: one["id"] for one in order["parts"]}
    await town.move("worker", order, "contact")
    problem = await town.move("worker", order, "resolve", status=409, result="都办好了")
    assert (problem["code"], problem["facts"]["waiting"]) == ("parts_open", ["水利局", "锦绣物业"])
    wrong = {"part_id": parts["锦绣物业"], "result": "阀门已关"}
    await town.move("water", order, "close-part", status=404, **wrong)
    await town.move("worker", order, "close-part", status=403, **wrong)
    await town.move("housing", order, "close-part", status=404, **wrong)
    right = {"part_id": parts["水利局"], "result": "阀门已关"}
    seen = await town.move("water", order, "close-part", **right)
    assert seen["moves"] == ["reply"]
    await town.move("water", order, "close-part", status=403, **right)
    await town.move("worker", order, "resolve", status=409, result="都办好了")
    await town.move("manager", order, "close-part", **wrong)
    order = await town.move("worker", order, "resolve", result="都办好了")
    assert {one["status"] for one in order["parts"]} == {"closed"}
    assert (await town.call("water", "/doing"))["items"] == []


async def test_another_way_drops_what_was_asked(town: Town) -> None:
    order = await town.taken()
    order = await town.move("worker", order, "ask-co-handlers", unit_ids=[town.water.id])
    order = await town.move("worker", order, "return", reason="需要部门主办")
    assert order["parts"][0]["status"] == "closed"
    body = {"party": "department", "unit_id": town.water.id}
    assert (await town.move("secretary", order, "dispatch", **body))["status"] == "pooled"


async def test_a_property_reply_is_read_at_once(town: Town) -> None:
    order = await town.move("secretary", await town.report(), "dispatch", party="property")
    await town.move("far_manager", order, "reply", status=404, text="师傅下午两点到")
    await town.move("staff", order, "reply", text="师傅下午两点到")
    seen = await town.call("resident", f"/{order['id']}")
    assert (seen["history"][-1]["text"], seen["history"][-1]["who"]) == ("师傅下午两点到", "s师傅")
    await town.work()
    assert "您的诉求有新回复" in await town.inbox("resident")
