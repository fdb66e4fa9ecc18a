"""Certificates: what stands on them, who may check them, what a check gives away."""

from datetime import date
from typing import Any

import pytest

from backend.core import clock
from backend.core.actor import Actor
from backend.core.errors import WrongState
from backend.core.events import emit
from backend.engines.hours import rules, service
from backend.engines.hours.service import Service
from backend.foundation.identity.events import UserErased
from tests.engines.vehicles.conftest import Yard, city, yard

__all__ = ["city", "yard"]
YEAR = {"since": "2026-01-01", "until": "2026-12-31"}


async def _served(yard: Yard, minutes: int = 90, key: str = "a", day: str = "2026-11-18") -> Any:
    """Confirmed hours of the owner's."""
    done = Service(
        key=key,
        user_id=yard.ids["owner"],
        owner_kind="test",
        owner_id=1,
        title="清扫楼道",
        area_path="/1/",
        served_on=date.fromisoformat(day),
        minutes=minutes,
    )
    hour = await service.propose(done)
    hour.is_hosted = True
    await service.confirm(Actor(999_999), hour, service.ConfirmBody(), is_staff=True)
    return hour


async def test_a_certificate_is_checked_by_its_number(yard: Yard) -> None:
    await yard.call("owner", "/certificates", YEAR, status=409)
    await _served(yard)
    await _served(yard, 200, "b", "2025-11-18")
    made = await yard.call("owner", "/certificates", YEAR)
    assert (made["minutes"], made["services"]) == (90, 1)
    paper = await yard.call("owner", f"/certificates/{made['id']}/pdf")
    assert paper.content.startswith(b"%PDF")
    await yard.call("family", f"/certificates/{made['id']}/pdf", status=404)
    typed = made["number"].lower().replace("-", " ")
    answer = await yard.client.post("/api/v1/certificates/check", json={"number": typed})
    found = answer.json()
    assert (found["verdict"], found["minutes_now"], found["is_name_right"]) == ("valid", 90, None)
    assert "王" not in answer.text
    for name, right in (("王小明", True), ("王小红", False)):
        body = {"number": typed, "name": name}
        answer = await yard.client.post("/api/v1/certificates/check", json=body)
        assert answer.json()["is_name_right"] is right


async def test_a_certificate_after_a_correction_says_so(yard: Yard) -> None:
    hour = await _served(yard)
    made = await yard.call("owner", "/certificates", YEAR)
    body = service.CorrectBody(minutes=30, reason="核对签到")
    await service.correct(Actor(999_999), hour, body, is_staff=True)
    answer = await yard.client.post("/api/v1/certificates/check", json={"number": made["number"]})
    assert (answer.json()["verdict"], answer.json()["minutes_now"]) == ("corrected", 30)


async def test_numbers_that_are_none(yard: Yard) -> None:
    for number, status in (
        ("ZY-AAAA-BBBB-CCCC", 404),
        ("x", 422),
        ("١٢٣٤٥٦٧٨", 404),
        ("9" * 40, 404),
    ):
        answer = await yard.client.post("/api/v1/certificates/check", json={"number": number})
        assert answer.status_code == status


async def test_who_has_left_has_no_certificates(yard: Yard) -> None:
    await _served(yard)
    made = await yard.call("owner", "/certificates", YEAR)
    await emit(UserErased(yard.ids["owner"]))
    await yard.work()
    answer = await yard.client.post("/api/v1/certificates/check", json={"number": made["number"]})
    assert answer.status_code == 404


async def test_proposed_twice_counts_once(yard: Yard) -> None:
    await _served(yard)
    with pytest.raises(WrongState):
        await _served(yard)
    assert (await yard.call("owner", "/hours/sum"))["confirmed"] == 90


def test_how_long() -> None:
    at = [clock.bounds(date(2026, 11, day))[0] for day in (18, 19)]
    start, later = at
    assert rules.served(start, later, start, later) == rules.MOST_MINUTES
    assert rules.served(later, start, start, later) == 0
    assert rules.spoken(200) == "3 小时 20 分钟"
    assert (rules.spoken(60), rules.spoken(0)) == ("1 小时", "0 分钟")
    number = rules.new_number()
    assert rules.read_number(rules.printed(number)) == number
