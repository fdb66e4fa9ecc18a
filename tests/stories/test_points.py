"""The time bank over HTTP: hours become points, points pass within the family and become things."""

import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.sample.caller import Caller, Refused, eventually
from tests.city import ROOT
from tests.stories.conftest import Town

PRICE, MINUTES = 20, 360
EARNED = 60
"""Ten points an hour."""
VERIFIED = {
    "points": "the points agree",
    "ledgers": "the books agree",
    "mall": "the shelves agree",
}
"""What `linli … verify` says when nothing is wrong."""


class Purse:
    """What one person has, read from the outside."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    async def points(self) -> Any:
        return await self.caller.get("/points")

    async def balance(self) -> int:
        return int((await self.points())["balance"])

    async def agrees(self) -> None:
        """The statement, read to its end, sums to what there is, line by line."""
        lines, cursor = [], None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = await self.caller.get("/points/statement", limit=2, **more)
            lines += page["items"]
            if (cursor := page["next"]) is None:
                break
        left = await self.balance()
        for line in lines:
            assert line["balance"] == left
            left -= line["amount"]
        assert left == 0


@pytest.fixture
async def relative(town: Town) -> AsyncIterator[Caller]:
    """Somebody new who belongs to the resident's household, and was confirmed."""
    home = (await town["resident"].rows("/me/dwellings"))[0]
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(Caller(town.demo.api, town.demo.wechat))
        me = await made.log_in(f"story-{secrets.token_hex(4)}")
        town.user_ids["relative"] = me["id"]
        asked = {"dwelling_id": home["dwelling_id"], "relation": "family", "name": "钱小满"}
        bound = await made.post("/residents/bindings", asked)
        await town["secretary"].post(f"/residents/bindings/{bound['binding_id']}/confirm", {})
        yield made


async def _serve(town: Town) -> None:
    """The resident helps on a shift, checks in and out, and the hours are confirmed."""
    secretary, resident = town["secretary"], town["resident"]
    home = (await resident.rows("/me/dwellings"))[0]
    body = {"title": "陪老人读报", "text": "报纸已备好", "category": "care"}
    project = await secretary.post(
        "/volunteering/projects", body | {"area_id": home["community_id"]}
    )
    now = datetime.now(UTC)
    times = {"starts_at": now + timedelta(minutes=20), "ends_at": now + timedelta(hours=7)}
    shift = {"place": "阅览室", "quota": 1} | {one: at.isoformat() for one, at in times.items()}
    made = await secretary.post(f"/volunteering/projects/{project['id']}/shifts", shift)
    path = f"/volunteering/shifts/{made['shift_list'][0]['id']}"
    await resident.post(f"{path}/book", {})
    for direction in ("in", "out"):
        door = await secretary.get(f"{path}/door", direction=direction)
        await resident.post("/bookings/scan", {"code": door["code"]})
    hours = f"/volunteering/projects/{project['id']}/hours"
    (hour,) = await eventually(lambda: secretary.rows(hours), lambda them: len(them) == 1)
    said = {"minutes": MINUTES, "reason": "按实际服务时间计"}
    await secretary.post(f"/volunteering/hours/{hour['id']}/confirm", said)


async def _shelf(town: Town) -> dict[str, Any]:
    """The community's counter with two of one good; what a phone sends to redeem one."""
    secretary = town["secretary"]
    home = (await town["resident"].rows("/me/dwellings"))[0]
    where = {"area_id": home["community_id"], "name": "故事里的兑换点"}
    place = await secretary.post("/mall/places", where | {"address": "一楼", "hours": "每天"})
    new = {"area_id": home["community_id"], "name": "肥皂", "price": PRICE}
    good = await secretary.post("/mall/goods", new)
    came = {"place_id": place["id"], "cause": "in", "quantity": 2, "note": "街道配送"}
    await secretary.post(f"/mall/goods/{good['id']}/stock", came)
    return {"shelf_id": good["id"], "place_id": place["id"], "points": PRICE}


async def _left(town: Town, want: dict[str, Any]) -> tuple[int, int]:
    """How many can be redeemed, and how many wait for somebody."""
    seen = await town["secretary"].get(f"/mall/goods/{want['shelf_id']}")
    return seen["stocks"][0]["amount"], seen["stocks"][0]["promised"]


