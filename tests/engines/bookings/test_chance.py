"""Whatever people do in whatever order: the quota holds, the turn is kept, no place is lost."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.core import clock
from backend.core.actor import Actor
from backend.engines.bookings import service
from backend.engines.bookings.models import Booking, Slot
from backend.engines.bookings.service import AlreadyBooked, FullUp, QuotaTaken
from backend.engines.bookings.states import HOLDING, B
from tests.engines.bookings.conftest import Queue, open_slot, work

PEOPLE = range(100, 112)
MOST_WAITING = 4


class Model:
    """The simplest thing that could be meant: who holds a place, and who stands in line."""

    def __init__(self, quota: int) -> None:
        self.quota = quota
        self.inside: set[int] = set()
        self.line: list[int] = []

    def book(self, who: int) -> str:
        if who in self.inside or who in self.line:
            return "already_booked"
        if not self.line and len(self.inside) < self.quota:
            self.inside.add(who)
            return "booked"
        if len(self.line) >= MOST_WAITING:
            return "full_up"
        self.line.append(who)
        return "waiting"

    def cancel(self, who: int) -> None:
        self.inside.discard(who)
        self.line = [one for one in self.line if one != who]

    def move_up(self) -> None:
        while self.line and len(self.inside) < self.quota:
            self.inside.add(self.line.pop(0))


async def _agrees(queue: Queue, model: Model) -> None:
    slot = await Slot.get(id=queue.slot_id)
    live = await Booking.filter(slot_id=slot.id).exclude(live_key=None).order_by("turn")
    assert {one.user_id for one in live if one.status in HOLDING} == model.inside
    assert [one.user_id for one in live if one.status is B.WAITING] == model.line
    assert (slot.taken, slot.waiting) == (len(model.inside), len(model.line))
    assert slot.taken <= slot.quota == model.quota


@pytest.mark.parametrize("minutes", [0, 60])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_a_slot_lives_as_the_model(
    db: str, noon: time_machine.Traveller, minutes: int, data: st.DataObject
) -> None:
    quota = data.draw(st.integers(1, 3))
    slot = await open_slot(quota=quota, most_waiting=MOST_WAITING, offer_minutes=minutes)
    queue, model = Queue(slot.id), Model(quota)
    for _ in range(data.draw(st.integers(5, 25))):
        await _something(queue, model, data)
        await _agrees(queue, model)
    await work()
    model.move_up()
    await _agrees(queue, model)
    assert not model.line or len(model.inside) == model.quota


async def _something(queue: Queue, model: Model, data: Any) -> None:
    """One of: sign up, give up, raise or lower the quota, let the worker run."""
    what = data.draw(st.sampled_from(["book", "book", "book", "cancel", "quota", "work"]))
    if what == "book":
        who = data.draw(st.sampled_from(PEOPLE))
        try:
            said = await queue.book(who)
        except (AlreadyBooked, FullUp) as error:
            said = error.code
        assert said == model.book(who)
    elif what == "cancel" and (model.inside or model.line):
        who = data.draw(st.sampled_from([*sorted(model.inside), *model.line]))
        await queue.cancel(who)
        model.cancel(who)
    elif what == "quota":
        await _requota(queue, model, data.draw(st.integers(1, 5)))
    elif what == "work":
        await work()
        model.move_up()


async def _requota(queue: Queue, model: Model, quota: int) -> None:
    if quota < len(model.inside):
        with pytest.raises(QuotaTaken):
            await queue.change(quota=quota)
        return
    await queue.change(quota=quota)
    model.quota = quota


async def test_offers_nobody_takes_go_round(db: str, noon: time_machine.Traveller) -> None:
    """Each has an hour; after that the next in turn is asked, and the last keeps nothing."""
    queue = Queue((await open_slot(quota=1, offer_minutes=60)).id)
    for who in (100, 101, 102):
        await queue.book(who)
    await queue.cancel(100)
    await work()
    assert await queue.now() == {100: "cancelled", 101: "offered", 102: "waiting"}
    noon.shift(timedelta(minutes=59))
    await work()
    assert (await queue.now())[101] == "offered"
    noon.shift(timedelta(minutes=2))
    await work()
    assert await queue.now() == {100: "cancelled", 101: "lapsed", 102: "offered"}
    assert await queue.counts() == (1, 0)
    noon.shift(timedelta(minutes=61))
    await work()
    assert await queue.counts() == (0, 0)
    assert await queue.book(103) == "booked"


async def test_an_offer_taken_is_not_withdrawn(db: str, noon: time_machine.Traveller) -> None:
    queue = Queue((await open_slot(quota=1, offer_minutes=60)).id)
    await queue.book(100)
    await queue.book(101)
    await queue.cancel(100)
    await work()
    offered = await Booking.get(slot_id=queue.slot_id, user_id=101)
    await service.accept(Actor(101), offered.id)
    noon.shift(timedelta(hours=2))
    await work()
    assert (await queue.now())[101] == "booked"
    assert offered.offered_until == clock.now() - timedelta(hours=1)
