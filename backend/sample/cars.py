"""Cars of the sample city: car parks with prices, residents' vehicles, passes, a gate that was busy
for the last days, and its secrets, so that it can be played."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from backend.core import crypto
from backend.engines.gates.models import SECRET, Direction, EventKind, Gate, GateEvent
from backend.engines.lots.models import Lot, Space, SpaceKind
from backend.engines.lots.queries import fee, tariff_of
from backend.engines.passes.models import Pass, PassStatus
from backend.engines.passes.rules import after_months, midnight
from backend.engines.stays.models import Phase, Stay
from backend.engines.stays.rules import Pairing, Passing, pair
from backend.engines.vehicles.models import Contact, Vehicle, VehicleStatus, sealed
from backend.engines.vehicles.rules import Plate, parse
from backend.foundation.areas.models import Area, Level
from backend.foundation.codes.models import Code, CodeKind
from backend.foundation.codes.rules import ALPHABET, TOKEN_LENGTH
from backend.sample.city import FOUNDED, City
from backend.sample.people import Neighbour, People

OWNERS = 0.7
"""Share of the residents with an account who have a car."""
DAYS = 3
STRANGERS = 12
TARIFF: dict[str, Any] = {
    "free_minutes": 30,
    "step_minutes": 60,
    "step_price": 200,
    "day_cap": 2000,
    "night": None,
}
GATES = {
    Direction.IN: ("demogatein24", "demo-gate-in-secret-of-the-sample-city"),
    Direction.OUT: ("demogateout4", "demo-gate-out-secret-of-the-sample-city"),
}
"""Key and secret of the first compound's entrance and exit: whoever has the demo may play them."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
COLOURS = ("白色轿车", "黑色轿车", "灰色 SUV", "红色小车", "银色面包车", "蓝色 SUV")


@dataclass
class Cars:
    """Everything about cars, ids given, not yet in a database."""

    now: datetime
    random: Random
    lots: list[Lot] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)
    vehicles: list[Vehicle] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    events: list[GateEvent] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    plates: set[str] = field(default_factory=set)

    def seal(self) -> str:
        return f"{self.random.getrandbits(128):032x}"

    def plate(self, office: str = "鲁Q") -> Plate:
        """A plate that nobody else has; every third is of a new-energy car."""
        while True:
            digits = f"{self.random.randrange(10_000):04d}"
            sign = self.random.choice(LETTERS) + self.random.choice("0123456789")
            tail = f"D{sign[1]}{digits}" if self.random.random() < 0.33 else sign[0] + digits
            if office + tail not in self.plates:
                self.plates.add(office + tail)
                return parse(office + tail)


def build(random: Random, city: City, crowd: People) -> Cars:
    """All cars, the same for the same random numbers but for ciphertexts."""
    cars = Cars(city.now, random)
    for compound in city.at(Level.COMPOUND):
        if compound.id in crowd.firms:
            _lot(cars, compound, crowd)
    _spaces(cars)
    for neighbour in crowd.neighbours:
        if random.random() < OWNERS or neighbour is crowd.neighbours[0]:
            _vehicle(cars, city, neighbour)
    _codes(cars, city, crowd)
    _passes(cars, city, crowd)
    _gates(cars)
    _traffic(cars, city, crowd)
    return cars


def _lot(cars: Cars, compound: Area, crowd: People) -> None:
    firm = crowd.firms[compound.id]
    cars.lots.append(
        Lot(
            id=len(cars.lots) + 1,
            area_id=compound.id,
            name=f"{compound.name}停车场",
            unit_id=firm.id,
            unit_name=firm.name,
            capacity=cars.random.randrange(80, 400, 10),
            month_price=cars.random.choice((12000, 15000, 18000, 20000)),
            tariff=TARIFF,
            created_at=cars.now - FOUNDED,
        )
    )


