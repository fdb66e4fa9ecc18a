"""A survey from its draft to its export, by residents, staff and strangers."""

import asyncio
import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from backend.core import clock
from backend.core.database import rows, transaction
from backend.core.events import emit
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from tests.hall import Hall, city, frozen, hall

__all__ = ["city", "frozen", "hall"]
QUESTIONS = [
    {
        "key": "need",
        "kind": "single",
        "title": "最需要哪种服务？",
        "options": [
            {"key": "hair", "text": "理发"},
            {"key": "more", "text": "其他", "is_open": True},
        ],
    },
    {
        "key": "why",
        "kind": "text",
        "title": "说说看",
        "show_if": [{"question": "need", "any_of": ["more"]}],
    },
]


async def drafted(hall: Hall, **given: Any) -> Any:
    body = {"area_id": hall.city.compound.id, "title": "需求调查", "questions": QUESTIONS}
    return await hall.call("worker", "/surveys", body | given, status=201)


async def opened(hall: Hall, **given: Any) -> Any:
    survey = await drafted(hall, **given)
    return await hall.call("worker", f"/surveys/{survey['id']}/open", {})


async def fill(hall: Hall, who: str, survey: Any, status: int = 201, **more: Any) -> Any:
    body = {"answers": {"need": "hair"}} | more
    return await hall.call(who, f"/surveys/{survey['id']}/answers", body, status=status)


async def test_from_the_draft_to_the_counts(hall: Hall) -> None:
    await hall.move_in("ann", hall.city.home)
    await hall.move_in("bob", hall.city.shop)
    await hall.move_in("cat", hall.city.shop, relation="tenant")
    draft = await drafted(hall)
    path = f"/surveys/{draft['id']}"
    assert draft["moves"] == ["edit", "open", "drop"]
    await hall.call("ann", path, status=404)
    await hall.call("far_secretary", path, status=404)
    changed = {key: draft[key] for key in ("area_id", "title", "questions", "version")}
    edited = await hall.call(
        "secretary", path, changed | {"intro": "两分钟", "is_public": True}, method="PUT"
    )
    await hall.call("secretary", path, changed, method="PUT", status=409)
    survey = await hall.call("worker", f"{path}/open", {"version": edited["version"]})
    assert (survey["status"], survey["moves"]) == ("open", ["close"])
    await hall.call("worker", path, changed | {"version": 3}, method="PUT", status=409)
    await hall.work()
    assert (await hall.inbox("ann"))[0] == "请您填问卷"

    seen = (await hall.call("ann", "/surveys"))["items"]
    assert [(one["id"], one["has_answered"]) for one in seen] == [(survey["id"], False)]
    assert (await hall.call("stranger", "/surveys"))["items"] == []
    await hall.call("stranger", path, status=404)
    await fill(hall, "stranger", survey, 404)
    wrong = await fill(hall, "ann", survey, 422, answers={"need": "more"})
    assert wrong["errors"] == [{"field": "answers.why", "message": "这道题必须回答"}]
    done = await fill(hall, "ann", survey)
    assert (done["why_not"], done["has_answered"], done["answers"]) == ("您已经填写过", True, 1)
    assert (await fill(hall, "ann", survey, 409))["code"] == "already_answered"
    await fill(hall, "bob", survey, answers={"need": "more", "need.other": "磨刀", "why": "=1+1"})
    assert (await hall.call("worker", f"{path}/results"))["is_hidden"] is True
    await hall.call("worker", f"{path}/export", status=409)
    await fill(hall, "cat", survey)
    results = await hall.call("ann", f"{path}/results")
    assert [one["count"] for one in results["questions"][0]["options"]] == [2, 1]
    assert [one["texts"] for one in results["questions"]] == [[], []]
    results = await hall.call("worker", f"{path}/results")
    assert [one["texts"] for one in results["questions"]] == [["磨刀"], ["=1+1"]]

    closed = await hall.call("worker", f"{path}/close", {})
    assert (closed["status"], closed["moves"]) == ("closed", [])
    assert (await fill(hall, "ann", survey, 409))["code"] == "survey_over"
    over = (await hall.call("ann", "/surveys", state="over"))["items"]
    assert [one["id"] for one in over] == [survey["id"]]


