"""Wishing, for oneself and for others; reviewed, opened circle by circle, ended."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock, database
from backend.core.database import rows
from backend.core.events import emit
from backend.engines.wishes import service
from backend.engines.wishes.models import Wish
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from tests.engines.wishes.conftest import ELDER, Village, city, noon, village, yard

__all__ = ["city", "noon", "village", "yard"]


async def test_a_wish_is_reviewed_before_neighbours_see_it(village: Village) -> None:
    made = await village.wish()
    assert (made["status"], made["moves"]) == ("submitted", ["revise", "withdraw"])
    assert await village.wall("upstairs") == []
    await village.see("upstairs", made, status=404)
    await village.work()
    assert "有微心愿待审核" in await village.inbox("secretary")
    (listed,) = (await village.call("worker", "/wishes/reviews"))["items"]
    assert listed["moves"] == ["approve", "refuse", "close"]
    refused = await village.call(
        "secretary",
        f"/wishes/{made['id']}/refuse",
        {"version": made["version"], "reason": "请写明颜色"},
    )
    assert (refused["status"], refused["reason"]) == ("refused", "请写明颜色")
    await village.work()
    assert "您的微心愿没有通过审核" in await village.inbox("owner")
    words = {
        "category": "goods",
        "title": "想要一双黑色棉鞋",
        "text": "老人脚肿，穿42码，黑色",
        "until": str(clock.today()),
        "version": refused["version"],
    }
    revised = await village.call("owner", f"/wishes/{made['id']}/revise", words)
    opened = await village.approve(revised)
    assert (opened["status"], opened["circle_name"], opened["next_circle"]) == (
        "open",
        "本楼",
        "本社区",
    )
    assert await village.wall("upstairs") == ["想要一双黑色棉鞋"]
    await village.work()
    assert "您的微心愿已发布" in await village.inbox("owner")


async def test_circle_after_circle(village: Village, noon: time_machine.Traveller) -> None:
    made = await village.open()
    await village.work()

    async def who_sees() -> list[str]:
        crowd = ("upstairs", "neighbour", "other")
        return [one for one in crowd if await village.wall(one)]

    assert await who_sees() == ["upstairs"]
    noon.shift(timedelta(hours=24) - timedelta(seconds=1))
    await village.work()
    assert await who_sees() == ["upstairs"]
    await village.claim("neighbour", made, status=404)
    noon.shift(timedelta(seconds=1))
    await village.work()
    assert await who_sees() == ["upstairs", "neighbour"]
    noon.shift(timedelta(days=2))
    await village.work()
    assert await who_sees() == ["upstairs", "neighbour", "other"]
    # Who lives nowhere sees what is open to everybody.
    assert await village.wall("guard") == []
    noon.shift(timedelta(days=4))
    await village.work()
    assert await village.wall("guard") == ["想要一双棉鞋"]
    assert (await village.see("owner", made))["widens_at"] is None


async def test_what_is_late_is_made_up_for(village: Village, noon: time_machine.Traveller) -> None:
    """A worker that stood still opens the circles it has missed, at once."""
    await village.open()
    noon.shift(timedelta(days=8))
    await village.work()
    assert await village.wall("guard") == ["想要一双棉鞋"]


async def test_nobody_reads_who_it_is(village: Village) -> None:
    made = await village.approve(await village.for_elder())
    await village.everywhere(made)
    seen = await village.client.get(
        f"/api/v1/wishes/{made['id']}", headers=village.headers["other"]
    )
    assert seen.status_code == 200
    for secret in (*ELDER.values(), "1号楼", "101"):
        assert secret not in seen.text
    told = seen.json()
    assert (told["whose_name"], told["person"], told["place"]) == (
        "一位老人",
        None,
        "春晖社区锦绣花园",
    )
    assert (await village.see("secretary", made))["person"]["phone"] == "139****0009"
    await village.call("other", f"/wishes/{made['id']}/reveal", {"purpose": "好奇看看"}, status=403)
    plain = await village.call("secretary", f"/wishes/{made['id']}/reveal", {"purpose": "电话核实"})
    assert plain == ELDER
    read = await rows("SELECT * FROM audit_entry WHERE action = 'wishes.person_read'")
    assert len(read) == 1
    stored = str(await rows("SELECT * FROM wishes_wish"))
    assert not any(secret in stored for secret in ELDER.values())


async def test_what_is_read_of_oneself_one_can_see(village: Village) -> None:
    made = await village.open()
    await village.call("secretary", f"/wishes/{made['id']}/reveal", {"purpose": "电话核实"})
    (reading,) = (await village.call("owner", "/me/readings"))["items"]
    assert reading["purpose"] == "电话核实"


async def test_nobody_rules_on_their_own(village: Village) -> None:
    made = await village.for_elder("secretary")
    body = {"version": made["version"]}
    await village.call("secretary", f"/wishes/{made['id']}/approve", body, status=403)
    await village.call("stranger", f"/wishes/{made['id']}/approve", body, status=403)
    await village.approve(made, "worker")


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"needed": 0}, "needed"),
        ({"needed": -3}, "needed"),
        ({"needed": 10**9}, "needed"),
        ({"share_value": -100}, "share_value"),
        ({"share_value": 500_000, "needed": 2}, "5000"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "2099-01-01"}, "until"),
        ({"title": " "}, "title"),
        ({"person": ELDER}, "替别人"),
        ({"is_for_other": True, "person": ELDER}, "同意"),
        ({"is_for_other": True, "has_consent": True}, "心愿人"),
        (
            {"is_for_other": True, "has_consent": True, "person": ELDER | {"place": ""}},
            "地址",
        ),
        (
            {"is_for_other": True, "has_consent": True, "person": ELDER | {"phone": "110"}},
            "phone",
        ),
        ({"is_for_other": True, "has_consent": True, "person": ELDER}, "area_id"),
    ],
)
async def test_what_cannot_be_wished(village: Village, wrong: dict[str, Any], word: str) -> None:
    answer = await village.wish(status=422, **wrong)
    assert word in str(answer)


async def test_for_whom_and_where(village: Village) -> None:
    """Only within one's own community or post, only as a confirmed resident, only with a phone."""
    there = {"area_id": village.city.far_building.id}
    assert (await village.for_elder("owner", **there, status=404))["code"] == "not_found"
    await village.for_elder("worker", **there, status=404)
    assert (await village.for_elder("owner"))["status"] == "submitted"
    assert (await village.wish("guard", status=403))["code"] == "not_a_resident"
    assert "handover" in str(await village.wish("neighbour", status=422))
    assert (await village.wish("neighbour", handover="office"))["status"] == "submitted"