def _spaces(cars: Cars) -> None:
    """The first car park has numbered spaces to rent."""
    lot = cars.lots[0]
    for number in range(1, 25):
        kind = SpaceKind.RENTED if number <= 20 else SpaceKind.VISITOR
        name = f"B1-{number:03d}" if kind is SpaceKind.RENTED else f"访-{number - 20:02d}"
        cars.spaces.append(Space(id=number, lot_id=lot.id, number=name, kind=kind))


def _vehicle(cars: Cars, city: City, owner: Neighbour) -> None:
    number, seal, plate = len(cars.vehicles) + 1, cars.seal(), cars.plate()
    is_waiting = number % 23 == 0
    since = city.now - timedelta(days=2 if is_waiting else cars.random.randint(20, 300))
    columns: dict[str, Any] = dict(sealed(plate.text, seal))
    cars.vehicles.append(
        Vehicle(
            id=number,
            seal=seal,
            **columns,
            plate_kind=plate.kind,
            is_sole=None if is_waiting else True,
            is_claim=True,
            description=cars.random.choice(COLOURS),
            owner_id=owner.user_id,
            dwelling_id=owner.dwelling_id,
            status=VehicleStatus.PENDING if is_waiting else VehicleStatus.CONFIRMED,
            version=1 if is_waiting else 2,
            created_at=since,
            decided_by=None if is_waiting else 0,
            decided_at=None if is_waiting else since + timedelta(hours=5),
        )
    )
    cars.contacts.append(
        Contact(id=number, vehicle_id=number, user_id=owner.user_id, rank=1, joined_at=since)
    )


def _first(cars: Cars, city: City, crowd: People) -> Iterator[tuple[Vehicle, Plate]]:
    """Confirmed cars of the first car park's compound with their plates in plain."""
    compound = city.by_id[cars.lots[0].area_id]
    homes = {one.user_id: one.area.path or "" for one in crowd.neighbours}
    for one in cars.vehicles:
        is_here = homes[one.owner_id].startswith(compound.path or "/-/")
        if is_here and one.status == VehicleStatus.CONFIRMED:
            yield one, parse(crypto.decrypt(one.plate, field="vehicle.plate", row=one.seal))


def _codes(cars: Cars, city: City, crowd: People) -> None:
    """Every second car there has its windscreen code."""
    area_id = cars.lots[0].area_id
    for number, (car, _) in enumerate(_first(cars, city, crowd)):
        if number % 2 == 0:
            code = Code(
                id=len(city.codes) + len(cars.codes) + 1,
                token="".join(cars.random.choices(ALPHABET, k=TOKEN_LENGTH)),
                kind=CodeKind.VEHICLE,
                area_id=area_id,
                live_key=f"vehicle:{car.id}",
                label=f"{CodeKind.VEHICLE.label} {len(cars.codes) + 1}",
                created_by=car.owner_id,
                created_at=car.created_at,
            )
            car.code_id = code.id
            cars.codes.append(code)


def _passes(cars: Cars, city: City, crowd: People) -> None:
    """Two of three have a pass, granted with the space; one of them runs out in five days."""
    today = midnight((cars.now + timedelta(hours=8)).date())
    for number, (car, plate) in enumerate(_first(cars, city, crowd)):
        if number % 3 == 2:
            continue
        seal = cars.seal()
        columns: dict[str, Any] = dict(sealed(plate.text, seal))
        begins = today - timedelta(days=cars.random.randint(1, 25))
        ends = today + timedelta(days=5) if number == 1 else after_months(begins, 3)
        taken = len(cars.passes)
        cars.passes.append(
            Pass(
                id=taken + 1,
                lot_id=cars.lots[0].id,
                space_id=taken + 1 if taken < 12 else None,
                owner_id=car.owner_id,
                vehicle_id=car.id,
                seal=seal,
                **columns,
                status=PassStatus.ACTIVE,
                version=2,
                is_live=True,
                valid_from=begins,
                valid_until=ends,
                created_at=begins,
            )
        )


