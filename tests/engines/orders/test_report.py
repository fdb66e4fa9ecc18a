"""Taking demands in: place, files, questions, on whose behalf, who gets them."""

import asyncio
from typing import Any

import pytest

from backend.engines.duties import service as duties
from backend.engines.orders.models import Order, OrderEvent
from backend.foundation.files.models import File, Kind
from tests.engines.orders.conftest import API, SURE, UNCLEAR, Town, live_at_home

REPAIR = {"kind": "repair", "answers": {"where": "楼道"}}


async def wrong(town: Town, who: str = "resident", **body: Any) -> dict[str, str]:
    said = {"kind": "complaint", "text": UNCLEAR, "place": {"area_id": town.city.unit.id}} | body
    problem = await town.call(who, "", said, status=422)
    return {one["field"]: one["message"] for one in problem["errors"]}


async def test_kinds_have_their_own_questions(town: Town) -> None:
    kinds = {one["key"]: one for one in (await town.call("resident", "/kinds"))["items"]}
    # Rooms above may register more of them.
    assert list(kinds)[:4] == ["repair", "complaint", "suggestion", "help"]
    assert [one["key"] for one in kinds["repair"]["questions"]] == ["where", "visit_at", "is_home"]
    assert kinds["repair"]["questions"][0]["options"][0] == "家里"


async def test_answers_are_checked(town: Town) -> None:
    assert await wrong(town, kind="repair") == {"answers.where": "必填"}
    given = {"where": "月亮上", "is_home": "也许", "colour": "红"}
    assert await wrong(town, kind="repair", answers=given) == {
        "answers.where": "请从给出的选项里选",
        "answers.is_home": "请回答是或否",
        "answers.colour": "没有这个问题",
    }
    assert await wrong(town, kind="move_mountains") == {"kind": "没有这种诉求类型"}
    order = await town.report(**REPAIR | {"answers": {"where": "楼道", "is_home": "是"}})
    assert order["answers"] == [
        {"label": "坏在哪里", "answer": "楼道"},
        {"label": "上门时家里有人吗", "answer": "是"},
    ]


async def test_bad_bodies(town: Town) -> None:
    assert "text" in await wrong(town, text="x")
    assert "text" in await wrong(town, text="长" * 2001)
    assert "file_ids" in await wrong(town, file_ids=list(range(1, 11)))
    assert "status" in await wrong(town, status="closed")
    assert "place" in await wrong(town, place={"latitude": 35.0})
    assert "place" in await wrong(town, place={})
    assert "place.latitude" in await wrong(town, place={"latitude": 91, "longitude": 118})
    assert await Order.all().count() == 0


async def test_titles_are_made_from_the_text(town: Town) -> None:
    text = "你好，锦绣花园三号楼二单元的楼道灯坏了一个多星期了没有人来修，晚上很危险"
    assert (await town.report(text=text))[
        "title"
    ] == "锦绣花园三号楼二单元的楼道灯坏了一个多星期了没…"
    assert (await town.report(title="楼道灯坏了"))["title"] == "楼道灯坏了"
    assert (await town.report(text="灯坏"))["title"] == "灯坏"


async def test_the_place_is_my_dwelling(town: Town) -> None:
    home = town.city.home.id
    await town.call("resident", "", _at({"dwelling_id": home}), status=404)
    await live_at_home(town)
    order = await town.report(place={"dwelling_id": home, "text": "厨房"})
    assert order["place"].endswith("1号楼1单元101 厨房")
    assert order["compound_name"] == "锦绣花园"
    await town.call("neighbour", "", _at({"dwelling_id": home}), status=404)
    by_default = await town.report(place={})
    assert by_default["area_id"] == town.city.unit.id
    await town.call("resident", "", _at({"area_id": 999_999}), status=404)


def _at(place: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "complaint", "text": UNCLEAR, "place": place}


async def test_a_point_lies_in_the_county(town: Town) -> None:
    county = town.city.county
    county.latitude, county.longitude = 35_100_000, 118_350_000
    await county.save()
    place = {"area_id": town.city.spring.id, "latitude": 35.104672, "longitude": 118.356414}
    order = await town.report(place=place)
    assert (order["latitude"], order["longitude"]) == (35.104672, 118.356414)
    away = place | {"latitude": 39.9, "longitude": 116.4}
    assert await wrong(town, place=away) == {"place": "这个位置不在本县范围内"}


