"""Pledges: made, published, done in steps, confirmed by residents, each once."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from backend.core.actor import Role
from backend.core.database import rows
from backend.core.events import emit
from backend.features.pledges import rules, service
from backend.foundation.identity.events import UserErased
from tests.engines.vehicles.conftest import Yard, city, yard

__all__ = ["city", "yard"]
NOON = "2026-11-18T04:00:00Z"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


async def _promise(yard: Yard, who: str = "manager", status: int = 0, **more: Any) -> Any:
    body = {"kind": "project", "title": "添置座椅", "text": "出资并安装", "wanted": 2}
    body |= {"area_id": yard.city.spring.id, "for_unit": True}
    body |= {"steps": [{"title": "安装座椅", "due_on": "2026-12-01"}]} | more
    return await yard.call(who, "/pledges", body, status=status)


async def _published(yard: Yard, **more: Any) -> Any:
    made = await _promise(yard, **more)
    return await yard.call("secretary", f"/pledges/{made['id']}/publish", {})


async def _done(yard: Yard, who: str = "manager", **more: Any) -> Any:
    pledge = await _published(yard, **more)
    step = pledge["step_list"][0]["id"]
    said = {"proof": "已装好", "file_ids": [await yard.picture(who)]}
    return await yard.call(who, f"/pledges/steps/{step}/done", said)


async def _speak(yard: Yard, who: str, step: int, status: int = 0, **more: Any) -> Any:
    return await yard.call(
        who, f"/pledges/steps/{step}/speak", {"is_kept": True} | more, status=status
    )


async def test_a_units_word_is_kept(yard: Yard) -> None:
    made = await _promise(yard)
    await yard.call("owner", f"/pledges/{made['id']}", status=404)
    await yard.call("secretary", f"/pledges/{made['id']}/publish", {})
    seen = await yard.call("owner", f"/pledges/{made['id']}")
    assert (seen["party"], seen["status"], seen["moves"]) == ("锦绣物业", "published", [])
    step = seen["step_list"][0]["id"]
    await _speak(yard, "owner", step, status=409)
    await yard.call("guard", f"/pledges/steps/{step}/done", {"proof": "已装好"})
    one = await _speak(yard, "owner", step, text="座椅很结实")
    assert one["step_list"][0]["status"] == "said"
    assert (await _speak(yard, "owner", step, status=409))["code"] == "spoken_already"
    both = await _speak(yard, "family", step)
    assert (both["status"], both["step_list"][0]["yes"]) == ("kept", 2)
    await _speak(yard, "neighbour", step, status=409)
    wall = await yard.call("owner", "/pledges/wall", area_id=yard.city.spring.id)
    assert wall == {"projects": 1, "promises": 0, "kept": 1, "steps_confirmed": 1, "voices": 2}
    assert "承诺已兑现" in await yard.inbox("manager")


async def test_who_may_not_speak(yard: Yard) -> None:
    step = (await _done(yard))["step_list"][0]["id"]
    assert (await _speak(yard, "other", step, status=403))["code"] == "not_a_resident"
    await _speak(yard, "manager", step, status=409)
    await _speak(yard, "guard", step, status=409)


async def test_doubts_outweigh(yard: Yard) -> None:
    step = (await _done(yard, wanted=1))["step_list"][0]["id"]
    assert (await _speak(yard, "owner", step, is_kept=False))["status"] == "published"
    assert (await _speak(yard, "family", step))["status"] == "published"
    assert (await _speak(yard, "neighbour", step))["status"] == "kept"
    assert rules.is_enough(1, 0, 1)
    assert not rules.is_enough(5, 5, 1)


async def test_returned_steps_begin_anew(yard: Yard) -> None:
    step = (await _done(yard))["step_list"][0]["id"]
    await _speak(yard, "owner", step)
    path = f"/pledges/steps/{step}/return"
    back = await yard.call("secretary", path, {"reason": "照片看不清"})
    assert (back["step_list"][0]["yes"], back["step_list"][0]["status"]) == (0, "planned")
    await yard.call("manager", f"/pledges/steps/{step}/done", {"proof": "补拍了照片"})
    await _speak(yard, "owner", step)
    await yard.call("stranger", path, {"reason": "别处的人"}, status=403)


async def test_the_last_two_voices_at_once(yard: Yard) -> None:
    """Both count, the step is confirmed once."""
    step = (await _done(yard, wanted=2))["step_list"][0]["id"]

    async def speak(who: str) -> int:
        body = {"is_kept": True}
        path = f"/api/v1/pledges/steps/{step}/speak"
        answer = await yard.client.post(path, json=body, headers=yard.headers[who])
        return answer.status_code

    said = await asyncio.gather(*(speak(who) for who in ("owner", "family", "neighbour")))
    assert sorted(said)[:2] == [200, 200]
    (row,) = await rows("SELECT yes, status FROM pledges_step")
    assert row["status"] == "confirmed"
    assert row["yes"] == said.count(200)


async def test_a_residents_own_promise(yard: Yard) -> None:
    made = await _promise(yard, "owner", for_unit=False, kind="promise")
    assert made["party"].endswith("*")
    await _promise(yard, "other", status=403, for_unit=False)
    assert (await _promise(yard, "owner", status=403))["code"] == "no_unit"
    path = f"/pledges/{made['id']}"
    refused = await yard.call("secretary", f"{path}/refuse", {"reason": "请写明时间"})
    assert refused["status"] == "refused"
    await yard.call("owner", f"{path}/withdraw", {}, status=409)
    second = await _promise(yard, "owner", for_unit=False)
    await yard.call("family", f"/pledges/{second['id']}/withdraw", {}, status=404)
    await yard.call("owner", f"/pledges/{second['id']}/withdraw", {})


async def test_what_staff_write_down(yard: Yard) -> None:
    made = await _promise(yard, "secretary", party="县自然资源局", for_unit=False)
    assert (made["party"], made["status"]) == ("县自然资源局", "published")
    await _promise(yard, "owner", status=404, party="假冒单位", for_unit=False)
    step = made["step_list"][0]["id"]
    await yard.call("owner", f"/pledges/steps/{step}/done", {"proof": "假冒"}, status=403)
    await yard.call("secretary", f"/pledges/steps/{step}/done", {"proof": "已装好"})


async def test_nobody_publishes_their_own(yard: Yard) -> None:
    spring = yard.city.spring
    yard.headers["both"] = yard.people.sign_in(
        yard.ids["owner"], (Role.SECRETARY, spring.id, spring.path or "")
    )
    made = await _promise(yard, "both", for_unit=False)
    await yard.call("both", f"/pledges/{made['id']}/publish", {}, status=403)


async def test_promises_that_cannot_be(yard: Yard) -> None:
    late = [{"title": "昨天的事", "due_on": "2026-11-17"}]
    for wrong in ({"steps": late}, {"steps": []}, {"wanted": 0}, {"wanted": -1}):
        await _promise(yard, status=422, **wrong)
    await _promise(yard, status=404, area_id=yard.city.compound.id)


async def test_late_steps_are_shown(yard: Yard, noon: time_machine.Traveller) -> None:
    made = await _published(yard)
    noon.move_to("2026-12-01T15:59:59Z")
    assert not (await yard.call("owner", f"/pledges/{made['id']}"))["is_late"]
    noon.move_to("2026-12-01T16:00:00Z")
    assert (await yard.call("owner", f"/pledges/{made['id']}"))["is_late"]


async def test_risky_words_are_hidden(yard: Yard) -> None:
    """From residents; their writer and the staff read them still."""
    pledge = await _done(yard)
    step = pledge["step_list"][0]["id"]
    spoken = await _speak(yard, "owner", step, text="很好")
    voice = spoken["step_list"][0]["voices"][0]["id"]
    for kind, row in (("pledge", pledge["id"]), ("step", step), ("voice", voice)):
        await service.hide(kind, row)
    path = f"/pledges/{pledge['id']}"
    seen = await yard.call("family", path)
    shown = seen["step_list"][0]
    assert {seen["text"], shown["proof"], shown["voices"][0]["text"]} == {service.queries.HIDDEN}
    assert (await yard.call("secretary", path))["text"] == "出资并安装"
    assert (await yard.call("owner", path))["step_list"][0]["voices"][0]["text"] == "很好"
    assert (await yard.call("family", "/pledges"))["items"] == []


async def test_who_has_left(yard: Yard) -> None:
    step = (await _done(yard))["step_list"][0]["id"]
    await _speak(yard, "owner", step, text="很好")
    mine = await _promise(yard, "owner", for_unit=False)
    await emit(UserErased(yard.ids["owner"]))
    await yard.work()
    (voice,) = await rows("SELECT user_id, text FROM pledges_voice")
    assert (voice["user_id"], voice["text"]) == (None, "")
    (row,) = await rows("SELECT status, text FROM pledges_pledge WHERE id = ?", mine["id"])
    assert (row["status"], row["text"]) == ("withdrawn", "（已注销）")
    (row,) = await rows("SELECT yes FROM pledges_step WHERE id = ?", step)
    assert row["yes"] == 1
