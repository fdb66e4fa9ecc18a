"""What is believed of a device, and what is not."""

from datetime import timedelta
from typing import Any

import pytest

from backend.core import clock
from backend.core.database import rows
from backend.engines.gates import service
from backend.engines.gates.models import Gate, GateEvent
from backend.sample.gate import Barrier, headers
from tests.engines.gates.conftest import Park
from tests.engines.vehicles.conftest import PLATE

STRANGE = "/api/v1/parking/gates/%C3%84%F3%86%A4%B7%F3%BF%9F%92%C2%B9%C3%B1/events"
"""Bytes that are no text, and longer than any device's name."""


async def _post(park: Park, body: bytes, signed: dict[str, str], path: str = "") -> Any:
    where = path or park.entrance.path
    return await park.yard.client.post(where, content=body, headers=signed)


async def test_a_sign_of_life_shows_health(park: Park) -> None:
    assert (await park.call("guard", "/gates"))["items"][0]["is_online"] is False
    answer = (await park.entrance.send()).json()
    assert (answer["results"], answer["commands"]) == ([], [])
    seen = (await park.call("guard", "/gates"))["items"][0]
    assert (seen["is_online"], seen["skew_seconds"]) == (True, 0)
    park.later(5.1)
    assert (await park.call("guard", "/gates"))["items"][0]["is_online"] is False


async def test_silence_is_told_once(park: Park) -> None:
    await park.entrance.send()
    park.later(6)
    for _ in range(2):
        await service.watch()
        await park.yard.work()
    assert (await park.yard.inbox("guard")).count("道闸离线") == 1
    await park.entrance.send()
    assert (await Gate.get(id=park.gate_ids["in"])).is_told_silent is False


async def test_a_wrong_signature_is_no_device(park: Park) -> None:
    """Unknown device, other secret, changed body, other path, old or future time: one answer."""
    good, secret, path = b'{"events":[]}', park.entrance.secret, park.entrance.path
    now = clock.now()
    wrong = [
        (good, headers("x" * 43, path, good), path),
        (good, headers(secret, path, b"{}"), path),
        (good, headers(secret, park.exit.path, good), path),
        (good, headers(park.exit.secret, path, good), path),
        (good, headers(secret, "/api/v1/parking/gates/nobody/events", good), ""),
        (good, headers(secret, STRANGE, good), STRANGE),
        (good, headers(secret, path, good, now - timedelta(minutes=5, seconds=2)), path),
        (good, headers(secret, path, good, now + timedelta(minutes=5, seconds=2)), path),
        (good, {}, path),
        (good, headers(secret, path, good) | {"x-linli-timestamp": "1e9"}, path),
        (good, headers(secret, path, good) | {"x-linli-timestamp": "9" * 40}, path),
    ]
    answers = [await _post(park, *one) for one in wrong]
    assert {(one.status_code, one.json()["code"]) for one in answers} == {(401, "bad_signature")}
    unknown = "/api/v1/parking/gates/nobody/events"
    answer = await _post(park, good, headers(secret, unknown, good), unknown)
    assert answer.status_code == 401
    assert (await _post(park, good, headers(secret, path, good))).status_code == 200  # control


async def test_a_request_heard_before_is_a_replay(park: Park) -> None:
    body = b'{"events":[]}'
    signed = headers(park.entrance.secret, park.entrance.path, body)
    assert (await _post(park, body, signed)).status_code == 200
    answer = await _post(park, body, signed)
    assert (answer.status_code, answer.json()["code"]) == (409, "replayed")


async def test_an_event_sent_again_is_a_duplicate_and_hears_the_same(park: Park) -> None:
    ask = park.entrance.saw("ask", PLATE)
    first = (await park.entrance.send([ask])).json()["results"][0]
    again = (await park.entrance.send([ask])).json()["results"][0]
    assert (first["outcome"], again["outcome"]) == ("accepted", "duplicate")
    assert first["decision"] == again["decision"]
    assert len(await rows("SELECT id FROM gates_event")) == 1


async def test_a_number_used_for_something_else_is_refused(park: Park) -> None:
    one = park.entrance.saw("pass", PLATE)
    await park.entrance.send([one])
    other = one.model_copy(update={"plate": "鲁Q54321"})
    result = (await park.entrance.send([other])).json()["results"][0]
    assert (result["outcome"], result["decision"]) == ("reused", None)
    assert [s["plate"] for s in await park.stays()] == ["鲁Q***45"]


async def test_moments_that_cannot_be(park: Park) -> None:
    now = clock.now()
    gate = park.entrance
    sent = [
        gate.saw("pass", PLATE, now + timedelta(minutes=6)),
        gate.saw("pass", PLATE, now - timedelta(days=31), is_offline=True),
        gate.saw("ask", PLATE, now - timedelta(minutes=6)),
        gate.saw("pass", PLATE, now - timedelta(days=29), is_offline=True),
    ]
    results = (await gate.send(sent)).json()["results"]
    outcomes = [one["outcome"] for one in results]
    assert outcomes == ["in_future", "too_old", "too_old", "accepted"]


