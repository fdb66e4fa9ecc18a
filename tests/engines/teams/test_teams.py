"""Teams: founded, reviewed, joined, led, handed over, lost."""

from typing import Any

from backend.core.events import emit
from backend.foundation.identity.events import UserErased
from tests.engines.vehicles.conftest import Yard, city, yard

__all__ = ["city", "yard"]


async def _team(yard: Yard, *, is_active: bool = True) -> Any:
    body = {"name": "银龄志愿队", "intro": "周六清扫", "area_id": yard.city.spring.id}
    team = await yard.call("owner", "/teams", body)
    if is_active:
        team = await yard.call("secretary", f"/teams/{team['id']}/approve", {})
    return team


async def _join(yard: Yard, team: Any, who: str) -> Any:
    await yard.call(who, f"/teams/{team['id']}/join", {})
    people = (await yard.call("owner", f"/teams/{team['id']}/members"))["items"]
    return people[-1]


async def test_words_are_shown_once_reviewed(yard: Yard) -> None:
    team = await _team(yard, is_active=False)
    path = f"/teams/{team['id']}"
    await yard.call("family", path, status=404)
    await yard.call("stranger", f"{path}/approve", {}, status=403)
    waiting = await yard.call("secretary", "/teams", waiting=True)
    assert [one["moves"] for one in waiting["items"]] == [["approve", "refuse"]]
    assert (await yard.call("family", "/teams"))["items"] == []
    await yard.call("secretary", f"{path}/approve", {})
    await yard.call("secretary", f"{path}/approve", {}, status=409)
    assert (await yard.call("family", path))["captain"].endswith("*")
    assert "队伍审核通过" in await yard.inbox("owner")
    change = {"name": "新名字", "version": 2}
    await yard.call("owner", path, change, method="PUT")
    await yard.call("family", path, status=404)
    await yard.call("owner", path, change, method="PUT", status=409)


async def test_only_who_lives_there_founds(yard: Yard) -> None:
    body = {"name": "外来队", "area_id": yard.city.spring.id}
    assert (await yard.call("other", "/teams", body, status=403))["code"] == "not_a_resident"
    await yard.call("owner", "/teams", {"name": "队", "area_id": yard.city.spring.id}, status=422)
    for number in range(3):
        await yard.call("owner", "/teams", body | {"name": f"队伍{number}"})
    await yard.call("owner", "/teams", body, status=409)


async def test_joining_leaving_removing(yard: Yard) -> None:
    team = await _team(yard)
    path = f"/teams/{team['id']}"
    asked = await _join(yard, team, "family")
    await yard.call("family", f"{path}/join", {}, status=409)
    await yard.call("family", f"{path}/members/{asked['id']}/accept", {}, status=404)
    await yard.call("neighbour", f"{path}/members", status=404)
    assert (await yard.call("owner", path))["members"] == 1
    await yard.call("owner", f"{path}/members/{asked['id']}/accept", {})
    assert (await yard.call("owner", path))["members"] == 2
    await yard.call("family", f"{path}/leave", {})
    await yard.call("family", f"{path}/leave", {}, status=404)
    assert (await yard.call("owner", path))["members"] == 1
    await yard.call("owner", f"{path}/leave", {}, status=403)
    await yard.call("other", f"{path}/join", {}, status=403)
    again = await _join(yard, team, "neighbour")
    await yard.call("owner", f"{path}/members/{again['id']}/refuse", {})
    third = await _join(yard, team, "neighbour")
    await yard.call("owner", f"{path}/members/{third['id']}/accept", {})
    await yard.call("owner", f"{path}/members/{third['id']}/remove", {})
    assert (await yard.call("owner", path))["members"] == 1


async def test_handing_over_and_losing_the_captain(yard: Yard) -> None:
    team = await _team(yard)
    path = f"/teams/{team['id']}"
    member = await _join(yard, team, "family")
    await yard.call("owner", f"{path}/hand-over", {"member_id": member["id"]}, status=404)
    await yard.call("owner", f"{path}/members/{member['id']}/accept", {})
    await yard.call("owner", f"{path}/hand-over", {"member_id": member["id"]})
    assert (await yard.call("family", path))["is_mine"]
    await yard.call("owner", f"{path}/disband", {}, status=404)
    await emit(UserErased(yard.ids["family"]))
    await yard.work()
    back = await yard.call("owner", path)
    assert (back["is_mine"], back["members"]) == (True, 1)
    await emit(UserErased(yard.ids["owner"]))
    await yard.work()
    await yard.call("neighbour", path, status=404)
    assert (await yard.call("secretary", path))["status"] == "disbanded"


async def test_the_community_ends_a_team(yard: Yard) -> None:
    team = await _team(yard)
    path = f"/teams/{team['id']}/close"
    await yard.call("secretary", path, {"reason": "长期不活动"})
    await yard.call("secretary", path, {"reason": "长期不活动"}, status=409)
    await yard.call("neighbour", f"/teams/{team['id']}/join", {}, status=404)
