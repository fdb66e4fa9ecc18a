"""What a desk on a phone asks for: what is open or over, what waits for a ruling, where it is."""

from tests.engines.orders.conftest import Town


async def test_a_desk_by_state(town: Town) -> None:
    done = await town.resolved()
    waiting = await town.report()
    open_ids = [one["id"] for one in (await town.call("secretary", "/desk", state="open"))["items"]]
    done_ids = [one["id"] for one in (await town.call("secretary", "/desk", state="done"))["items"]]
    assert open_ids == [waiting["id"]]
    assert done_ids == [done["id"]]


async def test_a_desk_by_extensions_that_wait(town: Town) -> None:
    order = await town.taken()
    await town.taken()
    assert (await town.call("secretary", "/desk", extension="pending"))["items"] == []
    await town.move("worker", order, "extend", hours=24, reason="等配件到货")
    found = await town.call("secretary", "/desk", extension="pending")
    assert [one["id"] for one in found["items"]] == [order["id"]]
    await town.move("secretary", order, "approve-extension")
    assert (await town.call("secretary", "/desk", extension="pending"))["items"] == []


async def test_cards_say_where(town: Town) -> None:
    point = {"latitude": 35.104672, "longitude": 118.356414}
    there = await town.pooled(place={"area_id": town.city.unit.id, **point})
    anywhere = await town.pooled()
    cards = {one["id"]: one for one in (await town.call("worker", "/pool"))["items"]}
    assert (cards[there["id"]]["latitude"], cards[there["id"]]["longitude"]) == (
        35.104672,
        118.356414,
    )
    assert cards[anywhere["id"]]["latitude"] is None
    assert (await town.call("worker", f"/{there['id']}"))["latitude"] == 35.104672
