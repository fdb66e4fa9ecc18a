"""Services in turns with the old first, training and jobs."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from backend.core import clock, database
from backend.core.database import rows
from tests.fairground import Fairground

HALF = timedelta(minutes=30)


def at(fair: Any) -> datetime:
    return datetime.fromisoformat(fair["starts_at"])


async def offering(fairground: Fairground, fair: Any, status: int = 201, **given: Any) -> Any:
    """Haircuts in two turns of half an hour, four at a time."""
    body = {
        "kind": "service",
        "title": "爱心理发",
        "starts_at": fair["starts_at"],
        "ends_at": clock.iso(at(fair) + 2 * HALF),
        "minutes": 30,
        "quota": 4,
    }
    path = f"/fairs/{fair['id']}/offerings"
    return await fairground.call("worker", path, body | given, status=status)


async def book(fairground: Fairground, who: str, one: Any, turn: int = 0, status: int = 0) -> Any:
    path = f"/offerings/{one['id']}/slots/{one['slots'][turn]['id']}/book"
    return await fairground.call(who, path, {}, status=status)


async def test_a_morning_is_cut_into_turns(fairground: Fairground) -> None:
    fair = await fairground.prepared()
    stall = (await fairground.call("worker", f"/fairs/{fair['id']}/stalls"))["items"][0]
    made = await offering(fairground, fair, stall_id=stall["id"])
    assert [one["quota"] for one in made["slots"]] == [4, 4]
    assert made["stall"] == "A1 老李磨剪刀"
    assert (await book(fairground, "ann", made, status=409))["code"] == "wrong_state"
    for wrong, field in (
        ({"ends_at": clock.iso(at(fair) + timedelta(hours=9))}, "starts_at"),
        ({"minutes": 480}, "minutes"),
        ({"first_until": fair["starts_at"]}, "first_age"),
        ({"first_age": 60, "first_until": clock.iso(at(fair) + HALF)}, "first_until"),
        ({"stall_id": 99_999}, ""),
    ):
        status = 422 if field else 404
        answer = await offering(fairground, fair, status, **wrong)
        assert not field or field in str(answer["errors"])


async def test_people_of_sixty_come_first_until_a_time(fairground: Fairground) -> None:
    fair = await fairground.prepared()
    until = at(fair) - timedelta(days=2)
    made = await offering(fairground, fair, first_age=60, first_until=clock.iso(until))
    await fairground.post("worker", fair, "preview")
    sql = "UPDATE residents_resident SET birth_year = ? WHERE user_id = ?"
    await database.execute(sql, 1960, fairground.ids["ann"])
    await database.execute(sql, 1990, fairground.ids["bob"])
    young = await book(fairground, "bob", made, status=403)
    assert young["code"] == "not_yet_for_you"
    assert (await book(fairground, "ann", made))["slots"][0]["mine"][0]["status"] == "booked"
    await book(fairground, "stranger", made, status=403)
    fairground.frozen.move_to(until)
    assert (await book(fairground, "bob", made))["slots"][0]["taken"] == 2


async def test_one_turn_a_person(fairground: Fairground) -> None:
    fair = await fairground.prepared()
    made = await offering(fairground, fair)
    await fairground.post("worker", fair, "preview")
    tries = [book_any(fairground, made, turn) for turn in (0, 1) * 8]
    said = await asyncio.gather(*tries)
    assert sorted(said)[:1] == [200]
    assert said.count(200) == 1
    taken = await rows("SELECT SUM(taken) AS n FROM bookings_slot")
    assert int(taken[0]["n"]) == 1


async def book_any(fairground: Fairground, made: Any, turn: int) -> int:
    path = f"/api/v1/offerings/{made['id']}/slots/{made['slots'][turn]['id']}/book"
    headers = fairground.headers["ann"]
    answer = await fairground.client.post(path, json={}, headers=headers)
    return answer.status_code


async def test_training_has_a_quota_and_a_waiting_list(fairground: Fairground) -> None:
    fair = await fairground.prepared()
    course = {"kind": "training", "title": "家政收纳课", "minutes": None, "quota": 1}
    made = await offering(fairground, fair, **course, most_waiting=1)
    await fairground.post("worker", fair, "preview")
    for who, status in (("ann", "booked"), ("bob", "waiting")):
        assert (await book(fairground, who, made))["slots"][0]["mine"][0]["status"] == status
    assert (await book(fairground, "cat", made, status=409))["code"] == "full_up"
    slot = made["slots"][0]["id"]
    path = f"/offerings/{made['id']}/slots/{slot}/guests"
    guests = await fairground.call("worker", path)
    assert [one["status"] for one in guests["items"]] == ["booked", "waiting"]
    await fairground.call("ann", path, status=403)
    await fairground.call("far_worker", path, status=404)


async def test_who_comes_is_served_and_counted(fairground: Fairground) -> None:
    fair = await fairground.prepared()
    made = await offering(fairground, fair)
    job = await offering(fairground, fair, kind="job", title="保洁员招聘", minutes=None)
    await fairground.post("worker", fair, "preview")
    for who in ("ann", "bob"):
        await book(fairground, who, made)
    await book(fairground, "cat", job)
    fairground.frozen.move_to(at(fair))
    await fairground.post("worker", fair, "open")
    base = f"/offerings/{made['id']}/slots/{made['slots'][0]['id']}"
    door = await fairground.call("worker", f"{base}/door")
    await fairground.call("ann", "/bookings/scan", {"code": door["code"]})
    await fairground.call("ann", "/bookings/scan", {"code": door["code"]})
    guests = (await fairground.call("worker", f"{base}/guests"))["items"]
    bob = next(one for one in guests if one["user_id"] == fairground.ids["bob"])
    await fairground.call("worker", f"{base}/guests/{bob['id']}/admit", {})
    await fairground.call("far_worker", f"{base}/guests/{bob['id']}/admit", {}, status=404)
    at_job = f"/offerings/{job['id']}/slots/{job['slots'][0]['id']}"
    seat = (await fairground.call("worker", f"{at_job}/guests"))["items"][0]
    await fairground.call("worker", f"{at_job}/guests/{seat['id']}/admit", {})
    await fairground.call("worker", f"{base}/guests/{seat['id']}/admit", {}, status=404)
    found = await fairground.call("worker", f"/fairs/{fair['id']}/figures")
    counted = {one["key"]: one["value"] for one in found["items"]}
    assert (counted["served"], counted["corner"]) == (2, 1)
    fairground.frozen.shift(90)
    late = await fairground.call("cat", "/bookings/scan", {"code": door["code"]}, status=409)
    assert late["code"] == "code_expired"


async def test_turns_go_with_their_fair(fairground: Fairground) -> None:
    fair = await fairground.prepared()
    made = await offering(fairground, fair)
    await fairground.post("worker", fair, "preview")
    await book(fairground, "ann", made)
    await fairground.post("worker", fair, "retract")
    await fairground.work()
    assert "活动取消" in await fairground.inbox("ann")
    seen = await fairground.call("worker", f"/fairs/{fair['id']}/offerings")
    assert seen["items"] == []
    again = await offering(fairground, fair)
    await fairground.arrange(fair, at(fair) + HALF)
    await fairground.work()
    seen = await fairground.call("worker", f"/fairs/{fair['id']}/offerings")
    assert [len(one["slots"]) for one in seen["items"]] == [1]
    gone = await fairground.call(
        "worker", f"/offerings/{again['id']}/call-off", {"reason": "师傅有事"}
    )
    assert gone["slots"] == []
