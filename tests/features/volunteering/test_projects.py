"""Projects, shifts, who may take part, whose hours count: over the API."""

from datetime import timedelta
from typing import Any

import pytest

from backend.core import clock
from backend.core.database import rows
from backend.core.events import emit
from backend.engines.bookings import jobs as slot_jobs
from backend.engines.hours import service as hours
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from tests.features.volunteering.conftest import Service, iso


async def test_from_the_poster_to_the_hours(service: Service) -> None:
    """Scan the poster, sign up, scan the door twice, have the hours confirmed, see the sum."""
    yard = service.yard
    (code,) = await rows("SELECT token FROM codes_code")
    found = await yard.call("owner", "/volunteering/code", scene=code["token"])
    assert (found["id"], found["shifts"], found["left"]) == (service.project, 1, 2)
    hour = await service.serve()
    assert (hour["minutes"], hour["status"], hour["note"]) == (120, "proposed", "")
    assert (await yard.call("owner", "/hours/sum"))["confirmed"] == 0
    done = await yard.call("secretary", f"/volunteering/hours/{hour['id']}/confirm", {})
    assert (done["status"], done["moves"]) == ("confirmed", ["correct"])
    total = await yard.call("owner", "/hours/sum")
    assert total == {"confirmed": 120, "waiting": 0, "services": 1, "this_year": 120}
    assert "服务时长已确认" in await yard.inbox("owner")