async def test_pictures_and_a_voice(town: Town) -> None:
    pictures = [await town.picture("resident") for _ in range(2)]
    voice = await town.picture("resident", Kind.AUDIO)
    order = await town.report(file_ids=pictures, voice_id=voice)
    assert [(one["id"], one["stage"], one["by"]) for one in order["files"]] == [
        (pictures[0], "report", "我"),
        (pictures[1], "report", "我"),
    ]
    assert order["voice"]["id"] == voice
    assert order["picture_url"].startswith(f"/api/v1/files/{pictures[0]}/content")
    assert [one["id"] for one in order["history"][0]["files"]] == [*pictures, voice]


async def test_files_of_others_or_used_twice_or_of_a_wrong_kind(town: Town) -> None:
    mine, theirs = await town.picture("resident"), await town.picture("neighbour")
    base = _at({"area_id": town.city.unit.id})
    await town.call("resident", "", base | {"file_ids": [mine, theirs]}, status=404)
    assert (await File.get(id=mine)).subject == ""
    await town.report(file_ids=[mine])
    await town.call("resident", "", base | {"file_ids": [mine]}, status=404)
    picture, voice = await town.picture("resident"), await town.picture("resident", Kind.AUDIO)
    assert "voice_id" in await wrong(town, voice_id=picture)
    assert "file_ids" in await wrong(town, file_ids=[voice])
    assert await Order.all().count() == 1


async def test_a_repeated_report_is_one_order(town: Town) -> None:
    headers = town.headers["resident"] | {"idempotency-key": "report-0001"}
    body = _at({"area_id": town.city.unit.id})
    answers = await asyncio.gather(
        *(town.client.post(API, headers=headers, json=body) for _ in range(8))
    )
    assert {one.status_code for one in answers} == {201}
    assert len({one.json()["id"] for one in answers}) == 1
    assert await Order.all().count() == 1
    other = await town.client.post(API, headers=headers, json=body | {"text": "换了一件事情"})
    assert other.status_code == 422


async def test_drafts_are_kept_and_go_with_the_report(town: Town) -> None:
    assert await town.call("resident", "/draft") is None
    draft = {"kind": "repair", "text": "还没写完", "place": {"text": "楼下"}}
    for text in ("还没写完", "快写完了"):
        await town.call("resident", "/draft", draft | {"text": text}, method="PUT")
    kept = await town.call("resident", "/draft")
    assert (kept["text"], kept["place"]) == ("快写完了", {"text": "楼下"})
    assert await town.call("neighbour", "/draft") is None
    await town.call("neighbour", "/draft", draft, method="PUT")
    await town.report()
    assert await town.call("resident", "/draft") is None
    await town.call("neighbour", "/draft", method="DELETE")
    assert await town.call("neighbour", "/draft") is None


async def test_staff_report_for_others(town: Town) -> None:
    behalf = {"name": "赵大爷", "phone": "13912345678"}
    order = await town.report("worker", on_behalf_of=behalf)
    assert order["history"][0]["who"] == "worker"
    stored = await Order.get(id=order["id"])
    assert "赵" not in str(stored.behalf)
    assert "139" not in str(stored.behalf)
    await town.move("secretary", order, "dispatch", party="community")
    await town.move("grid", order, "take")
    seen = await town.call("grid", f"/{order['id']}")
    assert seen["reporter"] == {
        "name": "赵**", "phone": "139****5678", "is_me": False, "is_anonymous": False,
    }  # fmt: skip
    body = _at({"area_id": town.city.unit.id}) | {"on_behalf_of": behalf}
    await town.call("resident", "", body, status=403)
    await town.call("far_worker", "", body, status=403)


async def test_a_preview_keeps_nothing(town: Town) -> None:
    found = await town.call("resident", "/preview", {"text": SURE})
    assert found["matches"][0]["words"]
    assert [one["kind"] for one in found["promise"]] == ["contact", "arrive", "done"]
    named = await town.call("resident", "/preview", {"text": SURE, "kind": "help"})
    assert named["kind_name"] == "求助"
    assert await Order.all().count() == 0


