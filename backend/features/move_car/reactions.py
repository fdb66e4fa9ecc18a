"""What follows for requests from what happens here and elsewhere."""

from backend.core.events import on
from backend.engines.orders.events import OrderClosed, OrderResolved, OrderWithdrawn
from backend.engines.vehicles import queries as vehicles
from backend.features.move_car import messages, queries, service
from backend.features.move_car.events import MoveAnswered, MoveAsked, MoveEnded
from backend.features.move_car.rules import Reply
from backend.foundation.areas import queries as areas
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused
from backend.foundation.notify import service as notify


@on(MoveAsked)
async def begin(event: MoveAsked) -> None:
    await service.begin(event.request_id)


@on(MoveAnswered)
async def tell_asker(event: MoveAnswered) -> None:
    request = await queries.get(event.request_id)
    await service.tell_asker(request, messages.ANSWERED, reply=Reply(event.reply).label)


@on(MoveEnded)
async def tell_owners(event: MoveEnded) -> None:
    """They hear that they need not come."""
    request = await queries.get(event.request_id)
    plate = queries.plate_of(request)
    for user_id in await queries.told(request.id):
        await notify.send(
            messages.ENDED,
            to=user_id,
            link=messages.ANSWER_PAGE.format(request.id),
            plate=vehicles.masked(plate.text) if plate else "",
            status=request.status.label,
        )


@on(OrderResolved)
async def settle(fact: OrderResolved) -> None:
    await service.settle(fact.order_id)


@on(OrderClosed)
async def settle_closed(fact: OrderClosed) -> None:
    await service.settle(fact.order_id)


@on(OrderWithdrawn)
async def settle_withdrawn(fact: OrderWithdrawn) -> None:
    await service.settle(fact.order_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)


@on(TextRefused)
async def hide_place(event: TextRefused) -> None:
    if event.room == "move_car":
        request = await queries.get(event.row_id)
        names = await areas.full_names([request.area_path])
        await service.hide_place(request.id, names[request.area_path])


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
