"""A car park of the neighbours' community, for tests of who may see and touch what."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import Actor, Post, Role
from backend.core.database import rows
from backend.engines.agreements import service as agreements
from backend.engines.agreements.schemas import Agree
from backend.engines.gates import service as gates
from backend.engines.gates.models import GateEvent
from backend.engines.gates.rules import Direction, EventKind
from backend.engines.gates.schemas import GateNew
from backend.engines.lots import queries as lot_queries
from backend.engines.lots import service as lots
from backend.engines.lots.rules import SpaceKind
from backend.engines.lots.schemas import LotNew, SpaceNew, TariffBody
from backend.engines.passes import service as passes
from backend.engines.passes.schemas import PassNew, VisitNew
from backend.engines.stays import service as stays
from backend.engines.stays.rules import Passing
from backend.engines.vehicles import queries as vehicles

CAR_PARK = (
    ("lots_lot", "id", "lot_id"),
    ("lots_space", "id", "space_id"),
    ("passes_pass", "id", "pass_id"),
    ("passes_visit", "id", "visit_id"),
    ("agreements_mandate", "vehicle_id", "vehicle_id"),
    ("stays_stay", "id", "stay_id"),
    ("gates_gate", "id", "gate_id"),
    ("gates_event", "id", "event_id"),
    ("gates_opening", "gate_id", "gate_id"),
)
"""Table, column, and whose id it bears: rows that nobody from elsewhere may change."""


async def open_car_park(home: Any, plate: str) -> None:
    """A car park, what its gate saw; the neighbour's pass, guest and agreement."""
    unit_id = home.ids["unit_id"]
    manager = Actor(9, (Post(1, Role.PROPERTY_MANAGER, 1, home.area_path, unit_id),))
    tariff = TariffBody(free_minutes=30, step_minutes=60, step_price=300)
    new = LotNew(
        area_id=home.ids["compound_id"], name="停车场", capacity=9, month_price=100, tariff=tariff
    )
    lot = await lots.create(manager, new)
    numbers = SpaceNew(numbers=["B1"], kind=SpaceKind.RENTED)
    space = (await lots.add_spaces(manager, lot.id, numbers)).items[0]
    gate = (
        await gates.create(manager, GateNew(lot_id=lot.id, name="东门", direction=Direction.IN))
    ).gate
    home.ids |= {"lot_id": lot.id, "space_id": space.id, "gate_id": gate.id}
    await _seen(home, plate)
    neighbour, now = Actor(home.ids["user_id"]), clock.now()
    car = home.ids["vehicle_id"]
    await passes.buy(neighbour, PassNew(lot_id=lot.id, vehicle_id=car, months=1))
    terms = Agree(vehicle_id=car, is_agreed=True, terms="2026-11", most_per_stay=5000)
    await agreements.agree(neighbour, terms)
    guest = VisitNew(
        lot_id=lot.id,
        dwelling_id=home.ids["dwelling_id"],
        plate=plate,
        remark="秘密社区里的话",
        valid_from=now,
        valid_until=now + timedelta(hours=1),
    )
    visit = await passes.invite(neighbour, guest)
    bought = await rows("SELECT id FROM passes_pass")
    home.ids |= {"visit_id": visit.id, "pass_id": bought[0]["id"]}


async def _seen(home: Any, plate: str) -> None:
    """The gate saw the neighbour's car come in."""
    lot = await lot_queries.get(home.ids["lot_id"])
    seal, now = "s" * 32, clock.now()
    event = await GateEvent.create(
        gate_id=home.ids["gate_id"],
        lot_id=lot.id,
        sequence=1,
        kind=EventKind.PASS,
        direction=Direction.IN,
        at=now,
        received_at=now,
        digest="0" * 64,
        seal=seal,
        **vehicles.sealed(plate, seal),
    )
    seen = Passing(now, home.ids["gate_id"], 1, is_entry=True)
    await stays.rebuild(lot, plate, None, [seen])
    found = await rows("SELECT id FROM stays_stay")
    home.ids |= {"event_id": event.id, "stay_id": found[0]["id"]}
