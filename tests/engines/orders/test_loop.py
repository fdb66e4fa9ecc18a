"""One demand all the way, over HTTP."""

from tests.engines.orders.conftest import Town


async def test_from_report_to_rating(town: Town) -> None:
    order = await town.report()
    assert order["status"] == "accepted"
    order = await town.move("secretary", order, "dispatch", party="community")
    assert order["status"] == "pooled"
    pool = await town.call("worker", "/pool")
    assert [one["id"] for one in pool["items"]] == [order["id"]]
    order = await town.move("worker", order, "take")
    order = await town.move("worker", order, "contact", note="约了下午")
    order = await town.move("worker", order, "arrive", latitude=35.1, longitude=118.3)
    order = await town.move("worker", order, "resolve", result="已经换好")
    seen = await town.call("resident", f"/{order['id']}")
    assert seen["moves"] == ["rate", "reopen"]
    order = await town.move("resident", order, "rate", stars=5, is_solved=True, text="很快")
    assert order["status"] == "closed"
    await town.work()
