"""What follows for stays from money, cars and people leaving."""

from datetime import datetime

from backend.core.events import on
from backend.engines.payments.events import PaymentClosed, PaymentSucceeded
from backend.engines.stays import service
from backend.engines.vehicles.events import VehicleEnded
from backend.foundation.identity.events import UserErased


@on(PaymentSucceeded)
async def settle(event: PaymentSucceeded) -> None:
    if event.purpose == service.PURPOSE:
        await service.settle(event.payment_id, datetime.fromisoformat(event.paid_at))


@on(PaymentClosed)
async def close(event: PaymentClosed) -> None:
    if event.purpose == service.PURPOSE:
        await service.close(event.payment_id)


@on(VehicleEnded)
async def forget_vehicle(event: VehicleEnded) -> None:
    await service.forget_vehicle(event.vehicle_id)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
