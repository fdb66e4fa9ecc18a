"""Orders that do not go straight: returned, transferred, suspended, urged, reopened, left alone."""

from backend.core import clock
from backend.sample.caller import eventually
from tests.stories.conftest import Town


async def test_returned_twice_the_dispatchers_word_is_final(town: Town) -> None:
    order = await town.taken()
    order = await town.move("worker", order, "return", reason="不归社区管")
    assert (order["status"], order["returned"]) == ("accepted", 1)
    order = await town.move("secretary", order, "dispatch", party="property")
    order = await town.move("manager", order, "return", reason="不在物业合同里")
    assert (order["status"], order["returned"]) == ("accepted", 2)
    order = await town.move("street", order, "dispatch", party="community")
    order = await town.move("worker", order, "take")
    assert "return" not in order["moves"]
    assert (await town.refused("worker", order, "return", reason="还是不归")).status == 403
    seen = await town.see("resident", order)
    titles = [one["title"] for one in seen["history"]]
    assert sum("退" in title or "重新" in title for title in titles) >= 2, titles
    assert all("合同" not in one["text"] for one in seen["history"]), "grounds are internal"


async def test_handed_on_with_helpers(town: Town) -> None:
    order = await town.taken()
    people = (await town["worker"].get(f"/orders/{order['id']}/handlers"))["items"]
    assert town.user_ids["colleague"] in [one["user_id"] for one in people]
    order = await town.move(
        "worker", order, "transfer", handler_id=town.user_ids["colleague"], reason="他更熟悉"
    )
    assert (await town.refused("worker", order, "contact")).status in (403, 404)
    order = await town.move("colleague", order, "take")
    firm = (await town["manager"].get("/me"))["posts"][0]["unit"]
    order = await town.move(
        "colleague", order, "ask-co-handlers", unit_ids=[firm["id"]], note="请一起看"
    )
    await town.move("colleague", order, "contact", note="在电话里说了")
    refusal = await town.refused("colleague", order, "resolve", result="好了")
    assert (refusal.status, refusal.code) == (409, "parts_open")
    [part] = (await town.see("manager", order))["parts"]
    await town.move("manager", order, "close-part", part_id=part["id"], result="物业已配合")
    order = await town.move("colleague", order, "resolve", result="一起办好了")
    assert order["status"] == "resolved"


async def test_suspended_resumed_extended(town: Town) -> None:
    order = await town.taken()
    order = await town.move("worker", order, "suspend", reason="等配件到货")
    assert order["status"] == "suspended"
    running = [one for one in order["clocks"] if one["state"] not in ("met", "late")]
    assert all(one["paused"] for one in running)
    seen = await town.see("resident", order)
    assert any("等配件到货" in one["text"] for one in seen["history"])
    order = await town.move("worker", order, "resume")
    assert order["status"] == "taken"
    before = next(one for one in order["clocks"] if one["kind"] == "done")["due_at"]
    order = await town.move("worker", order, "extend", hours=24, reason="要等专业队伍")
    assert (await town.refused("worker", order, "approve-extension")).status == 403
    order = await town.move("secretary", order, "approve-extension")
    after = next(one for one in order["clocks"] if one["kind"] == "done")["due_at"]
    assert after > before
    assert order["extension"]["status"] == "approved"


async def test_urging_has_a_limit(town: Town) -> None:
    order = await town.pooled()
    order = await town.move("resident", order, "urge", text="请快一点")
    assert order["urge"]["count"] == 1
    refusal = await town.refused("resident", order, "urge")
    assert (refusal.status, refusal.code) == (429, "too_soon")
    assert refusal.body["facts"]["next_at"].endswith("Z")
    assert (await town.refused("neighbour", order, "urge")).status == 404


async def test_not_solved_goes_a_grade_higher(town: Town) -> None:
    order = await town.resolved()
    assert order["grade"] == "yellow"
    order = await town.move("resident", order, "reopen", reason="还是老样子")
    assert (order["status"], order["grade"]) == ("accepted", "orange")
    order = await town.move("secretary", order, "dispatch", party="community")
    order = await town.move("worker", order, "take")
    await town.move("worker", order, "contact")
    order = await town.move("worker", order, "resolve", result="这次真的好了")
    order = await town.move("resident", order, "rate", stars=4, is_solved=True)
    assert (order["status"], order["rating"]["stars"]) == ("closed", 4)
    refusal = await town.refused("resident", order, "rate", stars=1, is_solved=False)
    assert refusal.status in (403, 409)


async def test_a_stale_version_is_told(town: Town) -> None:
    order = await town.taken()
    await town.move("worker", order, "contact", version=order["version"])
    refusal = await town.refused("worker", order, "contact", version=order["version"])
    assert (refusal.status, refusal.code) == (409, "stale_version")
    refusal = await town.refused("worker", order, "decline", reason="不想办了")
    assert (refusal.status, refusal.code) == (409, "wrong_state")


async def test_nobody_rates_so_the_house_closes(town: Town) -> None:
    order = await town.resolved()
    past = clock.now().replace(year=2020).isoformat(sep=" ")
    town.time_passes("UPDATE orders_order SET close_at = ? WHERE id = ?", past, order["id"])
    town.time_passes("UPDATE core_schedule SET next_at = ? WHERE name LIKE '%close_unrated%'", past)
    seen = await eventually(
        lambda: town.see("resident", order), lambda it: it["status"] == "closed", seconds=20
    )
    assert seen["history"][-1]["who"] == "系统"
    link = str(order["id"])

    async def inbox() -> list[str]:
        items = (await town["resident"].get("/inbox"))["items"]
        return [one["title"] for one in items if link in one["link"]]

    assert await eventually(inbox, lambda titles: "您的诉求已结束" in titles)