async def test_nothing_kept_tells_who_said_what(hall: Hall) -> None:
    """A sheet has neither a person nor a moment, and its id and order tell nothing."""
    people = ["ann", "bob", "cat", "dan", "eve", "fay"]
    for name in people:
        await hall.move_in(name, hall.city.home)
    survey = await opened(hall)
    for name in people:
        headers = hall.headers[name] | {"idempotency-key": f"answer-of-{name}"}
        path = f"/api/v1/surveys/{survey['id']}/answers"
        answers = {"need": "more", "why": f"我是{name}"}
        made = await hall.client.post(path, json={"answers": answers}, headers=headers)
        assert made.status_code == 201
    await hall.work()
    sheets = await rows("SELECT * FROM surveys_answer ORDER BY id")
    assert all(row["user_id"] is row["dwelling_id"] is None for row in sheets)
    assert {str(row["day"])[:10] for row in sheets} == {"2026-11-18"}
    assert all(len(str(row["day"])) == 10 for row in sheets)
    marks = await rows("SELECT * FROM surveys_mark ORDER BY id")
    assert set(marks[0]) == {"id", "survey_id", "who"}
    by_mark = [row["who"] for row in marks]
    by_sheet = [
        f"person:{hall.ids[name]}" for row in sheets for name in people if name in str(row["sheet"])
    ]
    assert sorted(by_mark) == sorted(by_sheet)
    assert min(row["id"] for row in sheets) > 2**20, "ids are drawn, not counted"
    assert await rows("SELECT * FROM core_idempotency WHERE request <> ''") == []
    taken = list(await rows("SELECT payload FROM core_job"))
    assert taken == []


async def test_one_answer_per_dwelling(hall: Hall) -> None:
    await hall.move_in("ann", hall.city.home, hall.city.shop)
    await hall.move_in("bob", hall.city.home)
    survey = await opened(hall, per="dwelling", is_anonymous=False)
    wrong = await fill(hall, "ann", survey, 422)
    assert wrong["errors"] == [{"field": "dwelling_id", "message": "请选择为哪一户填写"}]
    await fill(hall, "ann", survey, 404, dwelling_id=hall.city.far_home.id)
    await fill(hall, "ann", survey, dwelling_id=hall.city.home.id)
    assert (await fill(hall, "bob", survey, 409))["code"] == "already_answered"
    seen = await hall.call("ann", f"/surveys/{survey['id']}")
    assert seen["why_not"] == ""
    done = await fill(hall, "ann", survey, dwelling_id=hall.city.shop.id)
    assert done["why_not"] == "您家已经填写过"
    content = await hall.download("worker", f"/surveys/{survey['id']}/export")
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        table = book.get_sheet_by_index(0).to_python()
    assert table[0] == ["日期", "姓名", "住处", "最需要哪种服务？", "说说看"]
    assert {row[3] for row in table[1:]} == {"理发"}
    async with transaction():
        await emit(UserErased(hall.ids["ann"]))
    await hall.work()
    assert {row["user_id"] for row in await rows("SELECT user_id FROM surveys_answer")} == {None}


async def test_many_at_once_answer_once(hall: Hall) -> None:
    """Double taps and a household of phones: one sheet, one count."""
    await hall.move_in("ann", hall.city.home)
    await hall.move_in("bob", hall.city.home)
    survey = await opened(hall, per="dwelling")
    path = f"/api/v1/surveys/{survey['id']}/answers"
    body = {"answers": {"need": "hair"}}
    found = await asyncio.gather(
        *(
            hall.client.post(path, json=body, headers=hall.headers[who])
            for who in ("ann", "bob") * 6
        )
    )
    assert sorted(one.status_code for one in found) == [201] + [409] * 11
    assert len(await rows("SELECT 1 AS one FROM surveys_answer")) == 1
    assert (await hall.call("ann", f"/surveys/{survey['id']}"))["answers"] == 1


