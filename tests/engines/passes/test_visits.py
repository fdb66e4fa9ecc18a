"""Invitations: so many a month, one car, once in."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from tests.engines.gates.conftest import Park

GUEST = "沪AD12345"


async def _invite(park: Park, who: str = "owner", status: int = 201, **more: Any) -> Any:
    now = clock.now()
    body = {
        "lot_id": park.lot["id"],
        "dwelling_id": park.yard.city.home.id,
        "plate": GUEST,
        "remark": "表哥",
        "valid_from": now.isoformat(),
        "valid_until": (now + timedelta(hours=5)).isoformat(),
    }
    return await park.call(who, "/visits", body | more, status=status)


async def test_a_guest_comes_once_for_nothing(park: Park) -> None:
    made = await _invite(park)
    assert (made["status"], made["plate"], len(made["code"])) == ("issued", "沪A·D12345", 10)
    decision = await park.park(GUEST, 120)
    assert (decision["action"], decision["reason"]) == ("open", "visit")
    mine = (await park.call("owner", "/visits/mine"))["items"][0]
    assert (mine["status"], mine["moves"]) == ("used", [])
    assert (await park.entrance.ask(GUEST))["reason"] == "temporary"


async def test_who_overstays_pays_from_then_on(park: Park) -> None:
    await _invite(park)
    decision = await park.park(GUEST, 5 * 60 + 61)
    assert (decision["action"], decision["amount"]) == ("pay", 600)


async def test_the_guest_says_the_plate_by_code(park: Park) -> None:
    made = await _invite(park, plate=None)
    look = await park.call("other", "/visits/by-code", code=made["code"].lower())
    assert (look["plate"], look["is_good"], look["lot_name"]) == (None, True, "地下停车场")
    assert not {"issuer", "issuer_id", "dwelling_id", "remark"} & look.keys()
    said = {"code": made["code"], "plate": "沪ad12345"}
    done = await park.call("other", "/visits/redeem", said)
    assert done["plate"] == "沪A****45"
    await park.call("other", "/visits/redeem", said, status=409)
    assert (await park.entrance.drive(GUEST))["reason"] == "visit"
    await park.call("other", "/visits/by-code", code="AAAAAAAAAA", status=404)


async def test_the_months_quota_holds(park: Park) -> None:
    first = await _invite(park)
    await _invite(park, "family", plate="沪A10000")  # one household, one quota
    assert (await _invite(park, status=409))["code"] == "quota_spent"
    await park.call("owner", f"/visits/{first['id']}/cancel", {})
    await _invite(park, status=409)  # taken back is not given back
    await _invite(park, "neighbour", dwelling_id=park.yard.city.shop.id)
    park.later(15 * 24 * 60)
    await _invite(park)


async def test_bad_windows_and_others_homes(park: Park) -> None:
    now = clock.now()
    wrong = {
        "too long": {"valid_until": (now + timedelta(hours=25)).isoformat()},
        "backwards": {"valid_until": (now - timedelta(minutes=1)).isoformat()},
        "too far": {
            "valid_from": (now + timedelta(days=31)).isoformat(),
            "valid_until": (now + timedelta(days=31, hours=1)).isoformat(),
        },
        "no zone": {"valid_from": "2026-11-18T12:00:00"},
        "no plate": {"plate": "鲁Q1234O"},
    }
    for case, more in wrong.items():
        assert await _invite(park, status=422, **more), case
    await _invite(park, "other", 404)
    await _invite(park, "owner", 404, dwelling_id=park.yard.city.shop.id)


async def test_taken_back_lets_nobody_in(park: Park) -> None:
    made = await _invite(park)
    await park.call("neighbour", f"/visits/{made['id']}/cancel", {}, status=404)
    await park.call("owner", f"/visits/{made['id']}/cancel", {})
    await park.call("owner", f"/visits/{made['id']}/cancel", {}, status=409)
    await park.call("other", "/visits/by-code", code=made["code"], status=404)
    assert (await park.entrance.ask(GUEST))["reason"] == "temporary"


async def test_a_wrong_reading_gives_the_invitation_back(park: Park) -> None:
    """A camera took another car for the guest's; put right, the guest may still come."""
    made = await _invite(park)
    await park.entrance.drive(GUEST)
    log = await park.call("guard", "/events", lot_id=park.lot["id"], kind="pass")
    fixed = {"plate": "沪AD12346", "reason": "5 应为 6"}
    await park.call("guard", f"/events/{log['items'][0]['id']}/correct", fixed)
    mine = (await park.call("owner", "/visits/mine"))["items"][0]
    assert (mine["id"], mine["status"]) == (made["id"], "issued")
    assert (await park.entrance.drive(GUEST))["reason"] == "visit"
