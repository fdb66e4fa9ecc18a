"""Moving cars through the API: asked, answered, handed over, abused."""

import asyncio
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from backend.core.database import rows
from backend.engines.duties.service import load_list
from backend.features.move_car import queries, rules, service
from backend.integrations import wechat
from backend.integrations.wechat_answers import Verdict
from tests.engines.vehicles.conftest import PLATE, Yard
from tests.engines.vehicles.conftest import yard as yard
from tests.foundation.conftest import city as city

NOON = "2026-11-18T04:00:00Z"
UNKNOWN = "鲁Q99999"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
async def duties(db: str) -> None:
    await load_list()


async def _ask(yard: Yard, who: str = "neighbour", status: int = 201, **body: Any) -> Any:
    said = {"plate": PLATE, "reason": "blocked", "place": {"area_id": yard.city.compound.id}}
    if "code" in body:
        del said["plate"]
    return await yard.call(who, "/move-car", said | body, status=status)


async def _see(yard: Yard, request: Any, who: str = "neighbour") -> Any:
    return await yard.call(who, f"/move-car/{request['id']}")


async def _shared_car(yard: Yard) -> Any:
    car = await yard.car()
    code = (await yard.call("owner", f"/vehicles/{car['id']}/invite", {}))["code"]
    return await yard.call("family", "/vehicles/join", {"code": code})


def _later(noon: time_machine.Traveller, minutes: float) -> None:
    noon.shift(minutes * 60)