async def test_pictures_are_ones_own(village: Village) -> None:
    photo = await village.picture("neighbour")
    await village.wish(file_ids=[photo], status=404)
    mine = await village.picture("owner")
    made = await village.wish(file_ids=[mine])
    assert [one["id"] for one in made["photos"]] == [mine]
    second = await village.picture("owner")
    words = {key: made[key] for key in ("category", "title", "text", "version")}
    until = {"until": str(clock.today())}
    path = f"/wishes/{made['id']}/revise"
    revised = await village.call("owner", path, words | until | {"file_ids": [second, mine]})
    assert [one["id"] for one in revised["photos"]] == [second, mine]
    again = {"version": revised["version"], "file_ids": [second]}
    await village.call("owner", path, words | until | again)
    left = await rows("SELECT subject FROM files_file WHERE id = ?", mine)
    assert left[0]["subject"] == ""


async def test_a_stale_ruling_is_refused(village: Village) -> None:
    made = await village.wish()
    words = {key: made[key] for key in ("category", "title", "text", "version")}
    body = words | {"until": str(clock.today()), "text": "完全不同的愿望"}
    await village.call("owner", f"/wishes/{made['id']}/revise", body)
    refused = await village.call(
        "secretary", f"/wishes/{made['id']}/approve", {"version": made["version"]}, status=409
    )
    assert refused["code"] == "stale_version"