async def test_what_nobody_is_sure_of_waits_with_the_best_three(town: Town) -> None:
    order = await town.report(text="小区有点乱，希望管一管")
    assert order["status"] == "accepted"
    assert order["candidates"] is None
    seen = await town.call("secretary", f"/{order['id']}")
    assert len(seen["candidates"]) <= 3
    assert seen["duty"] is None
    assert seen["clocks"] == []
    assert "接单" not in seen["promise_text"]


@pytest.fixture
def ruled(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Say what the matcher finds: this test is about what follows."""

    def rule(code: str, department: str, grade: str, *, sure: bool = True) -> None:
        async def match(text: str, title: str = "") -> Any:
            from types import SimpleNamespace

            found = SimpleNamespace(
                code=code, item="事项", department=department, sureness=0.9, words=("水",)
            )
            return SimpleNamespace(sure=sure, matches=(found,), kind="complaint", grade=grade)

        monkeypatch.setattr(duties, "match", match)

    return rule


async def test_yellow_goes_to_those_next_to_it(town: Town, ruled: Any) -> None:
    ruled("B06", "水利局", "yellow")
    order = await town.report()
    assert (order["status"], order["party"], order["unit"]) == ("pooled", "community", None)
    assert order["duty"]["department"] == "水利局"
    assert order["parts"] == []
    repair = await town.report(**REPAIR)
    assert (repair["party"], repair["unit"]["name"]) == ("property", "锦绣物业")
    assert len(repair["clocks"]) == 3
    elsewhere = await town.report(**REPAIR, place={"area_id": town.city.grids[1].id})
    assert elsewhere["unit"]["name"] == "锦绣物业"
    without_firm = await town.report(**REPAIR, place={"area_id": town.city.street.id})
    assert without_firm["party"] == "community"


async def test_orange_asks_the_lead_department(town: Town, ruled: Any) -> None:
    ruled("B06", "水利局", "orange")
    order = await town.report()
    assert (order["party"], order["grade_name"]) == ("community", "紧急")
    assert [(one["unit_name"], one["status"]) for one in order["parts"]] == [("水利局", "open")]
    doing = await town.call("water", "/doing")
    assert [one["id"] for one in doing["items"]] == [order["id"]]


async def test_red_goes_to_the_department_with_help(town: Town, ruled: Any) -> None:
    ruled("B06", "水利局", "red")
    order = await town.report()
    assert (order["party"], order["unit"]["name"]) == ("department", "水利局")
    assert [one["unit_name"] for one in order["parts"]] == ["社区"]
    assert [one["id"] for one in (await town.call("worker", "/doing"))["items"]] == [order["id"]]
    repair = await town.report(**REPAIR)
    assert [one["unit_name"] for one in repair["parts"]] == ["社区", "锦绣物业"]


async def test_a_department_nobody_knows_leaves_it_with_the_neighbours(
    town: Town, ruled: Any
) -> None:
    ruled("Z99", "没有的局", "red")
    order = await town.report()
    assert (order["status"], order["party"], order["parts"]) == ("pooled", "community", [])


async def test_a_repair_with_a_firm_needs_no_duty(town: Town, ruled: Any) -> None:
    ruled("B06", "水利局", "yellow", sure=False)
    order = await town.report(**REPAIR)
    assert (order["status"], order["party"], order["duty"]) == ("pooled", "property", None)
    ruled("B06", "水利局", "red", sure=False)
    assert (await town.report(**REPAIR))["status"] == "accepted"


async def test_the_history_tells_it_in_plain_words(town: Town, ruled: Any) -> None:
    ruled("B06", "水利局", "orange")
    order = await town.report()
    assert [(one["who"], one["title"]) for one in order["history"]] == [
        ("我", "提交了诉求"),
        ("系统", "已受理，等待分派"),
        ("系统", "已派往社区，等待接单"),
        ("系统", "已请水利局协办"),
    ]
    assert await OrderEvent.filter(order_id=order["id"]).count() == 4
