"""Asked, accepted or passed on, visited, done, rated."""

import asyncio
from datetime import timedelta

import time_machine

from backend.core import database
from backend.core.database import rows
from backend.core.events import emit
from backend.engines.craftsmen import rules
from backend.engines.craftsmen.models import CraftCall, Craftsman
from backend.foundation.identity.events import UserErased
from tests.engines.craftsmen.conftest import Guild


async def test_from_the_call_to_the_stars(guild: Guild) -> None:
    await guild.craftsman("upstairs")
    one = await guild.ask()
    assert (one["called"], one["price"], one["moves"]) == ("王师傅", 3000, ["cancel"])
    await guild.work()
    assert "有邻居请您上门" in await guild.inbox("upstairs")
    (listed,) = (await guild.call("upstairs", "/calls/asked"))["items"]
    assert (listed["place"], listed["phone"], listed["moves"]) == ("", "", ["accept", "decline"])
    taken = await guild.do("upstairs", one, "accept")
    assert "101" in taken["place"]
    assert taken["phone"] == "13800000001"
    assert (await guild.look("owner", one))["their_phone"] == "13800000002"
    await guild.do("upstairs", one, "arrive")
    await guild.do("owner", one, "rate", status=409, stars=5)
    await guild.do("upstairs", one, "finish")
    done = await guild.do("owner", one, "rate", stars=4, text="手艺好")
    assert (done["stars"], done["their_phone"]) == (4, "")
    await guild.do("owner", one, "rate", status=409, stars=5)
    await guild.work()
    assert "师傅已办好，请评价" in await guild.inbox("owner")
    row = await Craftsman.get(called="王师傅")
    assert (row.stars_sum, row.stars_count, row.done) == (4, 1, 1)
    assert (await guild.look("upstairs", one))["phone"] == ""
    assert "13800000001" not in str(await rows("SELECT * FROM craftsmen_call"))


async def test_silence_goes_to_the_next(guild: Guild, noon: time_machine.Traveller) -> None:
    await guild.craftsman("upstairs")
    await guild.craftsman("neighbour", called="李师傅")
    one = await guild.ask()
    await guild.work()
    noon.shift(rules.ANSWERED_WITHIN - timedelta(seconds=1))
    await guild.work()
    assert (await guild.look("owner", one))["called"] == "王师傅"
    noon.shift(timedelta(seconds=1))
    await guild.do("upstairs", one, "accept", status=409)
    await guild.work()
    seen = await guild.look("owner", one)
    assert (seen["called"], seen["asked"]) == ("李师傅", 2)
    await guild.look("upstairs", one, status=404)
    await guild.work()
    assert "有邻居请您上门" in await guild.inbox("neighbour")
    await guild.do("neighbour", one, "decline")
    assert (await guild.look("owner", one))["status"] == "unanswered"
    await guild.work()
    assert "暂时没有师傅能来" in await guild.inbox("owner")


async def test_a_promise_taken_back(guild: Guild) -> None:
    await guild.craftsman("upstairs")
    await guild.craftsman("neighbour", called="李师傅")
    one = await guild.ask()
    await guild.do("upstairs", one, "accept")
    await guild.do("upstairs", one, "give-up")
    assert (await guild.look("owner", one))["called"] == "李师傅"
    await guild.do("neighbour", one, "accept")


async def test_nobody_is_at_two_places(guild: Guild) -> None:
    await guild.craftsman("upstairs")
    first, second = await guild.ask("owner"), await guild.ask("neighbour")
    await guild.do("upstairs", first, "accept")
    assert await guild.offered("owner") == []
    assert (await guild.do("upstairs", second, "accept", status=409))["code"] == "busy"
    await guild.do("owner", first, "cancel", reason="自己修好了")
    await guild.do("upstairs", second, "accept")


async def test_at_the_same_moment_one_is_accepted(guild: Guild) -> None:
    await guild.craftsman("upstairs")
    waiting = [await guild.ask(who) for who in ("owner", "neighbour", "owner", "neighbour")]
    answers = await asyncio.gather(
        *(
            guild.client.post(
                f"/api/v1/calls/{one['id']}/accept", json={}, headers=guild.headers["upstairs"]
            )
            for one in waiting * 4
        )
    )
    assert sum(one.is_success for one in answers) == 1
    assert await CraftCall.filter(status="accepted").count() == 1


async def test_what_cannot_be_asked(guild: Guild) -> None:
    assert (await guild.ask(status=409))["code"] == "nobody_free"
    await guild.craftsman("upstairs")
    assert "part" in str(await guild.ask(status=422, day="2026-11-18"))
    await guild.ask(status=422, day="2026-11-17")
    await guild.ask(status=422, day="2027-11-18")
    await guild.ask("guard", status=422)
    await guild.ask(status=409, craftsman_id=10**6)
    for number in range(rules.MOST_OPEN):
        await guild.ask(day=f"2026-11-{20 + number}")
    assert (await guild.ask(status=409, day="2026-11-25"))["code"] == "too_many_open"


async def test_whoever_stops_is_asked_no_more(guild: Guild) -> None:
    made = await guild.craftsman("upstairs")
    await guild.craftsman("neighbour", called="李师傅")
    one = await guild.ask()
    await guild.call("upstairs", "/craftsmen/mine/pause", {"version": made["version"]})
    await guild.work()
    assert (await guild.look("owner", one))["called"] == "李师傅"


async def test_whoever_is_gone_does_not_come(guild: Guild) -> None:
    """What was promised is kept while one only pauses, and goes to the next when one has left."""
    made = await guild.craftsman("upstairs")
    await guild.craftsman("neighbour", called="李师傅")
    one = await guild.ask()
    await guild.do("upstairs", one, "accept")
    body = {"version": made["version"]}
    paused = await guild.call("upstairs", "/craftsmen/mine/pause", body)
    await guild.work()
    assert (await guild.look("owner", one))["status"] == "accepted"
    await guild.call("upstairs", "/craftsmen/mine/leave", {"version": paused["version"]})
    await guild.work()
    seen = await guild.look("owner", one)
    assert (seen["status"], seen["called"]) == ("asked", "李师傅")


async def test_a_caller_who_leaves(guild: Guild) -> None:
    await guild.craftsman("upstairs")
    one = await guild.ask()
    await guild.do("upstairs", one, "accept")
    async with database.transaction():
        await emit(UserErased(guild.ids["owner"]))
    await guild.work()
    row = await CraftCall.get(id=one["id"])
    assert (row.status, row.caller_id, row.place, row.phone) == ("cancelled", None, None, None)
    assert "邻居取消了预约" in await guild.inbox("upstairs")


async def test_others_see_nothing(guild: Guild) -> None:
    await guild.craftsman("upstairs")
    one = await guild.ask()
    for who in ("neighbour", "secretary", "family"):
        await guild.look(who, one, status=404)
    await guild.do("owner", one, "accept", status=403)
    await guild.do("upstairs", one, "cancel", status=403, reason="不想去了")
