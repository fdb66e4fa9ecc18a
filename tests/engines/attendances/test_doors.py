"""Codes that a photo does not keep, the place, the clock at its limits, double scans."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock, database
from backend.core.actor import Actor
from backend.core.errors import Conflict, Invalid, NotFound, WrongState
from backend.engines.attendances import queries, rules, service
from backend.engines.attendances.schemas import HereBody, PointBody, ScanBody
from backend.engines.attendances.service import CodeExpired, DoorShut, NotThere
from backend.engines.bookings import service as booking_service
from backend.engines.bookings.models import Booking, Slot
from backend.engines.bookings.queries import Direction, Point, Proof
from tests.engines.bookings.conftest import HOST, Queue, noon, open_slot, work

__all__ = ["noon"]
GUEST, OTHER = Actor(100), Actor(101)
DOOR = Point(35_050_000, 118_350_000)
AT_DOOR = PointBody(latitude=35_050_400, longitude=118_350_400)
FAR = PointBody(latitude=35_060_000, longitude=118_350_000)
IN, OUT = Direction.IN, Direction.OUT
EARLY = timedelta(minutes=30)


async def _slot(noon: time_machine.Traveller, **wanted: Any) -> Slot:
    """A slot with the guest booked, at the moment the doors open."""
    slot = await open_slot(point=DOOR, **wanted)
    assert await Queue(slot.id).book(100) == "booked"
    noon.move_to(slot.starts_at - EARLY)
    return slot


async def _scan(slot: Slot, direction: Direction = IN, who: Actor = GUEST, **more: Any) -> Any:
    """Scan what the screen shows now, or the `code` given."""
    code = more.pop("code", None) or (await queries.door(slot, direction)).code
    async with database.transaction():
        return await service.scan(who, ScanBody(code=code, **more))


async def test_in_and_out_by_the_screen(db: str, noon: time_machine.Traveller) -> None:
    slot = await _slot(noon)
    came = await _scan(slot)
    assert (came.status, came.checked_in_at) == ("checked_in", clock.now())
    assert (await queries.door(slot, IN)).there == 1
    noon.shift(timedelta(hours=2))
    went = await _scan(slot, OUT)
    assert (went.status, went.checked_out_at) == ("checked_out", clock.now())
    noon.move_to(slot.ends_at + timedelta(hours=3))
    await booking_service.wind_up(slot.id)
    assert (await Booking.get(slot_id=slot.id)).status == "done"


async def test_a_second_scan_changes_nothing(db: str, noon: time_machine.Traveller) -> None:
    slot = await _slot(noon)
    first = await _scan(slot)
    noon.shift(timedelta(seconds=20))
    again = await _scan(slot)
    assert (again.checked_in_at, again.version) == (first.checked_in_at, first.version)
    await _scan(slot, OUT)
    with pytest.raises(WrongState):
        await _scan(slot, IN)


async def test_a_photo_of_the_code_is_soon_nothing(db: str, noon: time_machine.Traveller) -> None:
    slot = await _slot(noon)
    noon.move_to(slot.starts_at)
    photo = (await queries.door(slot, IN)).code
    noon.shift(timedelta(seconds=2 * rules.STEP - 1))
    assert rules.scanned(photo, clock.now()) == (slot.id, IN, True)
    noon.shift(timedelta(seconds=1))
    with pytest.raises(CodeExpired):
        await _scan(slot, code=photo)
    ahead = rules.code_of(slot.id, IN, clock.now() + timedelta(seconds=rules.STEP))
    with pytest.raises(CodeExpired):
        await _scan(slot, code=ahead)


@pytest.mark.parametrize("text", ["x", "LLQD.1.in.5.abc", "LLQD.0.in.1." + "A" * 32, "١" * 9])
async def test_what_we_did_not_sign(db: str, noon: time_machine.Traveller, text: str) -> None:
    with pytest.raises(Invalid):
        await _scan(await _slot(noon), code=text)


async def test_no_code_of_one_door_opens_another(db: str, noon: time_machine.Traveller) -> None:
    slot = await _slot(noon)
    code = (await queries.door(slot, IN)).code
    for changed in (code.replace(".in.", ".out."), code.replace(f".{slot.id}.", ".999.")):
        with pytest.raises(Invalid):
            await _scan(slot, code=changed)
    with pytest.raises(NotFound):
        await _scan(slot, who=OTHER)
    await Queue(slot.id).book(101)
    theirs = await Booking.get(user_id=101)
    with pytest.raises(NotFound):
        await _scan(slot, booking_id=theirs.id)


async def test_before_and_after_its_time(db: str, noon: time_machine.Traveller) -> None:
    slot = await _slot(noon)
    noon.shift(timedelta(microseconds=-1))
    with pytest.raises(DoorShut):
        await _scan(slot)
    noon.move_to(slot.ends_at)
    await _scan(slot)
    noon.move_to(slot.ends_at + timedelta(hours=2))
    assert (await _scan(slot, OUT)).status == "checked_out"


async def test_coming_after_the_end(db: str, noon: time_machine.Traveller) -> None:
    slot = await _slot(noon)
    noon.move_to(slot.ends_at + timedelta(microseconds=1))
    with pytest.raises(DoorShut):
        await _scan(slot)


async def test_by_place(db: str, noon: time_machine.Traveller) -> None:
    slot = await _slot(noon, proof=Proof.PLACE)
    mine = await Booking.get(slot_id=slot.id)

    async def here(at: PointBody, direction: Direction = IN) -> Any:
        async with database.transaction():
            return await service.here(GUEST, mine.id, HereBody(at=at, direction=direction))

    with pytest.raises(NotThere) as far:
        await here(FAR)
    assert 1000 < far.value.facts["metres"] < 1200
    assert (await here(AT_DOOR)).status == "checked_in"
    assert (await here(AT_DOOR, OUT)).status == "checked_out"


async def test_the_place_alone_is_not_enough_for_a_code(
    db: str, noon: time_machine.Traveller
) -> None:
    slot = await _slot(noon)
    mine = await Booking.get(slot_id=slot.id)
    with pytest.raises(Conflict):
        await service.here(GUEST, mine.id, HereBody(at=AT_DOOR))


async def test_code_and_place_together(db: str, noon: time_machine.Traveller) -> None:
    slot = await _slot(noon, proof=Proof.BOTH)
    with pytest.raises(Invalid):
        await _scan(slot)
    with pytest.raises(NotThere):
        await _scan(slot, at=FAR)
    assert (await _scan(slot, at=AT_DOOR)).status == "checked_in"
    assert (await Booking.get(slot_id=slot.id)).checked_by == "both"


async def test_the_host_sees_somebody_come_and_go(db: str, noon: time_machine.Traveller) -> None:
    slot = await _slot(noon)
    mine = await Booking.get(slot_id=slot.id)
    for direction in (IN, OUT):
        async with database.transaction():
            await service.see(HOST, slot.id, mine.id, direction)
    assert (await Booking.get(id=mine.id)).status == "checked_out"
    other = await open_slot()
    with pytest.raises(NotFound):
        await service.see(HOST, other.id, mine.id, IN)


async def test_a_slot_called_off_lets_nobody_in(db: str, noon: time_machine.Traveller) -> None:
    slot = await _slot(noon)
    async with database.transaction():
        await booking_service.move(HOST, slot.id, "call-off", "天气原因")
    await work()
    with pytest.raises(NotFound):
        await _scan(slot)


def test_distances() -> None:
    """Against what the great circle says of two points of Linyi, to a thousandth."""
    one, other = Point(35_065_000, 118_326_000), Point(35_105_000, 118_356_000)
    assert abs(rules.metres(one, other) - 5225) < 10
    assert rules.metres(one, one) == 0
