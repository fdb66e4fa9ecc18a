"""Gathering what a resident has to do with parking."""

from collections import defaultdict

from backend.core.actor import Actor
from backend.core.schemas import Page
from backend.engines.agreements import queries as agreements
from backend.engines.lots import queries as lots
from backend.engines.passes import queries as passes
from backend.engines.stays import queries as stays
from backend.engines.vehicles import queries as vehicles
from backend.features.parking.schemas import CarOut, LotCard, Overview
from backend.foundation.residents import queries as residents


async def overview(actor: Actor) -> Overview:
    """The actor's cars with passes, balances and stays, and the car parks where they live."""
    return Overview(cars=await _cars(actor), lots=await _lots(actor))


async def _cars(actor: Actor) -> list[CarOut]:
    mine = (await vehicles.mine(actor)).items
    confirmed = {one.id for one in await vehicles.owned(actor)}
    inside = await stays.now_inside(confirmed)
    bought: defaultdict[int, list[passes.PassOut]] = defaultdict(list)
    for one in (await passes.mine(actor)).items:
        bought[one.vehicle_id].append(one)
    return [
        CarOut(
            vehicle=one,
            passes=bought[one.id],
            balance=await agreements.shown(actor, one.id) if one.id in confirmed else None,
            stay=stays.shown(inside[one.id], is_own=True) if one.id in inside else None,
        )
        for one in mine
    ]


async def _lots(actor: Actor) -> list[LotCard]:
    found: dict[int, tuple[lots.Lot, int]] = {}
    for home in await residents.dwellings_of(actor.user_id):
        for lot in await lots.around(home.area_path):
            found.setdefault(lot.id, (lot, home.dwelling_id))
    known = [lot for lot, _ in found.values()]
    shown = {one.id: one for one in await lots.shown(known)}
    full = {one.lot_id: one for one in await stays.occupancy(known)}
    return [
        LotCard(
            lot=shown[lot.id],
            occupancy=full[lot.id],
            visits=await passes.quota(dwelling_id, lot),
            dwelling_id=dwelling_id,
        )
        for lot, dwelling_id in found.values()
    ]


async def occupancy(actor: Actor) -> Page[stays.OccupancyOut]:
    """How full the car parks are where the actor works or lives."""
    work = await lots.staffed(actor)
    home = [one.lot.id for one in await _lots(actor)]
    known = {one.id: one for one in [*work, *[await lots.get(one) for one in home]]}
    return Page(items=await stays.occupancy(list(known.values())))
