"""Slots by their host, sign-ups by their guests, and the clock."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock, database
from backend.core.actor import SYSTEM, Actor
from backend.core.database import rows
from backend.core.errors import Invalid, NotFound, StaleVersion, WrongState
from backend.core.events import emit
from backend.core.states import moves_open_to
from backend.engines.bookings import queries, service
from backend.engines.bookings.models import Booking, Slot
from backend.engines.bookings.schemas import GuestsQuery, MineQuery
from backend.engines.bookings.service import NotOpen, NotYetForYou, TooLate
from backend.engines.bookings.states import ENDED, LIVE, MOVES, B
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from tests.engines.bookings.conftest import HOST, Queue, open_slot, work
from tests.engines.vehicles.conftest import Yard, city, yard

__all__ = ["city", "yard"]
GUEST, OTHER = Actor(100), Actor(101)
EXPECTED = {
    B.BOOKED: ("cancel check-in", "admit no-show release"),
    B.WAITING: ("cancel", "release"),
    B.OFFERED: ("accept cancel check-in", "admit release"),
    B.CHECKED_IN: ("check-out", "see-off"),
    B.CHECKED_OUT: ("", ""),
    B.DONE: ("", ""),
    B.NO_SHOW: ("", "attest"),
    B.CANCELLED: ("", ""),
    B.LAPSED: ("", ""),
}


@pytest.mark.parametrize("status", B)
def test_who_may_what(status: B) -> None:
    row = Booking(id=1, user_id=100, status=status, version=1)
    guest, host = EXPECTED[status]
    assert moves_open_to(MOVES, row, GUEST) == guest.split()
    assert moves_open_to(MOVES, row, OTHER) == []
    row.is_hosted = True
    assert moves_open_to(MOVES, row, HOST) == host.split()
    assert set(B) == LIVE | ENDED


async def _inbox(user_id: int) -> list[str]:
    sql = "SELECT template FROM notify_message WHERE user_id = ? ORDER BY id"
    return [row["template"] for row in await rows(sql, user_id)]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"quota": 0}, "quota"),
        ({"quota": -3}, "quota"),
        ({"quota": 10**6}, "quota"),
        ({"most_waiting": -1}, "most_waiting"),
        ({"proof": "place"}, "proof"),
    ],
)
async def test_slots_that_cannot_be(db: str, wanted: dict[str, Any], field: str) -> None:
    if "proof" in wanted:
        wanted = {"proof": queries.Proof.PLACE}
    with pytest.raises(Invalid) as wrong:
        await open_slot(**wanted)
    assert list(wrong.value.fields) == [field]
    assert await Slot.all().count() == 0


async def test_times_that_cannot_be(db: str) -> None:
    now = clock.now()
    with pytest.raises(Invalid) as wrong:
        await open_slot(starts_at=now, ends_at=now, cancel_until=now + timedelta(days=1))
    assert set(wrong.value.fields) == {"ends_at", "closes_at", "cancel_until"}


async def test_sign_up_opens_and_closes_to_the_moment(
    db: str, noon: time_machine.Traveller
) -> None:
    opens, closes = clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=2)
    slot = await open_slot(opens_at=opens, closes_at=closes)
    noon.move_to(opens - timedelta(microseconds=1))
    with pytest.raises(NotOpen):
        await Queue(slot.id).book(100)
    noon.move_to(opens)
    assert await Queue(slot.id).book(100) == "booked"
    noon.move_to(closes - timedelta(microseconds=1))
    assert await Queue(slot.id).book(101) == "booked"
    noon.move_to(closes)
    with pytest.raises(NotOpen):
        await Queue(slot.id).book(102)


async def test_giving_up_until_the_cut_off(db: str, noon: time_machine.Traveller) -> None:
    cut_off = clock.now() + timedelta(hours=20)
    queue = Queue((await open_slot(cancel_until=cut_off, quota=2)).id)
    for who in (100, 101, 102):
        await queue.book(who)
    noon.move_to(cut_off)
    await queue.cancel(100)
    noon.shift(timedelta(microseconds=1))
    with pytest.raises(TooLate):
        await queue.cancel(101)
    await queue.cancel(102)
    await work()
    assert await queue.counts() == (1, 0)


async def test_people_of_sixty_come_first(yard: Yard, noon: time_machine.Traveller) -> None:
    """The owner is of 1960, and signs up for the family too; the family waits for its hour."""
    until = clock.now() + timedelta(hours=1)
    slot = await open_slot(first_age=60, first_until=until, quota=5)
    people = await rows("SELECT id, user_id FROM residents_resident")
    ids = {int(row["user_id"]): int(row["id"]) for row in people}
    owner, family = yard.ids["owner"], yard.ids["family"]
    with pytest.raises(NotYetForYou):
        await Queue(slot.id).book(owner)
    sql = "UPDATE residents_resident SET birth_year = 1960 WHERE user_id = ?"
    await database.execute(sql, owner)
    assert await Queue(slot.id).book(owner) == "booked"
    with pytest.raises(NotYetForYou):
        await service.book(Actor(owner), slot.id, resident_id=ids[family])
    with pytest.raises(NotFound):
        await service.book(Actor(owner), slot.id, resident_id=ids[yard.ids["other"]])
    noon.move_to(until)
    async with database.transaction():
        theirs = await service.book(Actor(owner), slot.id, resident_id=ids[family])
    assert theirs.resident_id == ids[family]
    with pytest.raises(service.AlreadyBooked):
        await Queue(slot.id).book(family)
    mine = await queries.mine(Actor(owner), MineQuery())
    assert [one.for_whom for one in mine.items] == ["王**", None]
    assert [one.resident_id is None for one in mine.items] == [False, True]


async def test_changing_tells_whoever_comes(db: str) -> None:
    queue = Queue((await open_slot()).id)
    await queue.book(100)
    await queue.change(title="另一个名字")
    assert await _inbox(100) == []
    await queue.change(place="2号楼")
    assert await _inbox(100) == ["bookings.changed"]
    slot = await Slot.get(id=queue.slot_id)
    with pytest.raises(StaleVersion):
        await service.change(HOST, slot.id, slot.version - 1, place="3号楼")
    with pytest.raises(Invalid):
        await service.change(HOST, slot.id, slot.version, ends_at=slot.starts_at)


async def test_calling_off_tells_everybody_why(db: str) -> None:
    queue = Queue((await open_slot(quota=1)).id)
    await queue.book(100)
    await queue.book(101)
    async with database.transaction():
        await service.move(HOST, queue.slot_id, "call-off", "下雨")
    await work()
    assert await queue.now() == {100: "cancelled", 101: "cancelled"}
    assert await queue.counts() == (0, 0)
    assert await _inbox(101) == ["bookings.called_off"]
    with pytest.raises(NotOpen):
        await queue.book(102)
    with pytest.raises(WrongState):
        await service.move(HOST, queue.slot_id, "reopen")


async def test_closed_lets_nobody_join_but_the_line_moves(db: str) -> None:
    queue = Queue((await open_slot(quota=1)).id)
    await queue.book(100)
    await queue.book(101)
    async with database.transaction():
        await service.move(HOST, queue.slot_id, "close")
    with pytest.raises(NotOpen):
        await queue.book(102)
    await queue.cancel(100)
    await work()
    assert await queue.now() == {100: "cancelled", 101: "booked"}
    assert await _inbox(101) == ["bookings.moved_up"]


async def test_the_host_releases_and_the_next_moves_up(db: str) -> None:
    queue = Queue((await open_slot(quota=1)).id)
    await queue.book(100)
    await queue.book(101)
    first = await Booking.get(user_id=100)
    async with database.transaction():
        await service.release(HOST, queue.slot_id, first.id, "名额另有安排")
    await work()
    assert (await queue.now(), await queue.counts()) == (
        {100: "cancelled", 101: "booked"},
        (1, 0),
    )
    assert await _inbox(100) == ["bookings.released"]


async def test_the_clock_winds_up(db: str, noon: time_machine.Traveller) -> None:
    slot = await open_slot(quota=1)
    queue = Queue(slot.id)
    await queue.book(100)
    await queue.book(101)
    noon.move_to(slot.ends_at + timedelta(hours=2))
    assert await queries.over(10) == []
    noon.shift(timedelta(microseconds=1))
    assert await queries.over(10) == [slot.id]
    await service.wind_up(slot.id)
    await service.wind_up(slot.id)
    assert await queue.now() == {100: "no_show", 101: "lapsed"}
    assert await _inbox(101) == ["bookings.lapsed"]
    missed = await Booking.get(user_id=100)
    await service.attest(HOST, slot.id, missed.id)
    assert (await queue.now())[100] == "done"


async def test_who_has_left_gives_the_place_up_and_is_nameless(
    db: str, noon: time_machine.Traveller
) -> None:
    behind, ahead = await open_slot(quota=1), Queue((await open_slot(quota=1)).id)
    await Queue(behind.id).book(100)
    await ahead.book(100)
    await ahead.book(101)
    await database.execute(
        "UPDATE bookings_booking SET status = 'done' WHERE slot_id = ?", behind.id
    )
    await emit(UserErased(100))
    await work()
    assert await ahead.now() == {0: "cancelled", 101: "booked"}
    assert await Booking.filter(user_id=100).count() == 0
    page = await queries.guests(HOST, behind, GuestsQuery(), is_staff=True)
    assert [(one.name, one.status) for one in page.items] == [("已注销用户", "done")]
    assert await queries.about(100) == {"预约与报名": []}


async def test_slots_follow_their_area(db: str) -> None:
    slot = await open_slot(area_path="/1/2/3/")
    await emit(AreaMoved(2, "/1/2/", "/1/9/2/", 0))
    await work()
    assert (await Slot.get(id=slot.id)).area_path == "/1/9/2/3/"


async def test_what_is_shown(db: str) -> None:
    slot = await open_slot(quota=1, most_waiting=2)
    for who in (100, 101, 102):
        await Queue(slot.id).book(who)
    slot = await queries.slot(slot.id)
    (seen,) = await queries.slots_shown(Actor(102), [slot])
    assert (seen.taken, seen.waiting, seen.left, seen.why_closed) == (1, 2, 0, "名额已满")
    assert [(one.status, one.ahead, one.moves) for one in seen.mine] == [("waiting", 1, ["cancel"])]
    (seen,) = await queries.slots_shown(SYSTEM, [slot])
    assert seen.mine == []
    page = await queries.mine(Actor(102), MineQuery(state="over"))
    assert page.items == []


async def test_over_the_api_only_ones_own(yard: Yard) -> None:
    slot = await open_slot()
    await Queue(slot.id).book(yard.ids["owner"])
    (mine,) = (await yard.call("owner", "/bookings"))["items"]
    path = f"/bookings/{mine['id']}"
    for body in (None, {}):
        await yard.call("family", path + ("/cancel" if body == {} else ""), body, status=404)
    await yard.call("owner", f"{path}/accept", {}, status=409)
    assert (await yard.call("owner", f"{path}/cancel", {}))["status"] == "cancelled"
    await yard.call("owner", f"{path}/cancel", {}, status=409)
