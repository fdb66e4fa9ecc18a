"""Reading what a fair offers to sign up for."""

from collections.abc import Sequence

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.engines.attendances import queries as attendances
from backend.engines.attendances.queries import DoorOut as DoorOut
from backend.engines.attendances.queries import DoorQuery as DoorQuery
from backend.engines.bookings import queries as bookings
from backend.engines.bookings.queries import GuestOut as GuestOut
from backend.engines.bookings.queries import GuestsQuery as GuestsQuery
from backend.engines.bookings.queries import Slot, SlotStatus
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.queries import Figure
from backend.engines.stalls import queries as stalls
from backend.features.offerings.models import Offering, OfferingKind
from backend.features.offerings.permissions import P
from backend.features.offerings.schemas import OfferingList, OfferingOut

OWNER = "offering"
"""As whose slots the room `bookings` knows them."""


async def get(actor: Actor, offering_id: int) -> Offering:
    """An offering with its `fair`. Raises NotFound where the fair is not the actor's to see."""
    found = await Offering.get_or_none(id=offering_id).prefetch_related("fair")
    if found is None or not await fairs.visible_to(actor).filter(id=found.fair_id).exists():
        raise NotFound("没有这个项目")
    return found


async def run_by(actor: Actor, offering_id: int) -> Offering:
    """An offering of a fair that the actor runs. Raises NotFound."""
    found = await get(actor, offering_id)
    if not actor.may(P.RUN, found.fair.area_path):
        raise NotFound("没有这个项目")
    return found


async def slot_of(one: Offering, slot_id: int) -> Slot:
    """A turn of this very offering. Raises NotFound."""
    found = await bookings.slot(slot_id, OWNER)
    if found.owner_id != one.id:
        raise NotFound("没有这个场次")
    return found


async def slots_of(fair_id: int) -> list[Slot]:
    """All turns of a fair that were not called off."""
    ids = [one.id for one in await Offering.filter(fair_id=fair_id)]
    found = await bookings.slots_of(OWNER, ids)
    return [one for one in found if one.status is not SlotStatus.CALLED_OFF]


async def of_fair(actor: Actor, fair_id: int) -> OfferingList:
    """What a fair offers, as first set up. Raises NotFound."""
    fair = await fairs.get(actor, fair_id)
    found = await Offering.filter(fair_id=fair.id).order_by("id")
    for one in found:
        one.fair = fair
    return OfferingList(items=[one for one in await shown(actor, found) if one.slots])


async def shown(actor: Actor, found: Sequence[Offering]) -> list[OfferingOut]:
    """Offerings with their `fair` and their turns; what was called off is left out."""
    slots = await bookings.slots_of(OWNER, [one.id for one in found])
    running = [one for one in slots if one.status is not SlotStatus.CALLED_OFF]
    turns = await bookings.slots_shown(actor, running)
    names = await stalls.names(one.stall_id for one in found if one.stall_id)
    return [
        OfferingOut(
            id=one.id,
            fair_id=one.fair_id,
            kind=one.kind,
            kind_name=one.kind.label,
            title=one.title,
            about=one.about,
            stall=names.get(one.stall_id or 0, ""),
            slots=[turn for turn in turns if turn.owner_id == one.id],
            is_staff=actor.may(P.RUN, one.fair.area_path),
        )
        for one in found
    ]


async def guests(
    actor: Actor, offering_id: int, slot_id: int, query: GuestsQuery
) -> Page[GuestOut]:
    """Who signed up for a turn, for the organisers. Raises NotFound."""
    slot = await slot_of(await run_by(actor, offering_id), slot_id)
    return await bookings.guests(actor, slot, query, is_staff=True)


async def door(actor: Actor, offering_id: int, slot_id: int, query: DoorQuery) -> DoorOut:
    """The code on the organisers' screen. Raises NotFound."""
    slot = await slot_of(await run_by(actor, offering_id), slot_id)
    return await attendances.door(slot, query.direction)


async def figures(fair_id: int) -> list[Figure]:
    """How many were served, and how many came to the corner of training and jobs."""
    kinds = {one.id: one.kind for one in await Offering.filter(fair_id=fair_id)}
    served = corner = 0
    for slot in await slots_of(fair_id):
        there = await bookings.there(slot.id)
        if kinds[slot.owner_id] is OfferingKind.SERVICE:
            served += there
        else:
            corner += there
    return [Figure("served", "预约服务人次", served), Figure("corner", "培训招聘人次", corner)]


fairs.count_by(figures)