async def test_bad_batches(park: Park) -> None:
    path, secret = park.entrance.path, park.entrance.secret
    for body, status in (
        (b"not json", 400),
        (b'{"events":[{"sequence":0,"kind":"pass","at":"2026-11-18T04:00:00Z"}]}', 422),
        (b'{"events":[{"sequence":1,"kind":"fly","at":"2026-11-18T04:00:00Z"}]}', 422),
        (b'{"events":[],"more":1}', 422),
        (b'{"events":[]}' + b" " * 70_000, 413),
        (b'{"events":[]}' + b" " * 300_000, 413),
    ):
        answer = await _post(park, body, headers(secret, path, body))
        assert answer.status_code == status, body[:40]
    many = [park.entrance.saw("pass", PLATE) for _ in range(200)]
    assert len((await park.entrance.send(many)).json()["results"]) == 200


async def test_secrets_are_rotated_with_a_day_to_follow(park: Park) -> None:
    made = await park.call("manager", f"/gates/{park.gate_ids['in']}/rotate", {})
    fresh = Barrier(park.yard.client, park.entrance.key, made["secret"])
    assert (await park.entrance.send()).status_code == 200
    assert (await fresh.send()).status_code == 200
    park.later(24 * 60 + 1)
    assert (await park.entrance.send()).status_code == 401
    assert (await fresh.send()).status_code == 200


async def test_out_of_use_is_not_believed(park: Park) -> None:
    gate = f"/gates/{park.gate_ids['in']}"
    await park.call("manager", gate, {"is_active": False}, method="PATCH")
    assert (await park.entrance.send()).status_code == 401


async def test_secrets_are_shown_once_and_sealed(park: Park) -> None:
    kept = await rows("SELECT * FROM gates_gate")
    assert park.entrance.secret not in str(kept)
    assert park.entrance.secret not in str(await park.call("manager", "/gates"))


async def test_whose_gates_these_are(park: Park) -> None:
    gate = park.gate_ids["in"]
    for path in (f"/gates/{gate}/rotate",):
        await park.call("guard", path, {}, status=403)
        await park.call("stranger", path, {}, status=404)
    await park.call("owner", "/gates", status=403)
    assert (await park.call("stranger", "/gates"))["items"] == []
    await park.call("stranger", "/events", lot_id=park.lot["id"], status=404)
    photo = await park.yard.picture("stranger")
    body = {"grounds": "急救车", "file_id": photo}
    await park.call("stranger", f"/gates/{gate}/open", body, status=404)


async def test_opening_by_hand_needs_grounds_and_a_picture(park: Park) -> None:
    gate = park.gate_ids["out"]
    photo = await park.yard.picture("guard")
    body = {"grounds": "急救车", "file_id": photo}
    await park.call("guard", f"/gates/{gate}/open", {"grounds": "急救车"}, status=422)
    stolen = {"grounds": "急救车", "file_id": await park.yard.picture("owner")}
    await park.call("guard", f"/gates/{gate}/open", stolen, status=404)
    made = await park.call("guard", f"/gates/{gate}/open", body)
    assert (await park.entrance.send()).json()["commands"] == []
    commands = (await park.exit.send()).json()["commands"]
    assert commands == [{"id": made["id"], "action": "open"}]
    assert (await park.exit.send()).json()["commands"] == []
    listed = (await park.call("manager", "/openings"))["items"][0]
    assert (listed["grounds"], bool(listed["fetched_at"])) == ("急救车", True)
    audited = await rows("SELECT action FROM audit_entry WHERE action = 'gates.opened'")
    assert len(audited) == 1


async def test_an_opening_nobody_fetched_in_time_is_stale(park: Park) -> None:
    body = {"grounds": "急救车", "file_id": await park.yard.picture("guard")}
    await park.call("guard", f"/gates/{park.gate_ids['out']}/open", body)
    park.later(1.1)
    assert (await park.exit.send()).json()["commands"] == []


@pytest.mark.parametrize("plate", ["", "无牌", "鲁QOIOIO", "x" * 20])
async def test_unknown_plates_are_logged_and_refused(park: Park, plate: str) -> None:
    decision = await park.entrance.ask(plate)
    assert (decision["action"], decision["reason"]) == ("refuse", "unreadable")
    await park.entrance.passed(plate)
    log = await park.call("guard", "/events", lot_id=park.lot["id"], is_unknown="true")
    assert [one["plate"] for one in log["items"]] == [None, None]
    assert await park.stays() == []


async def test_old_nonces_and_plates_are_forgotten(park: Park) -> None:
    await park.entrance.drive(PLATE)
    park.later(16)
    await service.forget_old()
    assert await rows("SELECT id FROM gates_nonce") == []
    assert await GateEvent.filter(plate=None).count() == 0
    park.later(401 * 24 * 60)
    await service.forget_old()
    assert await GateEvent.filter(plate__not_isnull=True).count() == 0
