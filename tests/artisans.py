"""A craftsman of the neighbourhood, a call of the neighbour's and a bench in the square, for tests
of who may see and touch what: see tests.neighbours."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.engines.bookings import service as bookings
from backend.engines.bookings.queries import Proof
from backend.engines.bookings.service import NewSlot
from backend.engines.craftsmen.models import (
    CraftCall,
    CraftSkill,
    Craftsman,
    Engagement,
    sealed_paper,
    sealed_where,
)
from backend.features.mending_days.models import Bench, MendingDay
from backend.features.mending_days.rules import KIND

SAYS = "秘密社区里的话"
ARTISANS = (
    ("craftsmen_craftsman", "id", "craftsman_id"),
    ("craftsmen_skill", "craftsman_id", "craftsman_id"),
    ("craftsmen_call", "id", "call_id"),
    ("craftsmen_engagement", "craftsman_id", "craftsman_id"),
    ("mending_days_day", "id", "mending_day_id"),
    ("mending_days_bench", "id", "bench_id"),
    ("bookings_slot", "id", "turn_id"),
    ("bookings_booking", "slot_id", "turn_id"),
)
"""Tables, by which column, and the id in `Home.ids`."""
ARTISAN = 987_655


async def know_crafts(home: Any, phone: str) -> None:
    one = await Craftsman.create(
        user_id=ARTISAN,
        called="王师傅",
        text=SAYS,
        area_path=home.area_path,
        reach="community",
        serves_path=home.area_path,
        week=[["morning"]] * 7,
        status="active",
        submitted_at=clock.now(),
    )
    paper = sealed_paper(SAYS)
    await CraftSkill.create(craftsman=one, skill="plumbing", price=0, **paper)
    call = await CraftCall.create(
        caller_id=home.ids["user_id"],
        craftsman=one,
        tried=[one.id],
        skill="plumbing",
        text=SAYS,
        area_path=home.area_path,
        day=clock.today() + timedelta(days=1),
        part="morning",
        answer_by=clock.now() + timedelta(hours=1),
        asked_at=clock.now(),
        **sealed_where(SAYS, phone),
    )
    home.ids |= {"craftsman_id": one.id, "call_id": call.id}
    await _stand(home, one)


async def _stand(home: Any, one: Craftsman) -> None:
    """A day under way, where the neighbour has a turn."""
    neighbour, now = Actor(home.ids["user_id"]), clock.now()
    day = await MendingDay.create(
        area_path=home.area_path,
        place=SAYS,
        about=SAYS,
        starts_at=now,
        ends_at=now + timedelta(hours=2),
        created_at=now,
    )
    bench = await Bench.create(day=day, craftsman=one, skill="plumbing", minutes=30)
    await Engagement.create(
        craftsman=one, day=clock.today(), part="morning", owner_kind=KIND, owner_id=bench.id
    )
    new = NewSlot(
        owner_kind=KIND,
        owner_id=bench.id,
        link="/",
        area_path=home.area_path,
        title=SAYS,
        place=SAYS,
        starts_at=now + timedelta(hours=1),
        ends_at=now + timedelta(hours=2),
        quota=1,
        proof=Proof.TICKET,
    )
    slot = await bookings.open_slot(SYSTEM, new)
    await bookings.book(neighbour, slot.id)
    home.ids |= {"mending_day_id": day.id, "bench_id": bench.id, "turn_id": slot.id}
