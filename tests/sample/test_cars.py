"""Cars of the sample city: as the house itself would have them, and a gate that can be played."""

from collections import Counter

import httpx
import pytest

from backend.engines.gates.queries import passings
from backend.engines.gates.rules import Direction
from backend.engines.lots import queries as lots
from backend.engines.stays import queries as stays
from backend.engines.stays import service as stay_service
from backend.engines.stays.models import Phase, Stay
from backend.engines.vehicles import queries as vehicles
from backend.engines.vehicles.models import VehicleStatus
from backend.sample import seed
from backend.sample.cars import GATES
from backend.sample.gate import Barrier
from backend.sample.seed import Sample


def test_every_firm_has_its_car_parks(sample: Sample) -> None:
    assert len(sample.cars.lots) == len(sample.people.firms)
    plates = [vehicles.opened(one.plate, one.seal) for one in sample.cars.vehicles]
    assert len(set(plates)) == len(plates) > 250
    waiting = [one for one in sample.cars.vehicles if one.status == VehicleStatus.PENDING]
    assert 5 < len(waiting) < 40
    assert len(sample.cars.passes) > 10
    assert len(sample.cars.codes) > 8


def test_the_gate_was_busy(sample: Sample) -> None:
    cars = sample.cars
    phases = Counter(one.phase for one in cars.stays)
    assert phases[Phase.LEFT] > 50
    assert phases[Phase.INSIDE] > 5
    assert any(one.owed for one in cars.stays)
    assert [one.at for one in cars.events] == sorted(one.at for one in cars.events)
    assert all(one.at <= cars.now for one in cars.events)


@pytest.fixture
async def written(db: str, demo: httpx.AsyncClient, recent: Sample) -> Sample:
    await seed.write(recent, lambda _: None)
    return recent


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_derived_anew_the_stays_are_the_same(written: Sample) -> None:
    lot = await lots.get(written.cars.lots[0].id)
    for one in written.cars.stays[:12]:
        text = vehicles.opened(one.plate or "", one.seal)
        before = await Stay.filter(plate_index=one.plate_index).order_by("entered_at").values()
        await stay_service.rebuild(lot, text, None, await passings(lot.id, text, None))
        after = await Stay.filter(key__in=[row["key"] for row in before]).order_by("entered_at")
        same = ("key", "phase", "entered_at", "left_at", "fee")
        assert [tuple(row[name] for name in same) for row in before] == [
            tuple(getattr(row, name) for name in same) for row in after
        ]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_the_gate_can_be_played(written: Sample, demo: httpx.AsyncClient) -> None:
    host = httpx.AsyncClient(transport=demo._transport, base_url="http://linli.test")
    barriers = {
        way: Barrier(host, key, secret, sequence=10**12) for way, (key, secret) in GATES.items()
    }
    assert (await barriers[Direction.IN].drive("沪B12345"))["reason"] == "temporary"
    assert (await stays.inside(written.cars.lots[0].id, "沪B12345")) is not None
    assert (await barriers[Direction.OUT].drive("沪B12345"))["reason"] == "free"