async def test_words_of_the_place_are_looked_at(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What WeChat calls risky is said to nobody: the place is called by its area alone."""
    judged: list[str] = []

    class Strict:
        async def check_text(self, text: str, openid: str) -> Verdict:
            judged.append(text)
            return Verdict("risky", 20006, "")

    monkeypatch.setattr(wechat, "api", Strict)
    await yard.car()
    place = {"area_id": yard.city.compound.id, "text": "骂人的话"}
    asked = await _ask(yard, place=place)
    assert "骂人的话" in asked["place"]
    await yard.work()
    assert judged == ["骂人的话"]
    seen = await _see(yard, asked)
    assert seen["place"]
    assert "骂人的话" not in seen["place"]


async def test_the_owner_is_told_and_answers(yard: Yard) -> None:
    await yard.car()
    photo = await yard.picture("neighbour")
    asked = await _ask(yard, file_ids=[photo])
    assert (asked["status"], asked["plate"], len(asked["photos"])) == ("asked", "鲁Q·12345", 1)
    await yard.work()
    assert "有人请您挪车" in await yard.inbox("owner")
    mine = (await yard.call("owner", "/move-car/asked"))["items"][0]
    assert mine["moves"] == ["promise", "decline"]
    assert not {"requester", "requester_id", "phone"} & mine.keys()
    done = await yard.call("owner", f"/move-car/{asked['id']}/answer", {"reply": "coming"})
    assert done["status"] == "promised"
    await yard.work()
    assert "车主答复了：马上来" in await yard.inbox("neighbour")
    seen = await _see(yard, asked)
    assert (seen["reply_name"], seen["moves"]) == ("马上来", ["moved", "withdraw"])
    assert (await yard.call("neighbour", f"/move-car/{asked['id']}/moved", {}))["status"] == "moved"
    await yard.work()
    assert "挪车请求结束了" in await yard.inbox("owner")
    await yard.call("owner", f"/move-car/{asked['id']}/answer", {"reply": "away"}, status=409)


async def test_silence_goes_to_the_second_contact_then_to_an_order(
    yard: Yard, noon: time_machine.Traveller
) -> None:
    await _shared_car(yard)
    asked = await _ask(yard)
    await yard.work()
    assert "有人请您挪车" not in await yard.inbox("family")
    await yard.call("family", f"/move-car/{asked['id']}/asked", status=404)
    _later(noon, 5.1)
    await yard.work()
    assert "有人请您挪车" in await yard.inbox("family")
    assert (await _see(yard, asked))["status"] == "passed_on"
    _later(noon, 5.1)
    await yard.work()
    seen = await _see(yard, asked)
    assert (seen["status"], seen["order_status"]) == ("escalated", "待接单")
    order = (await rows("SELECT * FROM orders_order"))[0]
    assert (order["kind"], order["party"], order["unit_id"]) == (
        "move_car",
        "property",
        yard.firm.id,
    )
    assert PLATE not in str(order)
    assert order["reporter_id"] is None
    assert order["due_at"] is not None
    assert "有新工单待接单" in await yard.inbox("guard")


async def test_the_order_done_the_request_is_settled(
    yard: Yard, noon: time_machine.Traveller
) -> None:
    photo = await yard.picture("neighbour")
    asked = await _ask(yard, plate=UNKNOWN, file_ids=[photo])
    await yard.work()
    order_id = (await rows("SELECT id FROM orders_order"))[0]["id"]
    detail = await yard.call("guard", f"/orders/{order_id}")
    assert len(detail["photos"] if "photos" in detail else detail["files"]) >= 1
    for move, body in (("take", {}), ("arrive", {}), ("resolve", {"result": "车已挪开"})):
        await yard.call("guard", f"/orders/{order_id}/{move}", body)
    await yard.work()
    assert (await _see(yard, asked))["status"] == "moved"
    assert "挪车请求已处理" in await yard.inbox("neighbour")


async def test_taking_it_back_takes_the_order_back(yard: Yard) -> None:
    asked = await _ask(yard, plate=UNKNOWN)
    await yard.work()
    await yard.call("neighbour", f"/move-car/{asked['id']}/withdraw", {})
    assert (await rows("SELECT status FROM orders_order"))[0]["status"] == "withdrawn"
    await yard.work()
    assert (await _see(yard, asked))["status"] == "withdrawn"


async def test_nobody_learns_whether_a_plate_is_registered(
    yard: Yard, noon: time_machine.Traveller
) -> None:
    """At every moment both requests look the same but for their plates; the staff come at once
    to the unknown one, and the asker is not told so."""
    await yard.car()
    known = await _ask(yard)
    fresh = await _ask(yard, plate=UNKNOWN)
    hidden = {"id", "plate"}

    def bare(one: Any) -> Any:
        return {key: value for key, value in one.items() if key not in hidden}

    assert bare(known) == bare(fresh)
    await yard.work()
    assert await rows("SELECT id FROM orders_order") != []
    assert (await yard.call("neighbour", "/orders/mine"))["items"] == []
    for minutes in (0, 4.9, 0.2, 4.8, 0.3):
        _later(noon, minutes)
        await yard.work()
        assert bare(await _see(yard, known)) == bare(await _see(yard, fresh))
    inbox = await yard.inbox("neighbour")
    assert inbox.count("已转物业、社区处理") <= 1


async def test_asking_looks_nothing_up(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work is done whether the plate is known or not, so it takes the same time."""

    async def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("the request looked the vehicle up")

    monkeypatch.setattr("backend.engines.vehicles.queries.by_plate", never)
    await _ask(yard)


async def test_by_code_the_plate_is_not_shown(yard: Yard) -> None:
    car = await yard.car()
    await yard.call("owner", f"/vehicles/{car['id']}/code", {})
    token = (await rows("SELECT token FROM codes_code WHERE kind = 'vehicle'"))[0]["token"]
    asked = await _ask(yard, code=f"http://x.test/m/?scene={token}#/pages")
    assert (asked["plate"], asked["by_code"]) == (None, True)
    assert "12345" not in str(await yard.call("neighbour", "/move-car/mine"))
    await yard.work()
    assert "有人请您挪车" in await yard.inbox("owner")
    await _ask(yard, "family", 404, code="K7M2QX9AB4")
    await _ask(yard, "family", 422, code=token, plate=PLATE)


async def test_away_goes_on_at_once(yard: Yard) -> None:
    await _shared_car(yard)
    asked = await _ask(yard)
    await yard.work()
    answer = f"/move-car/{asked['id']}/answer"
    assert (await yard.call("owner", answer, {"reply": "away"}))["status"] == "passed_on"
    await yard.work()
    assert "有人请您挪车" in await yard.inbox("family")
    assert (await yard.call("family", answer, {"reply": "away"}))["status"] == "escalated"
    await yard.work()
    seen = await _see(yard, asked)
    assert (seen["status"], seen["reply_name"]) == ("escalated", "不在附近")


async def test_a_promise_not_kept(yard: Yard, noon: time_machine.Traveller) -> None:
    await yard.car()
    asked = await _ask(yard)
    await yard.work()
    await yard.call("owner", f"/move-car/{asked['id']}/answer", {"reply": "ten_minutes"})
    insist = f"/move-car/{asked['id']}/insist"
    await yard.call("neighbour", insist, {}, status=409)
    _later(noon, 12.1)
    await yard.work()
    assert "车挪开了吗" in await yard.inbox("neighbour")
    assert "insist" in (await _see(yard, asked))["moves"]
    assert (await yard.call("neighbour", insist, {}))["status"] == "escalated"


async def test_a_promise_nobody_speaks_of_any_more_lapses(
    yard: Yard, noon: time_machine.Traveller
) -> None:
    await yard.car()
    asked = await _ask(yard)
    await yard.work()
    await yard.call("owner", f"/move-car/{asked['id']}/answer", {"reply": "coming"})
    _later(noon, 5.1)
    await yard.work()
    _later(noon, 60.1)
    await yard.work()
    assert (await _see(yard, asked))["status"] == "lapsed"


async def test_a_fire_lane_is_hurried(yard: Yard, noon: time_machine.Traveller) -> None:
    await yard.car()
    asked = await _ask(yard, reason="fire_lane")
    await yard.work()
    _later(noon, 2.1)
    await yard.work()
    _later(noon, 2.1)
    await yard.work()
    assert (await _see(yard, asked))["status"] == "escalated"
    assert (await rows("SELECT grade FROM orders_order"))[0]["grade"] == "orange"


async def test_abuse_is_limited(yard: Yard) -> None:
    first = await _ask(yard, plate="鲁Q00000")
    answer = await _ask(yard, plate="鲁Q00000", status=409)
    assert answer["code"] == "asked_already"
    for number in range(1, 5):
        await _ask(yard, plate=f"鲁Q0000{number}")
    assert (await _ask(yard, plate="鲁Q00009", status=429))["code"] == "too_often"
    await yard.call("neighbour", f"/move-car/{first['id']}/withdraw", {})
    await _ask(yard, plate="鲁Q00000", status=429)  # taking back gives nothing back


async def test_a_plate_is_not_hunted_by_many(yard: Yard) -> None:
    for name in ("owner", "family", "neighbour", "other", "guard", "manager"):
        await _ask(yard, name)
    assert (await _ask(yard, "secretary", status=429))["code"] == "too_often"


async def _sixteen(yard: Yard) -> list[int]:
    said = {"reason": "blocked", "place": {"area_id": yard.city.compound.id}}

    async def one(number: int) -> int:
        body = said | {"plate": f"鲁Q1{number:04d}"}
        answer = await yard.client.post(
            "/api/v1/move-car", json=body, headers=yard.headers["neighbour"]
        )
        assert answer.status_code in (201, 409, 429), answer.text
        return answer.status_code

    return await asyncio.gather(*(one(number) for number in range(16)))


async def test_sixteen_at_once_do_not_pass_the_limit(yard: Yard) -> None:
    answers = await _sixteen(yard)
    assert 1 <= answers.count(201) <= rules.MOST_A_DAY
    assert len(await rows("SELECT id FROM move_car_request")) == answers.count(201)


async def test_without_places_in_the_day_they_would(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: counted only, not held by a key, more get through."""
    fresh = itertools.count()

    def slots(*_: Any) -> list[str]:
        return [f"x{next(fresh)}" for _ in range(rules.MOST_A_DAY)]

    monkeypatch.setattr(service, "_slots", slots)
    assert (await _sixteen(yard)).count(201) > rules.MOST_A_DAY


async def test_who_pesters_is_blocked_by_ruling_and_let_go(yard: Yard) -> None:
    await yard.car()
    asked = await _ask(yard)
    await yard.work()
    complain = f"/move-car/{asked['id']}/complain"
    await yard.call("family", complain, {"reason": "总来打扰"}, status=404)
    await yard.call("owner", complain, {"reason": "总来打扰"})
    await yard.call("owner", complain, {"reason": "总来打扰"}, status=409)
    listed = await yard.call("secretary", "/move-car", is_complaint="true")
    assert (listed["items"][0]["plate"], listed["items"][0]["complaint"]) == (
        "鲁Q***45",
        "总来打扰",
    )
    assert (await yard.call("stranger", "/move-car"))["items"] == []
    ruling = {"days": 7, "reason": "恶意重复请求"}
    await yard.call("manager", f"/move-car/{asked['id']}/block", ruling, status=403)
    made = await yard.call("secretary", f"/move-car/{asked['id']}/block", ruling)
    refused = await _ask(yard, plate=UNKNOWN, status=403)
    assert (refused["code"], "恶意重复请求" in refused["detail"]) == ("asking_blocked", True)
    lift = f"/move-car/blocks/{made['id']}/lift"
    await yard.call("secretary", lift, {"reason": "已作解释"})
    await yard.call("secretary", lift, {"reason": "已作解释"}, status=409)
    await _ask(yard, plate=UNKNOWN)
    told = await yard.call("owner", f"/move-car/{asked['id']}/asked")
    assert told["ruling"] == "已暂停对方 7 天内发起挪车请求"
    assert (await yard.call("secretary", "/move-car", is_waiting="true"))["items"] == []


async def test_a_complaint_without_grounds_is_answered(yard: Yard) -> None:
    await yard.car()
    asked = await _ask(yard)
    await yard.work()
    path, why = f"/move-car/{asked['id']}", {"reason": "现场核实，确有挡道"}
    await yard.call("secretary", f"{path}/dismiss", why, status=409)
    await yard.call("owner", f"{path}/complain", {"reason": "总来打扰"})
    (seen,) = (await yard.call("secretary", "/move-car", is_waiting="true"))["items"]
    assert (seen["moves"], seen["ruling"]) == (["block", "dismiss"], None)
    (read,) = (await yard.call("manager", "/move-car", is_waiting="true"))["items"]
    assert read["moves"] == []
    await yard.call("manager", f"{path}/dismiss", why, status=403)
    ruled = await yard.call("secretary", f"{path}/dismiss", why)
    assert (ruled["ruling"], ruled["moves"]) == (why["reason"], ["block"])
    await yard.call("secretary", f"{path}/dismiss", why, status=409)
    assert (await yard.call("owner", f"{path}/asked"))["ruling"] == why["reason"]
    # Blocked later all the same: what was said to the owner stays.
    made = await yard.call("secretary", f"{path}/block", {"days": 1, "reason": "再次骚扰"})
    assert made["moves"] == ["lift"]
    assert (await yard.call("owner", f"{path}/asked"))["ruling"] == why["reason"]
    (listed,) = (await yard.call("manager", "/move-car/blocks"))["items"]
    assert listed["moves"] == []


async def test_others_requests_are_not_found(yard: Yard) -> None:
    await yard.car()
    asked = await _ask(yard)
    await yard.work()
    for path in ("", "/asked"):
        await yard.call("other", f"/move-car/{asked['id']}{path}", status=404)
    for path in ("moved", "withdraw", "insist"):
        await yard.call("owner", f"/move-car/{asked['id']}/{path}", {}, status=404)
    said = {"reply": "coming"}
    await yard.call("neighbour", f"/move-car/{asked['id']}/answer", said, status=404)
    stolen = await yard.picture("owner")
    await _ask(yard, plate=UNKNOWN, file_ids=[stolen], status=404)


async def test_bad_input(yard: Yard) -> None:
    await _ask(yard, plate="鲁Q1234O", status=422)
    await _ask(yard, reason="because", status=422)
    await _ask(yard, place={"area_id": 2**62}, status=404)
    await _ask(yard, plate=None, status=422)


async def test_who_left_is_in_no_request(yard: Yard) -> None:
    await yard.car()
    await _ask(yard)
    await yard.work()
    assert (await queries.about(yard.ids["neighbour"]))["挪车请求"][0]["车牌"] == "鲁Q·12345"
    await service.forget(yard.ids["neighbour"])
    await service.forget(yard.ids["owner"])
    kept = (await rows("SELECT requester_id, plate FROM move_car_request"))[0]
    assert kept == {"requester_id": None, "plate": None}
    assert await rows("SELECT id FROM move_car_told") == []