async def test_what_confirming_says(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event that points follow from: who, how long, of which project, where."""
    told: list[Any] = []

    async def listen(event: Any) -> None:
        told.append(event)

    monkeypatch.setattr(hours, "emit", listen)
    hour = await service.serve()
    path = f"/volunteering/hours/{hour['id']}"
    await service.yard.call("secretary", f"{path}/confirm", {})
    await service.yard.call("secretary", f"{path}/correct", {"minutes": 90, "reason": "早退"})
    await service.yard.call("secretary", f"{path}/confirm", {}, status=409)
    confirmed, corrected = told
    owner = service.yard.ids["owner"]
    assert (confirmed.user_id, confirmed.minutes, confirmed.owner_id) == (
        owner,
        120,
        service.project,
    )
    assert (corrected.number, corrected.before, corrected.minutes) == (1, 120, 90)


async def test_hours_are_corrected_with_grounds(service: Service) -> None:
    hour = await service.serve()
    path = f"/volunteering/hours/{hour['id']}"
    call = service.yard.call
    await call("secretary", f"{path}/confirm", {"minutes": 90}, status=422)
    await call("secretary", f"{path}/confirm", {"minutes": 0, "reason": "没来"}, status=422)
    said = {"minutes": 90, "reason": "提前离开"}
    confirmed = await call("secretary", f"{path}/confirm", said)
    assert [(one["before"], one["after"]) for one in confirmed["history"]] == [(120, 90)]
    await call("secretary", f"{path}/correct", {"minutes": 90, "reason": "没有变"}, status=422)
    corrected = await call("secretary", f"{path}/correct", {"minutes": 100, "reason": "核对签到"})
    assert (corrected["minutes"], corrected["proposed"]) == (100, 120)
    assert (await call("owner", "/hours"))["items"][0]["history"][-1]["reason"] == "核对签到"
    assert "服务时长有更正" in await service.yard.inbox("owner")


async def test_nobody_confirms_their_own(service: Service) -> None:
    """The secretary takes part too; a colleague confirms."""
    hour = await service.serve("secretary")
    path = f"/volunteering/hours/{hour['id']}"
    assert hour["moves"] == []
    for name, body in (("confirm", {}), ("reject", {"reason": "没来"})):
        await service.yard.call("secretary", f"{path}/{name}", body, status=403)
    all_at_once = f"/volunteering/projects/{service.project}/hours/confirm"
    assert await service.yard.call("secretary", all_at_once, {}) == {"confirmed": 0, "left": 1}


async def test_all_clear_hours_at_once(service: Service) -> None:
    """Who forgot to check out is looked at by a person."""
    await service.book("family")
    await service.serve("owner")
    service.noon.shift(timedelta(hours=-1))
    await service.scan("family")
    service.noon.shift(timedelta(hours=4))
    await slot_jobs.look_at_the_time()
    await service.yard.work()
    notes = {one["note"]: one["minutes"] for one in await service.hours()}
    assert notes == {"": 120, "没有签退": 60}
    path = f"/volunteering/projects/{service.project}/hours/confirm"
    assert await service.yard.call("secretary", path, {}) == {"confirmed": 1, "left": 1}
    assert [one["status"] for one in await service.hours()] == ["proposed", "confirmed"]


async def test_who_was_never_checked_in_is_attested(service: Service) -> None:
    await service.book("owner")
    service.noon.shift(timedelta(days=2))
    await slot_jobs.look_at_the_time()
    await service.yard.work()
    path = f"/volunteering/shifts/{service.shift}/guests"
    (guest,) = (await service.yard.call("secretary", path))["items"]
    assert (guest["status"], guest["moves"]) == ("no_show", ["attest"])
    assert await service.hours() == []
    await service.yard.call("secretary", f"{path}/{guest['id']}/attest", {})
    await service.yard.work()
    (hour,) = await service.hours()
    assert (hour["minutes"], hour["note"], hour["status"]) == (120, "组织者补登", "proposed")


async def test_the_waiting_list_moves_up_by_itself(service: Service) -> None:
    for who, status in (("owner", "booked"), ("family", "booked"), ("neighbour", "waiting")):
        assert (await service.book(who))["status"] == status
    (mine,) = (await service.see("owner"))["shift_list"][0]["mine"]
    await service.yard.call("owner", f"/bookings/{mine['id']}/cancel", {})
    await service.yard.work()
    assert "候补成功" in await service.yard.inbox("neighbour")
    shift = (await service.see("neighbour"))["shift_list"][0]
    assert (shift["mine"][0]["status"], shift["taken"], shift["waiting"]) == ("booked", 2, 0)


async def test_a_closed_project_takes_nobody(service: Service) -> None:
    call, path = service.yard.call, f"/volunteering/projects/{service.project}"
    await service.book("owner")
    await call("secretary", f"{path}/end", {}, status=409)
    await call("secretary", f"{path}/call-off", {"reason": "天气原因"})
    refused = await service.book("family", status=409)
    assert refused["code"] == "project_closed"
    assert "活动取消" in await service.yard.inbox("owner")
    await service.add_shift(status=409)
    over = await call("family", "/volunteering/projects", over=True)
    assert [one["status"] for one in over["items"]] == ["called_off"]


async def test_only_ones_own_team(service: Service) -> None:
    """The captain founds, the community approves, who belongs may sign up, who does not may not."""
    call, spring = service.yard.call, service.yard.city.spring.id
    team = await call("owner", "/teams", {"name": "银龄志愿队", "area_id": spring})
    await call("secretary", f"/teams/{team['id']}/approve", {})
    await service.open(team_id=team["id"], is_team_only=True)
    await service.add_shift("owner")
    assert (await service.book("family", status=403))["code"] == "team_only"
    await call("family", f"/teams/{team['id']}/join", {})
    assert (await service.book("family", status=403))["code"] == "team_only"
    asked = (await call("owner", f"/teams/{team['id']}/members"))["items"][-1]
    await call("owner", f"/teams/{team['id']}/members/{asked['id']}/accept", {})
    assert (await service.book("family"))["status"] == "booked"
    guests = await call("owner", f"/volunteering/shifts/{service.shift}/guests")
    assert "*" in guests["items"][0]["name"]
    assert (await service.see("owner"))["is_host"]


async def test_what_is_not_yours_is_not_there(service: Service) -> None:
    call = service.yard.call
    for who in ("owner", "stranger"):
        for path in (
            f"/volunteering/shifts/{service.shift}/guests",
            f"/volunteering/shifts/{service.shift}/door",
            f"/volunteering/projects/{service.project}/hours",
            f"/volunteering/projects/{service.project}/poster",
        ):
            await call(who, path, status=404)
        await service.add_shift(who, status=404)
    elsewhere = {"title": "别处", "text": "别处", "category": "other"}
    elsewhere |= {"area_id": service.yard.city.autumn.id}
    await call("secretary", "/volunteering/projects", elsewhere, status=404)
    await call("owner", "/volunteering/projects", elsewhere, status=403)


async def test_shifts_that_cannot_be(service: Service) -> None:
    now = clock.now()
    for wrong in (
        {"starts_at": iso(now + timedelta(days=2)), "ends_at": iso(now)},
        {"starts_at": "2026-12-01T08:00:00", "ends_at": "2026-12-01T10:00:00"},
        {"quota": 0},
        {"quota": -1},
        {"quota": 10**9},
        {"proof": "place"},
        {"weeks": 99},
    ):
        await service.add_shift(status=422, **wrong)


async def test_the_same_for_some_weeks(service: Service) -> None:
    made = await service.add_shift(weeks=4)
    starts = [one["starts_at"] for one in made["shift_list"]]
    assert len(starts) == 5
    path = f"/volunteering/shifts/{service.shift}"
    change = service.times(quota=5, place="2号楼前", version=made["shift_list"][0]["version"])
    changed = await service.yard.call("secretary", path, change, method="PUT")
    assert (changed["quota"], changed["place"]) == (5, "2号楼前")
    await service.yard.call("secretary", path, change, method="PUT", status=409)
    for name in ("close", "reopen"):
        await service.yard.call("secretary", f"{path}/{name}", {})
    await service.yard.call("secretary", f"{path}/call-off", {"reason": "下雨"})


async def test_lists_by_area_and_host(service: Service) -> None:
    call, city = service.yard.call, service.yard.city
    for area, found in ((city.compound, 1), (city.spring, 1), (city.street, 1), (city.autumn, 0)):
        page = await call("owner", "/volunteering/projects", area_id=area.id)
        assert len(page["items"]) == found
    assert len((await call("secretary", "/volunteering/projects", hosted=True))["items"]) == 1
    assert (await call("stranger", "/volunteering/projects", hosted=True))["items"] == []
    assert (await call("owner", "/volunteering/projects", category="care"))["items"] == []
    poster = await call("secretary", f"/volunteering/projects/{service.project}/poster")
    assert poster.content.startswith(b"%PDF")


async def test_leaving_and_moving(service: Service) -> None:
    hour = await service.serve()
    await service.yard.call("secretary", f"/volunteering/hours/{hour['id']}/confirm", {})
    await emit(UserErased(service.yard.ids["owner"]))
    spring, autumn = service.yard.city.spring, service.yard.city.autumn
    await emit(AreaMoved(spring.id, spring.path or "", f"{autumn.path}{spring.id}/", 0))
    await service.yard.work()
    (project,) = await rows("SELECT area_path FROM volunteering_project")
    (kept,) = await rows("SELECT user_id, minutes, area_path FROM hours_hour")
    assert (kept["user_id"], kept["minutes"]) == (None, 120)
    assert project["area_path"] == kept["area_path"] == f"{autumn.path}{spring.id}/"
