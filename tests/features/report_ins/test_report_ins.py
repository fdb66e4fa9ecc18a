"""双报到: reporting in, taking tasks, being confirmed."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock
from backend.core.actor import Role
from backend.core.database import rows
from backend.core.events import emit
from backend.features.report_ins import jobs as clockwork
from backend.foundation.identity.events import UserErased
from tests.engines.vehicles.conftest import Yard, city, yard
from tests.features.volunteering.conftest import iso

__all__ = ["city", "yard"]
NOON = "2026-11-18T04:00:00Z"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


async def _report(yard: Yard, who: str = "owner", *, is_confirmed: bool = True, **more: Any) -> Any:
    body = {"kind": "person", "area_id": yard.city.spring.id, "strengths": "家电维修"} | more
    made = await yard.call(who, "/report-ins", body)
    if is_confirmed:
        made = await yard.call("secretary", f"/report-ins/{made['id']}/confirm", {})
    return made


async def _task(yard: Yard, **more: Any) -> Any:
    body = {"area_id": yard.city.spring.id, "title": "陪伴老人", "text": "聊聊天", "minutes": 60}
    body |= {"wanted": 1, "due_at": iso(clock.now() + timedelta(days=3))} | more
    return await yard.call("secretary", "/report-ins/tasks", body)


async def test_report_take_do_confirm(yard: Yard) -> None:
    task = await _task(yard)
    take = f"/report-ins/tasks/{task['id']}/take"
    await yard.call("owner", take, {}, status=404)
    await _report(yard)
    (listed,) = (await yard.call("owner", "/report-ins/tasks"))["items"]
    assert (listed["can_take"], listed["to_confirm"]) == (True, None)
    claim = await yard.call("owner", take, {})
    await yard.call("owner", take, {}, status=409)
    path = f"/report-ins/claims/{claim['id']}"
    await yard.call("secretary", f"{path}/confirm", {}, status=409)
    photo = await yard.picture("owner")
    said = {"proof": "陪老人两小时", "file_ids": [photo]}
    await yard.call("family", f"{path}/done", said, status=404)
    await yard.call("owner", f"{path}/done", said)
    back = await yard.call("secretary", f"{path}/return", {"reason": "请补充照片"})
    assert (back["status"], back["reason"], len(back["photos"])) == ("taken", "请补充照片", 1)
    await yard.call("owner", f"{path}/done", {"proof": "补充：老人很好"})
    await yard.call("owner", f"{path}/confirm", {}, status=403)
    await yard.call("secretary", f"{path}/confirm", {})
    await yard.call("secretary", f"{path}/confirm", {}, status=409)
    assert (await yard.call("owner", "/hours/sum"))["confirmed"] == 60
    (mine,) = (await yard.call("owner", "/report-ins/mine"))["items"]
    assert (mine["done"], mine["status"]) == (1, "confirmed")


async def test_where_one_lives_and_only_there(yard: Yard) -> None:
    wrong = {"kind": "person", "area_id": yard.city.autumn.id}
    assert (await yard.call("owner", "/report-ins", wrong, status=403))["code"] == "not_your_home"
    await yard.call("owner", "/report-ins", wrong | {"area_id": yard.city.compound.id}, status=404)
    unit = {"kind": "unit", "area_id": yard.city.spring.id}
    assert (await yard.call("owner", "/report-ins", unit, status=403))["code"] == "no_unit"
    made = await _report(yard, is_confirmed=False)
    again = {"kind": "person", "area_id": yard.city.spring.id}
    await yard.call("owner", "/report-ins", again, status=409)
    await yard.call("stranger", f"/report-ins/{made['id']}/confirm", {}, status=403)
    refused = await yard.call(
        "secretary", f"/report-ins/{made['id']}/refuse", {"reason": "组织关系不在本社区"}
    )
    assert refused["status"] == "refused"
    await _report(yard)


async def test_a_unit_reports_where_it_likes(yard: Yard) -> None:
    made = await _report(yard, "guard", kind="unit")
    assert (made["name"], made["kind_name"]) == ("锦绣物业", "单位报到")
    again = {"kind": "unit", "area_id": yard.city.spring.id}
    await yard.call("manager", "/report-ins", again, status=409)
    elsewhere = {"kind": "unit", "area_id": yard.city.autumn.id}
    assert (await yard.call("manager", "/report-ins", elsewhere))["status"] == "asked"


async def test_nobody_confirms_themselves(yard: Yard) -> None:
    """A secretary who lives there reports in like anybody, and a colleague confirms."""
    yard.headers["both"] = yard.people.sign_in(
        yard.ids["owner"], (Role.SECRETARY, yard.city.spring.id, yard.city.spring.path or "")
    )
    made = await _report(yard, "both", is_confirmed=False)
    await yard.call("both", f"/report-ins/{made['id']}/confirm", {}, status=403)


async def test_many_for_a_few(yard: Yard) -> None:
    """Three at once for one place."""
    for who in ("owner", "family", "neighbour"):
        await _report(yard, who)
    task = await _task(yard)

    async def take(who: str) -> int:
        path = f"/api/v1/report-ins/tasks/{task['id']}/take"
        answer = await yard.client.post(path, json={}, headers=yard.headers[who])
        return answer.status_code

    said = Counter(await asyncio.gather(*(take(who) for who in ("owner", "family", "neighbour"))))
    assert said == {201: 1, 409: 2}
    (row,) = await rows("SELECT taken FROM report_ins_task")
    assert row["taken"] == 1


async def test_giving_up_makes_room(yard: Yard) -> None:
    for who in ("owner", "family"):
        await _report(yard, who)
    task = await _task(yard)
    take = f"/report-ins/tasks/{task['id']}/take"
    mine = await yard.call("owner", take, {})
    assert (await yard.call("family", take, {}, status=409))["code"] == "task_full"
    await yard.call("owner", f"/report-ins/claims/{mine['id']}/give-up", {})
    await yard.call("family", take, {})


async def test_time_runs_out(yard: Yard, noon: time_machine.Traveller) -> None:
    report = await _report(yard)
    task = await _task(yard)
    claim = await yard.call("owner", f"/report-ins/tasks/{task['id']}/take", {})
    await yard.call("owner", f"/report-ins/{report['id']}/end", {}, status=409)
    noon.shift(timedelta(days=10))
    await clockwork.look_at_the_time()
    await yard.work()
    assert (await yard.call("owner", "/report-ins/claims"))["items"][0]["status"] == "taken"
    noon.shift(timedelta(seconds=1))
    await clockwork.look_at_the_time()
    await yard.work()
    (late,) = (await yard.call("owner", "/report-ins/claims"))["items"]
    assert (late["id"], late["status"]) == (claim["id"], "lapsed")
    assert (await yard.call("owner", f"/report-ins/{report['id']}/end", {}))["status"] == "ended"


async def test_tasks_that_cannot_be(yard: Yard) -> None:
    body = {"area_id": yard.city.spring.id, "title": "陪伴老人", "text": "聊聊天", "minutes": 60}
    body |= {"wanted": 1}
    for due in ("2026-11-18T04:00:00Z", "2026-12-01T00:00:00"):
        await yard.call("secretary", "/report-ins/tasks", body | {"due_at": due}, status=422)
    due = {"due_at": "2026-12-01T00:00:00Z"}
    for wrong in ({"wanted": 0}, {"minutes": -5}, {"area_id": yard.city.autumn.id}):
        status = 404 if "area_id" in wrong else 422
        await yard.call("secretary", "/report-ins/tasks", body | due | wrong, status=status)
    task = await _task(yard)
    await yard.call("secretary", f"/report-ins/tasks/{task['id']}/close", {})
    await _report(yard)
    said = await yard.call("owner", f"/report-ins/tasks/{task['id']}/take", {}, status=409)
    assert said["code"] == "task_full"


async def test_who_has_left(yard: Yard) -> None:
    await _report(yard)
    task = await _task(yard)
    await yard.call("owner", f"/report-ins/tasks/{task['id']}/take", {})
    await emit(UserErased(yard.ids["owner"]))
    await yard.work()
    (row,) = await rows("SELECT user_id, strengths, status FROM report_ins_report")
    assert (row["user_id"], row["strengths"], row["status"]) == (None, "", "ended")
    (row,) = await rows("SELECT taken FROM report_ins_task")
    assert row["taken"] == 0
