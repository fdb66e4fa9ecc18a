"""What follows for vehicles from what happens here and elsewhere."""

from backend.core.actor import SYSTEM
from backend.core.events import on
from backend.engines.vehicles import messages, queries, service
from backend.engines.vehicles.events import VehicleAsked, VehicleDecided
from backend.engines.vehicles.permissions import P
from backend.foundation.areas import queries as areas
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify
from backend.foundation.residents.events import BindingEnded

MINE = "/pages/parking/index"
DESK = "/pages/parking/desk"


@on(VehicleAsked)
async def tell_the_nearest_staff(event: VehicleAsked) -> None:
    vehicle = await queries.get(SYSTEM, event.vehicle_id)
    found = await identity.people_at(event.area_path, P.CONFIRM.roles)
    nearest = {one.user_id for one in found if one.area_id == found[0].area_id}
    place = (await areas.places([vehicle.dwelling_id]))[vehicle.dwelling_id]
    for user_id in sorted(nearest - {event.owner_id}):
        await notify.send(messages.ASKED, to=user_id, link=DESK, place=place)


@on(VehicleDecided)
async def tell_the_owner(event: VehicleDecided) -> None:
    template = messages.CONFIRMED if event.is_confirmed else messages.REFUSED
    vehicle = await queries.get(SYSTEM, event.vehicle_id)
    plate = queries.masked(queries.opened(vehicle.plate, vehicle.seal))
    await notify.send(template, to=event.owner_id, link=MINE, plate=plate, reason=event.reason)


@on(BindingEnded)
async def end_cars(event: BindingEnded) -> None:
    if event.user_id:
        await service.end_of(event.user_id, event.dwelling_id)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