def _gates(cars: Cars) -> None:
    for number, (direction, (key, secret)) in enumerate(GATES.items(), start=1):
        cars.gates.append(
            Gate(
                id=number,
                lot_id=cars.lots[0].id,
                name=f"东门{direction.label}",
                direction=direction,
                key=key,
                secret=crypto.encrypt(secret, field=SECRET, row=key),
                created_at=cars.now - FOUNDED,
                seen_at=cars.now,
                last_sequence=0,
            )
        )


def _traffic(cars: Cars, city: City, crowd: People) -> None:
    """What the gate saw in the last days, and the stays that follow from it."""
    drivers: list[tuple[int | None, Plate]] = [
        *((car.id, plate) for car, plate in _first(cars, city, crowd)),
        *((None, cars.plate("沪A")) for _ in range(STRANGERS)),
    ]
    journeys = sorted(
        (at, number, direction)
        for number, (vehicle_id, _) in enumerate(drivers)
        for direction, at in _journeys(cars, is_guest=vehicle_id is None)
    )
    seen: dict[int, list[Passing]] = {}
    for at, number, direction in journeys:
        gate = cars.gates[0 if direction is Direction.IN else 1]
        gate.last_sequence += 1
        one = Passing(at, gate.id, gate.last_sequence, direction is Direction.IN)
        seen.setdefault(number, []).append(one)
        _event(cars, gate, one, drivers[number][1])
    for number, passings in seen.items():
        vehicle_id, plate = drivers[number]
        for pairing in pair(passings):
            _stay(cars, pairing, plate, vehicle_id)


def _journeys(cars: Cars, *, is_guest: bool) -> Iterator[tuple[Direction, datetime]]:
    """In at some hour, out some hours later, day by day; about half stand inside now."""
    at = cars.now - timedelta(days=DAYS, minutes=cars.random.randint(0, 600))
    while at < cars.now:
        yield Direction.IN, at
        at += timedelta(minutes=cars.random.randint(20, 240 if is_guest else 840))
        if at < cars.now:
            yield Direction.OUT, at
        at += timedelta(minutes=cars.random.randint(500, 1400) if is_guest else 480)


def _event(cars: Cars, gate: Gate, one: Passing, plate: Plate) -> None:
    seal = cars.seal()
    columns: dict[str, Any] = dict(sealed(plate.text, seal))
    cars.events.append(
        GateEvent(
            id=len(cars.events) + 1,
            gate_id=gate.id,
            lot_id=gate.lot_id,
            sequence=one.sequence,
            kind=EventKind.PASS,
            direction=gate.direction,
            at=one.at,
            received_at=one.at + timedelta(seconds=1),
            digest="0" * 64,
            seal=seal,
            **columns,
        )
    )


def _cover(ticket: Pass | None) -> dict[str, Any]:
    if ticket is None:
        return {}
    return {"cover": "pass", "cover_id": ticket.id, "free_until": ticket.valid_until}


def _stay(cars: Cars, one: Pairing, plate: Plate, vehicle_id: int | None) -> None:
    lot, seal = cars.lots[0], cars.seal()
    columns: dict[str, Any] = dict(sealed(plate.text, seal))
    ticket = next((row for row in cars.passes if row.vehicle_id == vehicle_id), None)
    begins = one.entered_at or cars.now
    is_covered = ticket is not None and (ticket.valid_from or cars.now) <= begins
    cost = 0
    if one.phase is Phase.LEFT and one.left_at is not None and not is_covered:
        cost = fee(tariff_of(TARIFF), begins, one.left_at)
    # Nobody of the sample owes but a few: the rest were let go for the opening month.
    owed = cost if len(cars.stays) % 9 == 0 else 0
    cars.stays.append(
        Stay(
            id=len(cars.stays) + 1,
            lot_id=lot.id,
            key=one.key,
            seal=seal,
            **columns,
            vehicle_id=vehicle_id,
            phase=one.phase,
            entered_at=one.entered_at,
            left_at=one.left_at,
            tariff=TARIFF,
            **_cover(ticket if is_covered else None),
            fee=cost,
            waived=cost - owed,
            owed=owed,
        )
    )
