"""What follows for agreements from money, cars and people leaving."""

from backend.core.events import on
from backend.engines.agreements import service
from backend.engines.payments.events import PaymentSucceeded
from backend.engines.vehicles.events import VehicleEnded
from backend.foundation.identity.events import UserErased


@on(PaymentSucceeded)
async def tell_topped_up(event: PaymentSucceeded) -> None:
    if event.purpose == service.PURPOSE:
        await service.tell_topped_up(event.payment_id)


@on(VehicleEnded)
async def end(event: VehicleEnded) -> None:
    await service.end_of(event.vehicle_id)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
