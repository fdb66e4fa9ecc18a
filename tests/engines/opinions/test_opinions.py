"""What neighbours say: likes that count once, what is hidden, who is forgotten."""

import asyncio

from backend.core.database import rows, transaction
from backend.core.events import emit
from backend.foundation.identity.events import UserErased
from tests.foundation.weixin import weixin
from tests.hall import Assembly, assembly, city, frozen, hall
from tests.wechat_mock.conftest import Mock

__all__ = ["assembly", "city", "frozen", "hall", "weixin"]
RISKY = "好评加微信刷单，日赚三百"


async def said(assembly: Assembly, who: str, matter_id: int, text: str = "装在东门") -> int:
    body = {"section": "place", "text": text}
    made = await assembly.call(who, f"/matters/{matter_id}/opinions", body, status=201)
    return int(made["id"])


async def test_likes_count_once_per_person(assembly: Assembly) -> None:
    matter = (await assembly.matter())["id"]
    one, two = await said(assembly, "ann", matter), await said(assembly, "bob", matter, "西门")
    path = f"/api/v1/opinions/{one}/like"
    taps = (assembly.client.post(path, headers=assembly.headers["cat"]) for _ in range(8))
    assert {each.status_code for each in await asyncio.gather(*taps)} <= {200, 409}
    await assembly.call("dan", f"/opinions/{one}/like", {})
    found = await assembly.call("ann", f"/matters/{matter}/opinions", sort="liked", limit=1)
    assert [(each["id"], each["likes"]) for each in found["items"]] == [(one, 2)]
    more = await assembly.call(
        "ann", f"/matters/{matter}/opinions", sort="liked", cursor=found["next"]
    )
    assert [each["id"] for each in more["items"]] == [two]
    await assembly.call("dan", f"/opinions/{one}/like", method="DELETE")
    again = await assembly.call("dan", f"/opinions/{one}/like", method="DELETE")
    assert (again["likes"], again["is_liked"]) == (1, False)
    await assembly.call("stranger", f"/opinions/{one}/like", {}, status=404)


async def test_what_is_hidden_is_the_writers_and_the_staffs(
    weixin: Mock, assembly: Assembly
) -> None:
    matter = (await assembly.matter())["id"]
    await weixin.control("login-code", openid="openid-ann")
    risky = await said(assembly, "ann", matter, RISKY)
    rude = await said(assembly, "bob", matter, "隔壁老王家")
    await assembly.work()
    await assembly.call("worker", f"/opinions/{rude}/hide", {"reason": "含有他人隐私"})
    await assembly.call("ann", f"/opinions/{rude}/hide", {"reason": "我不喜欢"}, status=403)
    await assembly.call("far_secretary", f"/opinions/{rude}/hide", {"reason": "不是"}, status=404)

    async def seen(who: str) -> list[int]:
        found = await assembly.call(who, f"/matters/{matter}/opinions")
        return sorted(one["id"] for one in found["items"])

    assert (await seen("ann"), await seen("bob")) == ([risky], [rude])
    assert (await seen("cat"), await seen("worker")) == ([], [risky, rude])
    await assembly.call("cat", f"/opinions/{rude}/like", {}, status=404)


async def test_neighbours_see_a_building_and_staff_a_masked_name(assembly: Assembly) -> None:
    matter = (await assembly.matter())["id"]
    one = await said(assembly, "ann", matter)
    shown = await assembly.call("bob", f"/matters/{matter}/opinions")
    assert shown["items"][0]["author"] == "1号楼居民"
    staff = await assembly.call("worker", f"/matters/{matter}/opinions")
    assert staff["items"][0]["author"].startswith("1号楼居民（")
    async with transaction():
        await emit(UserErased(assembly.ids["ann"]))
    await assembly.work()
    kept = await rows("SELECT author_id, text FROM opinions_opinion WHERE id = ?", one)
    assert kept == [{"author_id": None, "text": "装在东门"}]


async def test_pictures_are_the_speakers_own(assembly: Assembly) -> None:
    matter = (await assembly.matter())["id"]
    body = {"section": "place", "text": "看图", "file_ids": [await assembly.picture("bob")]}
    await assembly.call("ann", f"/matters/{matter}/opinions", body, status=404)
    made = await assembly.call("bob", f"/matters/{matter}/opinions", body, status=201)
    assert len(made["photos"]) == 1