async def test_the_last_day_is_over(village: Village, noon: time_machine.Traveller) -> None:
    until = {"until": str(clock.today())}
    made, late = await village.open(**until), await village.wish(**until)
    await village.work()
    midnight = clock.bounds(clock.today())[1]
    noon.move_to(midnight - timedelta(seconds=1))
    await village.work()
    assert (await village.see("owner", made))["status"] == "open"
    noon.move_to(midnight)
    body = {"version": late["version"]}
    refused = await village.call("secretary", f"/wishes/{late['id']}/approve", body, status=409)
    assert refused["code"] == "wrong_state"
    assert (await village.claim("upstairs", made, status=409))["code"] == "wrong_state"
    await village.work()
    assert (await village.see("owner", made))["status"] == "expired"
    assert (await village.see("owner", late))["status"] == "expired"
    await village.work()
    assert "您的微心愿已过期" in await village.inbox("owner")
    assert await village.wall("upstairs") == []


async def test_taken_down(village: Village) -> None:
    made = await village.open()
    closed = await village.call("secretary", f"/wishes/{made['id']}/close", {"reason": "已经解决"})
    assert closed["status"] == "closed"
    await village.work()
    assert "您的微心愿已下架" in await village.inbox("owner")
    body = {"reason": "不要了"}
    await village.call("owner", f"/wishes/{made['id']}/withdraw", body, status=409)


async def test_figures_of_an_area(village: Village) -> None:
    made = await village.open()
    await village.claim("upstairs", made)
    found = await village.call("other", "/wishes/figures", area_id=village.city.spring.id)
    assert found == {"open": 0, "claimed": 1, "confirmed": 0}
    await village.call("other", "/wishes/figures", area_id=10**9, status=404)


async def test_an_area_moves_and_wishes_follow(village: Village) -> None:
    made = await village.open()
    one, other = village.city.buildings[0].path or "", village.city.grids[1].path or ""
    moved = f"{other}{village.city.buildings[0].id}/"
    async with database.transaction():
        await emit(AreaMoved(village.city.buildings[0].id, one, moved, 0))
    await village.work()
    row = await Wish.get(id=made["id"])
    assert row.area_path.startswith(moved)
    assert row.open_path == moved


async def test_who_leaves_takes_their_wishes_along(village: Village) -> None:
    mine, elders = await village.open(), await village.for_elder("owner")
    claim = await village.claim("upstairs", mine)
    async with database.transaction():
        await emit(UserErased(village.ids["owner"]))
    await village.work()
    row = await Wish.get(id=mine["id"])
    assert (row.status, row.publisher_id, row.person, row.phone_index) == (
        "withdrawn",
        None,
        None,
        None,
    )
    assert (await village.call("upstairs", f"/wish-claims/{claim['id']}"))["status"] == "released"
    assert "微心愿不再需要认领" in await village.inbox("upstairs")
    others = await Wish.get(id=elders["id"])
    assert (others.status, others.publisher_id) == ("submitted", None)
    assert others.person is not None


async def test_it_is_forgotten_whose_wish_it_was(
    village: Village, noon: time_machine.Traveller
) -> None:
    made = await village.open()
    await village.call("owner", f"/wishes/{made['id']}/withdraw", {"reason": "已经有了"})
    noon.shift(timedelta(days=89))
    await service.forget_old()
    assert (await Wish.get(id=made["id"])).person is not None
    noon.shift(timedelta(days=2))
    await service.forget_old()
    row = await Wish.get(id=made["id"])
    assert (row.person, row.phone, row.phone_index) == (None, None, None)
