"""A matter from several demands to its follow-up, with the vote in the middle."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock
from backend.core.database import rows
from backend.engines.duties.service import load_list
from backend.foundation.audit import service as audit
from tests.engines.votings.test_recount import recount
from tests.hall import Assembly, assembly, city, frozen, hall

__all__ = ["assembly", "city", "frozen", "hall"]


async def test_from_demands_to_the_follow_up(
    assembly: Assembly, frozen: time_machine.Traveller
) -> None:
    hall_ = assembly
    await load_list()
    orders = [
        await hall_.call(
            who,
            "/orders",
            {
                "kind": "complaint",
                "text": "电动车没有地方充电",
                "place": {"dwelling_id": hall_.flats[who].id},
            },
            status=201,
        )
        for who in ("ann", "bob")
    ]
    matter = await hall_.matter("secretary", order_ids=[one["id"] for one in orders])
    path = f"/matters/{matter['id']}"
    await hall_.work()
    assert "您反映的事进入议事" in await hall_.inbox("ann")
    assert "请您来议事" in await hall_.inbox("cat")
    seen = await hall_.call("ann", path)
    assert (seen["origin_count"], [one["order_id"] for one in seen["origins"]]) == (
        2,
        [orders[0]["id"]],
    )
    assert (seen["may_speak"], seen["moves"]) == (True, [])
    assert len((await hall_.call("secretary", path))["origins"]) == 2

    said = await hall_.call(
        "cat", f"{path}/opinions", {"section": "place", "text": "装在东门"}, status=201
    )
    assert said["author"] == "1号楼居民"
    liked = await hall_.call("dan", f"/opinions/{said['id']}/like", {})
    assert (liked["likes"], liked["is_liked"]) == (1, True)
    voting = (await _shape_and_vote(hall_, matter))["voting_id"]
    opened = await hall_.call("ann", f"/votings/{voting}")
    assert opened["text"].endswith("装在哪里：多数人希望装在东门。")
    for who in ("ann", "bob", "cat", "dan"):
        await hall_.cast(who, opened)
    await hall_.cast("eve", opened, "against")
    counted = await hall_.counted(opened, frozen)
    assert counted["outcome"]["passed"] == "agree"
    await hall_.work()
    decided = await hall_.call("ann", path)
    assert (decided["status"], decided["decision"]) == ("decided", "表决通过：同意")
    assert "议题有了结果" in await hall_.inbox("fay")
    await _execute(hall_, path)
    assert (await audit.verify()).is_whole


async def _shape_and_vote(hall_: Assembly, matter: Any) -> Any:
    path = f"/matters/{matter['id']}"
    body = {
        "summaries": [{"key": "place", "summary": "多数人希望装在东门。"}],
        "options": [{"key": "agree", "text": "同意"}],
    }
    await hall_.call("worker", f"{path}/summarize", body)
    await hall_.call("ann", f"{path}/opinions", {"section": "place", "text": "晚了"}, status=409)
    plan = {
        "kind": "use_funds",
        "starts_at": str(clock.now()),
        "ends_at": str(clock.now() + timedelta(days=7)),
    }
    voting = await hall_.call("worker", f"{path}/voting", plan, status=201)
    await hall_.call("worker", f"{path}/summarize", body, status=409)
    await hall_.call("worker", f"{path}/withdraw", {"reason": "不做了"}, status=409)
    await hall_.call("worker", f"{path}/voting", plan, status=409)
    await hall_.call("ann", f"/votings/{voting['id']}", status=404)
    frozen_ = await hall_.call("worker", f"/votings/{voting['id']}/freeze", {})
    assert (frozen_["whole"]["dwellings"], frozen_["whole"]["area"]) == (6, 60_000)
    assert frozen_["moves"] == ["thaw", "start"]
    await hall_.call("worker", f"/votings/{voting['id']}/start", {})
    await hall_.work()
    assert "请您投票" in await hall_.inbox("ann")
    return await hall_.call("ann", path)


async def _execute(hall_: Assembly, path: str) -> None:
    steps = [{"title": "签合同", "due_on": "2026-12-01"}, {"title": "完成施工"}]
    doing = await hall_.call("worker", f"{path}/execute", {"milestones": steps})
    await hall_.call("worker", f"{path}/finish", {}, status=409)
    for one in doing["milestones"]:
        photo = await hall_.picture("worker")
        body = {"note": "已经完成", "file_ids": [photo]}
        step = f"{path}/milestones/{one['id']}/done"
        await hall_.call("worker", step, body)
        await hall_.call("worker", step, {"note": "再来一次"}, status=409)
    await hall_.call("worker", f"{path}/follow-up", {"note": "太早"}, status=409)
    await hall_.call("worker", f"{path}/finish", {})
    done = await hall_.call("worker", f"{path}/follow-up", {"note": "半年后使用正常"})
    assert [one["is_follow_up"] for one in done["milestones"]] == [False, False, True]
    over = (await hall_.call("ann", "/matters", state="over"))["items"]
    assert [one["status_name"] for one in over] == ["已完成"]


async def test_what_fails_and_what_is_taken_back(
    assembly: Assembly, frozen: time_machine.Traveller
) -> None:
    """Three of six is no quorum; a cancelled vote can be prepared anew."""
    opened = await assembly.voting()
    for who in ("ann", "bob", "cat"):
        await assembly.cast(who, opened)
    counted = await assembly.counted(opened, frozen)
    assert (counted["outcome"]["has_quorum"], counted["outcome"]["passed"]) == (False, None)
    await assembly.work()
    matter_id = int(opened["subject"].partition(":")[2])
    failed = await assembly.call("ann", f"/matters/{matter_id}")
    assert (failed["status"], "表决无效" in failed["decision"]) == ("rejected", True)

    other = await assembly.voting()
    await assembly.call("worker", f"/votings/{other['id']}/cancel", {"reason": "有误"}, status=403)
    await assembly.call("secretary", f"/votings/{other['id']}/cancel", {"reason": "文字有误"})
    await assembly.work()
    await assembly.cast("ann", other, status=409)
    back = await assembly.call("ann", f"/matters/{other['subject'].partition(':')[2]}")
    assert (back["status"], back["voting_id"]) == ("shaped", None)
    assert "投票已取消" in await assembly.inbox("ann")


async def test_without_a_vote(assembly: Assembly) -> None:
    matter = await assembly.shaped()
    path = f"/matters/{matter['id']}"
    body = {"opinions_until": str(clock.now() + timedelta(days=1))}
    assert (await assembly.call("worker", f"{path}/collect", body))["status"] == "collecting"
    again = {"summaries": [{"key": "place", "summary": "东门"}], "options": matter["options"]}
    await assembly.call("worker", f"{path}/summarize", again)
    done = await assembly.call("worker", f"{path}/decide", {"decision": "议事会一致同意"})
    assert done["moves"] == ["execute"]


async def test_a_poll(assembly: Assembly, frozen: time_machine.Traveller) -> None:
    """Any resident speaks for the dwelling, once; no area is needed, nor a quorum."""
    await assembly.move_in("kid", assembly.flats["ann"], relation="family")
    matter = await assembly.shaped()
    plan = {
        "kind": "poll",
        "takes_paper": False,
        "starts_at": str(clock.now()),
        "ends_at": str(clock.now() + timedelta(days=1)),
    }
    made = await assembly.call("worker", f"/matters/{matter['id']}/voting", plan, status=201)
    await assembly.call("worker", f"/votings/{made['id']}/freeze", {})
    opened = await assembly.call("worker", f"/votings/{made['id']}/start", {})
    assert [one["key"] for one in opened["choices"]] == ["agree"]
    await assembly.cast("kid", opened, "agree", "ann")
    assert (await assembly.cast("ann", opened, status=409))["code"] == "already_voted"
    frozen.shift(timedelta(days=1))
    await assembly.tick()
    found = await assembly.call("bob", f"/votings/{opened['id']}")
    assert (found["status"], found["outcome"]["passed"]) == ("counted", "agree")
    export = json.loads(await assembly.download("bob", f"/votings/{opened['id']}/export"))
    assert list(recount.problems(export)) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"sections": []},
        {"sections": [{"key": "a", "title": "甲"}, {"key": "a", "title": "乙"}]},
        {"opinions_until": "2026-11-18T04:00:00Z"},
        {"text": "短"},
        {"title": ""},
    ],
)
async def test_bad_matters(assembly: Assembly, bad: dict[str, Any]) -> None:
    body = {
        "area_id": assembly.city.compound.id,
        "title": "充电桩",
        "text": "居民多次反映电动车充电不便。",
        "sections": [{"key": "place", "title": "装在哪里"}],
        "opinions_until": "2026-12-01T00:00:00Z",
    }
    await assembly.call("worker", "/matters", body | bad, status=422)
    await assembly.call("far_secretary", "/matters", body, status=404)
    await assembly.call("worker", "/matters", body | {"order_ids": [999]}, status=404)


async def test_codes_and_posters(assembly: Assembly) -> None:
    matter = await assembly.matter()
    token = (await rows("SELECT token FROM codes_code WHERE kind = 'matter'"))[0]["token"]
    seen = await assembly.call("ann", "/matters/scan", scene=token)
    assert seen["id"] == matter["id"]
    await assembly.call("stranger", "/matters/scan", status=404, scene=token)
    assert (await assembly.download("worker", f"/matters/{matter['id']}/poster"))[:4] == b"%PDF"


async def test_the_last_moment_to_speak(assembly: Assembly, frozen: time_machine.Traveller) -> None:
    matter = await assembly.matter()
    path = f"/matters/{matter['id']}/opinions"
    await assembly.call("stranger", path, {"section": "place", "text": "我也说"}, status=404)
    await assembly.call("worker", path, {"section": "place", "text": "我也说"}, status=403)
    await assembly.call("ann", path, {"section": "none", "text": "我也说"}, status=422)
    frozen.shift(timedelta(days=7) - timedelta(microseconds=1))
    one = await assembly.call("ann", path, {"section": "place", "text": "赶上了"}, status=201)
    frozen.shift(timedelta(microseconds=1))
    late = await assembly.call("ann", path, {"section": "place", "text": "晚了"}, status=409)
    assert late["code"] == "opinions_closed"
    await assembly.call("bob", f"/opinions/{one['id']}/like", {}, status=409)
