"""What follows for residents from what happens here and elsewhere."""

from backend.core.events import on
from backend.foundation.areas import queries as areas
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify
from backend.foundation.residents import messages, service
from backend.foundation.residents.events import BindingAsked, BindingDecided
from backend.foundation.residents.permissions import P

MINE = "/pages/me/dwellings"


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.erase(event.user_id)


@on(BindingDecided)
async def tell_the_resident(event: BindingDecided) -> None:
    if event.user_id == 0:
        return
    template = messages.CONFIRMED if event.is_confirmed else messages.REFUSED
    place = (await areas.places([event.dwelling_id]))[event.dwelling_id]
    await notify.send(template, to=event.user_id, link=MINE, place=place, reason=event.reason)


@on(BindingAsked)
async def tell_the_nearest_staff(event: BindingAsked) -> None:
    """Those of the smallest area that has any, so that nobody is told what is a colleague's."""
    found = await identity.people_at(event.area_path, P.CONFIRM.roles)
    nearest = {one.user_id for one in found if one.area_id == found[0].area_id}
    place = (await areas.places([event.dwelling_id]))[event.dwelling_id]
    for user_id in sorted(nearest - {event.user_id}):
        await notify.send(messages.ASKED, to=user_id, place=place)