async def test_the_last_moment(hall: Hall, frozen: time_machine.Traveller) -> None:
    await hall.move_in("ann", hall.city.home)
    await hall.move_in("bob", hall.city.home)
    survey = await opened(hall, closes_at=str(clock.now() + timedelta(hours=1)))
    frozen.shift(timedelta(hours=1) - timedelta(microseconds=1))
    await fill(hall, "ann", survey)
    frozen.shift(timedelta(microseconds=1))
    assert (await fill(hall, "bob", survey, 409))["code"] == "survey_over"
    await hall.tick()
    assert (await hall.call("ann", f"/surveys/{survey['id']}"))["status"] == "closed"


async def test_everyone_may_answer_what_a_fair_asks(hall: Hall) -> None:
    survey = await opened(hall, reach="everyone", area_id=hall.city.spring.id)
    found = await hall.call("stranger", "/surveys", area_id=hall.city.compound.id)
    assert [one["id"] for one in found["items"]] == [survey["id"]]
    token = (await rows("SELECT token FROM codes_code WHERE kind = 'survey'"))[0]["token"]
    scanned = await hall.call("stranger", "/surveys/scan", scene=token)
    assert scanned["id"] == survey["id"]
    await fill(hall, "stranger", survey)
    assert (await hall.download("worker", f"/surveys/{survey['id']}/poster"))[:4] == b"%PDF"
    await hall.call("stranger", f"/surveys/{survey['id']}/results", status=403)
    await hall.call("stranger", f"/surveys/{survey['id']}/export", status=403)


@pytest.mark.parametrize(
    "bad",
    [
        {"questions": []},
        {"questions": [QUESTIONS[1]]},
        {"title": " "},
        {"closes_at": "2020-01-01T00:00:00Z"},
        {"closes_at": "2027-01-01T00:00:00"},
        {"questions": [QUESTIONS[0] | {"key": "x.other"}]},
    ],
)
async def test_bad_drafts(hall: Hall, bad: dict[str, Any]) -> None:
    body = {"area_id": hall.city.compound.id, "title": "需求调查", "questions": QUESTIONS}
    await hall.call("worker", "/surveys", body | bad, status=422)


async def test_staff_keep_their_own_areas(hall: Hall) -> None:
    survey = await opened(hall)
    await hall.call("far_secretary", f"/surveys/{survey['id']}/close", {}, status=404)
    body = {"area_id": hall.city.compound.id, "title": "需求调查", "questions": QUESTIONS}
    await hall.call("far_secretary", "/surveys", body, status=404)
    assert (await hall.call("far_secretary", "/surveys", state="managed"))["items"] == []
    assert len((await hall.call("street", "/surveys", state="managed"))["items"]) == 1
    old, new = hall.city.spring.path or "", (hall.city.autumn.path or "") + "77/"
    async with transaction():
        await emit(AreaMoved(hall.city.spring.id, old, new, hall.ids["street"]))
    await hall.work()
    assert len((await hall.call("far_secretary", "/surveys", state="managed"))["items"]) == 1


async def test_pictures_are_the_askers_own(hall: Hall) -> None:
    picture = await hall.picture("worker")
    options = [{"key": key, "text": key, "file_id": picture} for key in ("a", "b")]
    asked = [{"key": "q", "kind": "picture", "title": "选哪个", "options": options}]
    body = {"area_id": hall.city.compound.id, "title": "选图", "questions": asked}
    await hall.call("secretary", "/surveys", body, status=404)
    made = await hall.call("worker", "/surveys", body, status=201)
    assert [one["id"] for one in made["pictures"]] == [picture]
    await hall.call("worker", f"/surveys/{made['id']}/drop", {})
    await hall.call("worker", f"/surveys/{made['id']}/open", {}, status=409)
