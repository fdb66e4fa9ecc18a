"""Somebody else's order does not exist: in detail, lists, moves, search and over the line."""

from itertools import product
from types import SimpleNamespace
from typing import Any

from backend.core import clock, database
from backend.core.actor import Actor, Role
from backend.core.database import rows
from backend.engines.orders import queries, states
from backend.engines.orders.models import Order, OrderPart
from backend.engines.orders.permissions import P
from tests.engines.orders.conftest import Town
from tests.engines.orders.test_states import FIRM, PEOPLE, PLACE, WATER, person

SEES = {
    "community": {"resident", "worker", "grid", "secretary", "street", "office", "admin"},
    "property": {"resident", "secretary", "street", "office", "admin", "staff", "manager"},
    "department": {"resident", "secretary", "street", "office", "admin", "water"},
}


async def _order_of(town: Town, party: str) -> dict[str, Any]:
    order = await town.report()
    body = {"party": party} | ({"unit_id": town.water.id} if party == "department" else {})
    found: dict[str, Any] = await town.move("secretary", order, "dispatch", **body)
    return found


async def test_who_sees_whose(town: Town) -> None:
    for party, seers in SEES.items():
        order = await _order_of(town, party)
        for who in town.ids:
            status = 200 if who in seers else 404
            await town.call(who, f"/{order['id']}", status=status)
            if status == 404:
                await town.move(who, order, "reply", status=_refusal(who), text="我来说两句")
                await town.move(who, order, "urge", status=404)


async def test_all_of_an_order_comes_over_one_connection(town: Town, db: str) -> None:
    order = await town.resolved(file_ids=[await town.picture("resident")])
    if database.dialect() == "mysql":
        # With a second one needed while the first is held, this would wait for ever.
        await database.disconnect()
        await database.connect(db, pool=1)
    for who in ("resident", "worker", "secretary"):
        shown = await town.call(who, f"/{order['id']}")
        assert shown["history"]
        assert shown["files"]
        assert shown["clocks"]


def _refusal(who: str) -> int:
    """A resident has no business at a door for staff; staff do not find the order."""
    return 403 if who in ("resident", "neighbour") else 404


async def test_lists_show_no_others(town: Town) -> None:
    ids = {party: (await _order_of(town, party))["id"] for party in SEES}
    mine = {one["id"] for one in (await town.call("resident", "/mine"))["items"]}
    assert mine == set(ids.values())
    assert (await town.call("neighbour", "/mine"))["items"] == []
    for who in set(town.ids) - {"resident", "neighbour"}:
        for path in ("/pool", "/doing", "/desk"):
            found = {one["id"] for one in (await town.call(who, path))["items"]}
            allowed = {ids[party] for party, seers in SEES.items() if who in seers}
            assert found <= allowed, (who, path)
    pools = {
        who: {one["id"] for one in (await town.call(who, "/pool"))["items"]} for who in town.ids
        if who not in ("resident", "neighbour")
    }  # fmt: skip
    assert pools["worker"] == pools["grid"] == {ids["community"]}
    assert pools["staff"] == pools["manager"] == {ids["property"]}
    assert pools["water"] == {ids["department"]}
    assert pools["other_grid"] == pools["secretary"] == pools["housing"] == set()


async def test_an_order_of_the_whole_community_is_in_every_grids_pool(town: Town) -> None:
    order = await town.pooled(place={"area_id": town.city.spring.id})
    for who in ("worker", "grid", "other_grid"):
        found = await town.call(who, "/pool")
        assert [one["id"] for one in found["items"]] == [order["id"]]
    assert (await town.call("far_worker", "/pool"))["items"] == []


async def test_search_stays_in_scope(town: Town) -> None:
    order = await town.report(text="楼顶的太阳能支架松动了，风一吹就响")
    for who, found in (("secretary", [order["id"]]), ("far_secretary", [])):
        for words in ("太阳能支架", order["number"]):
            items = (await town.call(who, "/desk", q=words))["items"]
            assert [one["id"] for one in items] == found
    for words in ("100%", "没有的词", "__", "2611220000000000000001", "99999999999999999999"):
        assert (await town.call("secretary", "/desk", q=words))["items"] == []
    area = town.city.autumn.id
    assert (await town.call("secretary", "/desk", area_id=area))["items"] == []
    inside = await town.call("office", f"/desk?status=accepted&area_id={town.city.spring.id}")
    assert [one["id"] for one in inside["items"]] == [order["id"]]


async def test_what_is_read_in_sql_is_what_is_said_in_python(db: str) -> None:
    """`visible_to` and `states.may(…, VIEW)` agree on every order and person."""
    people = [*PEOPLE.values(), person(20, Role.SOCIAL_WORKER, "/1/"), Actor(21)]
    people += [person(22, Role.PROPERTY_STAFF, "/1/2/3/5/"), person(23, Role.WELFARE_POST, PLACE)]
    facts = product(
        (None, "community", "property", "department"),
        (None, FIRM, WATER),
        (PLACE, "/1/2/3/", "/1/2/", "/1/2/4/9/", "/1/22/"),
        (None, 3),
        (None, ("community", None), ("department", WATER)),
    )
    async with database.transaction():
        made = [await _write(*one) for one in facts]
    for actor in people:
        scope = queries.visible_to(actor)
        found = await rows(f"SELECT o.id FROM orders_order o WHERE {scope.where}", *scope.params)
        expected = {one.id for one in made if states.may(one, actor, P.VIEW)}
        assert {row["id"] for row in found} == expected, actor


async def _write(
    party: str | None, unit: int | None, path: str, handler: int | None, part: Any
) -> Order:
    now = clock.now()
    order = await Order.create(
        kind="help", title="题", text="文", status="pooled", grade="yellow", seal="s",
        reporter_id=1, area_id=1, area_path=path, party=party, unit_id=unit, handler_id=handler,
        created_at=now, updated_at=now,
    )  # fmt: skip
    if part is not None:
        await OrderPart.create(
            order_id=order.id, party=part[0], unit_id=part[1], unit_name="", asked_at=now,
            key=f"{order.id}",
        )  # fmt: skip
        order.parts = [SimpleNamespace(party=part[0], unit_id=part[1], closed_at=None)]  # type: ignore[list-item]
    return order


async def test_reporters_are_known_as_far_as_work_needs(town: Town) -> None:
    order = await town.pooled()
    assert order["reporter"]["name"] == "resident"
    pool = await town.call("worker", f"/{order['id']}")
    assert pool["reporter"]["name"] == "r*******"
    await town.move("worker", order, "take")
    assert (await town.call("worker", f"/{order['id']}"))["reporter"]["name"] == "resident"
    assert (await town.call("resident", f"/{order['id']}"))["reporter"]["is_me"] is True


async def test_the_anonymous_stay_so_to_handlers(town: Town) -> None:
    order = await town.taken(is_anonymous=True)
    assert order["reporter"] is None
    assert "resident" not in str(order)
    seen = await town.call("secretary", f"/{order['id']}")
    assert seen["reporter"]["name"] == "resident"
    assert seen["reporter"]["is_anonymous"] is True
