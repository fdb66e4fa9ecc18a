"""Registering with papers, being reviewed, being found and why."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock, database
from backend.core.database import rows
from backend.core.events import emit
from backend.engines.craftsmen import service
from backend.engines.craftsmen.models import Craftsman
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused
from tests.engines.craftsmen.conftest import ALWAYS, Guild, city, guild, noon, village, yard

__all__ = ["city", "guild", "noon", "village", "yard"]


async def electrician(guild: Guild, who: str = "upstairs", days: int = 60) -> dict[str, Any]:
    paper = {"number": "T372801", "file_id": await guild.picture(who)}
    paper |= {"expires_on": str(clock.today() + timedelta(days=days))}
    return {"skills": [{"skill": "electric", "price": 0} | paper]}


async def test_registered_reviewed_and_found(guild: Guild) -> None:
    made = await guild.register("upstairs")
    assert (made["status"], made["moves"]) == ("submitted", ["revise", "leave"])
    assert await guild.offered() == []
    await guild.work()
    assert "有能工巧匠待审核" in await guild.inbox("secretary")
    assert await guild.call("worker", "/craftsmen/reviews") != {"items": [], "next": None}
    await guild.call("secretary", f"/craftsmen/{made['id']}/approve", {"version": made["version"]})
    await guild.work()
    assert "能工巧匠登记：接单中" in await guild.inbox("upstairs")
    (found,) = await guild.offered()
    assert found["why"] == ["同在1单元", "周四上午 8–12 点有空", "上门 30 元"]
    await guild.register("upstairs", status=409)


async def test_the_law_wants_a_paper(guild: Guild) -> None:
    bare = {"skills": [{"skill": "electric", "price": 0}]}
    assert "低压电工作业证" in str(await guild.register("upstairs", status=422, **bare))
    late = await electrician(guild, days=-1)
    assert "已过期" in str(await guild.register("upstairs", status=422, **late))
    needless = {"skills": [{"skill": "hair", "price": 0, "number": "1"}]}
    await guild.register("upstairs", status=422, **needless)
    await guild.craftsman("upstairs", **await electrician(guild))
    (found,) = await guild.offered(skill="electric")
    assert any("低压电工作业证有效至" in one for one in found["why"])
    assert "T372801" not in str(await rows("SELECT * FROM craftsmen_skill"))


async def test_a_paper_that_ran_out_offers_nobody(
    guild: Guild, noon: time_machine.Traveller
) -> None:
    await guild.craftsman("upstairs", **await electrician(guild, days=40))
    await service.remind_of_papers()
    assert "证件快到期了" not in await guild.inbox("upstairs")
    noon.shift(timedelta(days=15))
    await service.remind_of_papers()
    await service.remind_of_papers()
    assert (await guild.inbox("upstairs")).count("证件快到期了") == 1
    assert len(await guild.offered(skill="electric")) == 1
    noon.shift(timedelta(days=25))
    assert await guild.offered(skill="electric") == []


async def test_near_liked_and_free_come_first(guild: Guild) -> None:
    await guild.craftsman("neighbour", called="李师傅")
    await guild.craftsman("upstairs")
    assert [one["called"] for one in await guild.offered()] == ["王师傅", "李师傅"]
    await Craftsman.filter(called="李师傅").update(stars_sum=100, stars_count=20, done=20)
    await Craftsman.filter(called="王师傅").update(stars_sum=20, stars_count=20)
    assert [one["called"] for one in await guild.offered()] == ["李师傅", "王师傅"]
    assert "评分 5.0（20 次评价）" in (await guild.offered())[0]["why"]


async def test_only_whom_one_can_call(guild: Guild) -> None:
    """Not oneself, not one's family, not who serves elsewhere, not who has no time, not who
    paused."""
    await guild.craftsman("family")
    assert await guild.offered("owner") == []
    far = await guild.register("other")
    body = {"version": far["version"]}
    await guild.call("secretary", f"/craftsmen/{far['id']}/approve", body, status=404)
    assert await guild.offered("owner") == []
    made = await guild.craftsman("upstairs", week=[["evening"]] * 7)
    assert await guild.offered("owner") == []
    assert len(await guild.offered("owner", part="evening")) == 1
    await guild.call("upstairs", "/craftsmen/mine/pause", {"version": made["version"]})
    assert await guild.offered("owner", part="evening") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"skills": []},
        {"skills": [{"skill": "hair", "price": -1}]},
        {"skills": [{"skill": "hair", "price": 10**9}]},
        {"skills": [{"skill": "hair"}, {"skill": "hair"}]},
        {"week": [[]] * 7},
        {"week": ALWAYS[:3]},
        {"called": "王"},
    ],
)
async def test_what_cannot_be_registered(guild: Guild, wrong: dict[str, Any]) -> None:
    await guild.register("upstairs", status=422, **wrong)


async def test_who_may_register_and_rule(guild: Guild) -> None:
    assert (await guild.register("guard", status=403))["code"] == "not_a_resident"
    await guild.settle_in("secretary")
    assert "phone" in str(await guild.register("secretary", status=422))
    made = await guild.register("upstairs")
    body = {"version": made["version"]}
    await guild.call("upstairs", f"/craftsmen/{made['id']}/approve", body, status=403)
    await guild.call("stranger", f"/craftsmen/{made['id']}/approve", body, status=403)
    await guild.call("owner", f"/craftsmen/{made['id']}", status=404)
    said = body | {"reason": "请补充介绍"}
    refused = await guild.call("secretary", f"/craftsmen/{made['id']}/refuse", said)
    assert refused["status"] == "refused"


async def test_who_leaves_is_forgotten(guild: Guild) -> None:
    made = await guild.craftsman("upstairs", **await electrician(guild))
    async with database.transaction():
        await emit(TextRefused("craftsmen", made["id"]))
        await emit(UserErased(guild.ids["upstairs"]))
    await guild.work()
    row = await Craftsman.get(id=made["id"])
    assert (row.status, row.user_id, row.called, row.text) == ("left", None, "已退出", "")
    assert await rows("SELECT id FROM craftsmen_skill") == []