async def test_from_an_hour_to_a_bar_of_soap(town: Town, relative: Caller) -> None:
    mine, theirs = Purse(town["resident"]), Purse(relative)
    before = await mine.balance()
    await _serve(town)
    await eventually(mine.balance, lambda now: now == before + EARNED)
    await _pass_on(town, relative)
    assert (await mine.balance(), await theirs.balance()) == (before + 30, 30)
    want = await _shelf(town)
    await _fetched(town, relative, want)
    assert (await theirs.balance(), await _left(town, want)) == (10, (1, 0))
    await _expired(town, want)
    assert (await mine.balance(), await _left(town, want)) == (before + 30, (1, 0))
    for one in (mine, theirs):
        await one.agrees()
    _proved(town)


async def _pass_on(town: Town, relative: Caller) -> None:
    """Twenty to a relative, ten over what the family shares; more than there is goes nowhere."""
    resident = town["resident"]
    home = {"dwelling_id": (await resident.rows("/me/dwellings"))[0]["dwelling_id"]}
    to = {"direction": "give", "to_user_id": town.user_ids["relative"]}
    await resident.post("/points/transfers", home | to | {"amount": 20})
    await resident.post("/points/transfers", home | {"direction": "deposit", "amount": 10})
    for amount, code in ((11, "not_enough_points"), (10, "")):
        taking = home | {"direction": "withdraw", "amount": amount}
        if not code:
            await relative.post("/points/transfers", taking)
            continue
        with pytest.raises(Refused) as much:
            await relative.post("/points/transfers", taking)
        assert much.value.code == code


async def _fetched(town: Town, relative: Caller, want: dict[str, Any]) -> None:
    """Redeemed, handed over by its code; the code is good for nothing then."""
    made = await relative.post("/mall/redemptions", want)
    assert (made["balance"], (await Purse(relative).points())["reserved"]) == (10, PRICE)
    assert await _left(town, want) == (1, 1)
    counter, body = f"/mall/places/{want['place_id']}", {"code": made["code"]}
    found = await town["secretary"].post(f"{counter}/find", body)
    assert (found["id"], found["code"]) == (made["id"], None)
    done = await town["secretary"].post(f"{counter}/hand-over", body)
    assert done["status"] == "done"
    with pytest.raises(Refused) as again:
        await town["secretary"].post(f"{counter}/hand-over", body)
    assert (again.value.status, again.value.code) == (409, "already_handed_over")
    with pytest.raises(Refused) as broke:
        await relative.post("/mall/redemptions", want)
    assert broke.value.code == "not_enough_points"


async def _expired(town: Town, want: dict[str, Any]) -> None:
    """Nobody comes for it: its code is over, points and soap go back."""
    resident = town["resident"]
    made = await resident.post("/mall/redemptions", want)
    assert await _left(town, want) == (0, 1)
    past = datetime.now(UTC) - timedelta(minutes=1)
    town.time_passes("UPDATE mall_redemption SET due_at = ? WHERE id = ?", past, made["id"])
    with pytest.raises(Refused) as late:
        counter = f"/mall/places/{want['place_id']}/hand-over"
        await town["secretary"].post(counter, {"code": made["code"]})
    assert late.value.code == "code_over"
    town.time_passes(
        "UPDATE core_schedule SET next_at = ? WHERE name LIKE 'features.mall.%look_at%'", past
    )

    async def seen() -> Any:
        return (await resident.get(f"/mall/redemptions/{made['id']}"))["status"]

    await eventually(seen, lambda status: status == "expired", seconds=30)


def _proved(town: Town) -> None:
    """What an operator would run."""
    environ = {name: value for name, value in os.environ.items() if "LINLI_" not in name}
    environ |= {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "miniprogram-mock")])}
    environ |= {"LINLI_DATABASE_URL": f"sqlite://{town.demo.database}"}
    for room, words in VERIFIED.items():
        command = [sys.executable, "-m", "backend.cli", room, "verify"]
        said = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert said.stdout.strip() == words, said.stdout + said.stderr
