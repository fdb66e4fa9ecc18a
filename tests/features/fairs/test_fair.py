"""A fair from its first question to its review, through the API."""

from datetime import timedelta

from backend.core import clock
from backend.core.database import rows, transaction
from backend.core.events import emit
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from tests.fairground import Fairground

DAY = timedelta(days=1)


async def test_the_theme_answers_the_survey_and_is_reviewed(fairground: Fairground) -> None:
    fair = await fairground.planned()
    assert fair["moves"] == ["edit", "survey", "cancel"]
    await fairground.post("worker", fair, "survey", 409, needs="还没问过")
    fair = await fairground.post("worker", fair, "needs", services=["理发", "量血压"])
    await fairground.post("worker", fair, "needs", 409)
    nobody = await fairground.post("worker", fair, "survey", 409, needs="没有人回答")
    assert nobody["code"] == "nobody_answered"
    survey = await fairground.call("ann", f"/surveys/{fair['needs_survey_id']}")
    assert [one["text"] for one in survey["questions"][0]["options"]] == ["理发", "量血压"]
    sheet = {"services": ["s1"], "time": "sat", "help": "yes"}
    path = f"/surveys/{fair['needs_survey_id']}/answers"
    await fairground.call("ann", path, {"answers": sheet}, status=201)
    fair = await fairground.post("worker", fair, "survey", needs="理发呼声最高")
    survey = await fairground.call("ann", f"/surveys/{fair['needs_survey_id']}")
    assert (fair["status"], survey["status"]) == ("surveyed", "closed")
    await fairground.post("worker", fair, "submit")
    await fairground.post("worker", fair, "approve", 403)
    fair = await fairground.post("street", fair, "return", reason="请突出便民服务")
    assert (fair["status"], fair["reason"]) == ("returned", "请突出便民服务")
    change = {"title": "便民集市", "theme": "理发、磨刀进小区"}
    fair = await fairground.call("worker", f"/fairs/{fair['id']}", change, method="PATCH")
    await fairground.post("worker", fair, "submit")
    fair = await fairground.post("street", fair, "approve")
    await fairground.work()
    assert (fair["status"], fair["title"]) == ("approved", "便民集市")
    assert "有集市主题待审核" in await fairground.inbox("street")
    assert {"集市主题已通过", "集市主题被退回"} <= set(await fairground.inbox("worker"))


async def test_nobody_sees_a_plan(fairground: Fairground) -> None:
    fair = await fairground.approved()
    for who in ("ann", "far_worker"):
        await fairground.call(who, f"/fairs/{fair['id']}", status=404)
        for part in ("stalls", "offerings", "wall", "exchanges", "letters"):
            await fairground.call(who, f"/fairs/{fair['id']}/{part}", status=404)
    listed = await fairground.call("ann", "/fairs", area_id=fairground.city.compound.id)
    assert listed["items"] == []
    managed = await fairground.call("street", "/fairs", state="managed")
    assert [one["id"] for one in managed["items"]] == [fair["id"]]
    assert (await fairground.call("ann", "/fairs", state="managed"))["items"] == []


async def test_a_preview_needs_a_stall_and_seven_days(fairground: Fairground) -> None:
    fair = await fairground.approved()
    bad = {"starts_at": clock.iso(clock.now() - DAY), "ends_at": clock.iso(clock.now())}
    wrong = {"place": "广场", "map_columns": 4, "map_rows": 3, "exchange_rules": "以物易物"}
    await fairground.post("worker", fair, "arrange", 422, **wrong | bad)
    fair = await fairground.arrange(fair, clock.now() + 7 * DAY)
    assert fair["latest_preview"] == clock.iso(clock.now())
    fair = await fairground.post("worker", fair, "prepare")
    assert (await fairground.post("worker", fair, "preview", 409))["code"] == "no_stalls"
    await fairground.stall(fair)
    fairground.frozen.shift(timedelta(seconds=1))
    late = await fairground.post("worker", fair, "preview", 409)
    assert late["code"] == "preview_too_late"
    await fairground.post("worker", fair, "preview-urgently", 403, reason="冬季送暖，来不及了")
    fair = await fairground.post("street", fair, "preview-urgently", reason="冬季送暖，来不及了")
    assert (fair["status"], fair["emergency"]) == ("previewed", "冬季送暖，来不及了")
    seen = await fairground.call("ann", f"/fairs/{fair['id']}")
    assert seen["emergency"] == "冬季送暖，来不及了"


