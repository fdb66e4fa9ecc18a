"""Plates lie readable nowhere: at rest, in logs, in Redis. Neither does what a camera misread."""

import io
from datetime import timedelta
from typing import Any

import pytest
import structlog

from backend.core import cache, clock
from backend.core.database import rows
from backend.sample.gate import Barrier
from tests.canaries import Canaries, in_files, in_redis, in_tables
from tests.canaries import log as log
from tests.engines.gates.conftest import Park

OWNED, STRANGER, GUEST, MISREAD = "鲁Q70809", "沪AD70819", "沪AD70829", "鲁Q7O8O8"


@pytest.fixture
def canaries() -> Canaries:
    plates = [OWNED, STRANGER, GUEST, MISREAD]
    return Canaries([*plates, *(one[2:] for one in plates)])


async def _own(park: Park) -> None:
    """A car with a pass, an agreement and a balance; the pass is paid."""
    car = await park.yard.car("owner", OWNED)
    body = {"lot_id": park.lot["id"], "vehicle_id": car["id"], "months": 1}
    await park.pay(await park.call("owner", "/passes", body))
    await park.top_up(car["id"], 1000)
    await park.agree(car["id"])
    await park.park(OWNED, 61)


async def _pass_by(park: Park) -> None:
    """A stranger pays by plate and leaves; staff look and read it plainly, for a purpose."""
    await park.park(STRANGER, 61)
    quote = await park.call("other", "/quotes", {"lot_id": park.lot["id"], "plate": STRANGER})
    await park.pay(await park.call("other", "/stays/pay", {"ticket": quote["ticket"]}))
    await park.exit.drive(STRANGER)
    stay = (await park.stays())[0]
    said = {"purpose": "核对逃费车辆"}
    seen = await park.call("guard", f"/stays/{stay['id']}/reveal", said)
    assert seen["plate"].replace("·", "") == STRANGER


async def _visit(park: Park) -> None:
    now = clock.now()
    body: dict[str, Any] = {"lot_id": park.lot["id"], "dwelling_id": park.yard.city.home.id}
    body |= {"plate": GUEST, "remark": "表哥", "valid_from": now.isoformat()}
    body |= {"valid_until": (now + timedelta(hours=5)).isoformat()}
    await park.call("owner", "/visits", body)
    assert (await park.entrance.drive(GUEST))["reason"] == "visit"


async def _misread(park: Park) -> None:
    """A camera reads what is no plate; a guard puts it right; requests that are refused."""
    await park.entrance.passed(MISREAD)
    event = (await park.call("guard", "/events", lot_id=park.lot["id"], kind="pass"))["items"][0]
    fixed = {"plate": OWNED, "reason": "看错了"}
    await park.call("guard", f"/events/{event['id']}/correct", fixed)
    wrong = {"lot_id": park.lot["id"], "plate": OWNED * 3}
    await park.call("other", "/quotes", wrong, status=422)
    await park.call("other", "/vehicles", {"plate": OWNED}, status=404)
    nobody = Barrier(park.yard.client, park.entrance.key, "x" * 43)
    assert (await nobody.send([nobody.saw("pass", OWNED)])).status_code == 401


async def test_plates_are_found_nowhere(
    park: Park,
    canaries: Canaries,
    log: io.StringIO,
    db: str,
) -> None:
    await _own(park)
    await _pass_by(park)
    await _visit(park)
    await _misread(park)
    await park.yard.work()
    tables = {"vehicles_vehicle", "passes_pass", "passes_visit", "stays_stay", "stays_payment"}
    tables |= {"gates_event", "gates_correction", "agreements_mandate", "payments_payment"}
    for table in sorted(tables):
        assert await rows(f"SELECT 1 AS one FROM {table} LIMIT 1"), table  # control
    stored = await in_tables()
    assert "地下停车场" in stored  # control: what is not secret is seen
    assert canaries.found_in(stored) == []
    assert canaries.found_in(in_files(db)) == []
    assert canaries.found_in(await in_redis()) == []
    assert canaries.found_in(log.getvalue()) == []


async def test_the_search_does_find(
    park: Park,
    canaries: Canaries,
    log: io.StringIO,
) -> None:
    """Negative control."""
    await cache.redis().set("x", STRANGER)
    structlog.get_logger("x").warning("careless", plate=GUEST)
    assert canaries.found_in(await in_redis()) == [STRANGER, STRANGER[2:]]
    assert canaries.found_in(log.getvalue()) == [GUEST, GUEST[2:]]
    lot = dict(park.lot) | {"name": MISREAD}
    body = {name: lot[name] for name in ("name", "capacity")}
    await park.call("manager", f"/lots/{lot['id']}", body, method="PATCH")
    assert canaries.found_in(await in_tables()) == [MISREAD, MISREAD[2:]]