async def test_residents_hear_of_it_and_of_its_end(fairground: Fairground) -> None:
    fair = await fairground.previewed()
    await fairground.work()
    assert "公益集市预告" in await fairground.inbox("ann")
    assert "公益集市预告" not in await fairground.inbox("stranger")
    for area in (fairground.city.compound, fairground.city.autumn, fairground.city.county):
        listed = await fairground.call("stranger", "/fairs", area_id=area.id)
        assert [one["id"] for one in listed["items"]] == [fair["id"]]
    fair = await fairground.post("worker", fair, "cancel", reason="气象台发布暴雨预警")
    await fairground.work()
    assert "公益集市取消了" in await fairground.inbox("ann")
    seen = await fairground.call("ann", f"/fairs/{fair['id']}")
    assert (seen["status"], seen["reason"]) == ("cancelled", "气象台发布暴雨预警")


async def test_another_time_needs_another_seven_days(fairground: Fairground) -> None:
    fair = await fairground.previewed()
    fair = await fairground.post("worker", fair, "retract")
    fair = await fairground.arrange(fair, clock.now() + 6 * DAY)
    await fairground.post("worker", fair, "preview", 409)
    fair = await fairground.arrange(fair, clock.now() + 9 * DAY)
    fair = await fairground.post("worker", fair, "preview")
    await fairground.work()
    assert "公益集市改期" in await fairground.inbox("ann")


async def test_the_review_publishes_its_figures(fairground: Fairground) -> None:
    fair = await fairground.opened()
    stall = (await fairground.call("ann", f"/fairs/{fair['id']}/stalls"))["items"][0]
    for who in ("ann", "bob"):
        await fairground.arrive(who, fair)
    await fairground.scan("ann", stall)
    path = f"/surveys/{fair['satisfaction_survey_id']}/answers"
    for who, stars in (("ann", 5), ("bob", 4), ("cat", 3)):
        await fairground.call(who, path, {"answers": {"satisfied": stars}}, status=201)
    await fairground.post("worker", fair, "review", 409, summary="还没有收摊呢")
    fair = await fairground.post("worker", fair, "close")
    live = await fairground.call("street", f"/fairs/{fair['id']}/figures")
    await fairground.call("ann", f"/fairs/{fair['id']}/figures", status=404)
    fair = await fairground.post("worker", fair, "review", summary="磨刀最受欢迎")
    seen = await fairground.call("stranger", f"/fairs/{fair['id']}")
    assert seen["figures"] == live["items"]
    found = {one["key"]: one["value"] for one in seen["figures"]}
    assert found["visitors"] == seen["visitors"] == 2
    assert found[f"stall:{stall['id']}"] == found["visits"] == 1
    assert (found["answers"], found["satisfaction"]) == (3, 80)
    assert {"served", "corner", "letters", "demands", "messages", "exchanged"} <= found.keys()
    past = await fairground.call("ann", "/fairs", state="past")
    assert [one["visitors"] for one in past["items"]] == [2]


async def test_posters_carry_the_codes(fairground: Fairground) -> None:
    fair = await fairground.prepared()
    await fairground.call("worker", f"/fairs/{fair['id']}/posters", status=409)
    fair = await fairground.post("worker", fair, "preview")
    for what in ("fair", "stalls"):
        content = await fairground.download("worker", f"/fairs/{fair['id']}/posters?what={what}")
        assert content.startswith(b"%PDF")
    await fairground.call("far_worker", f"/fairs/{fair['id']}/posters", status=404)


async def test_areas_move_and_people_leave(fairground: Fairground) -> None:
    fair = await fairground.opened()
    spring, worker = fairground.city.spring, fairground.ids["worker"]
    async with transaction():
        await emit(AreaMoved(spring.id, spring.path or "", "/9/8/7/", 1))
        await emit(UserErased(worker))
    await fairground.work()
    row = (await rows("SELECT area_path, created_by FROM fairs_fair WHERE id = ?", fair["id"]))[0]
    assert row == {"area_path": "/9/8/7/", "created_by": None}


async def test_an_old_version_is_refused(fairground: Fairground) -> None:
    fair = await fairground.planned()
    change = {"title": "新名字", "theme": "新的主题", "version": fair["version"] + 1}
    answer = await fairground.call(
        "worker", f"/fairs/{fair['id']}", change, method="PATCH", status=409
    )
    assert answer["code"] == "stale_version"
    body = {"area_id": fairground.city.compound.id, "title": "小区集市", "theme": "不是社区"}
    await fairground.call("worker", "/fairs", body, status=404)
    body["area_id"] = fairground.city.autumn.id
    await fairground.call("worker", "/fairs", body, status=404)
