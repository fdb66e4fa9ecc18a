"""What follows from bookings that came to nothing."""

from backend.core.events import on
from backend.engines.purchases.events import PurchaseUndone
from backend.features.canteens import service

MEAL = "meal"


@on(PurchaseUndone)
async def free_subsidy(event: PurchaseUndone) -> None:
    if event.kind == MEAL:
        await service.free_subsidy(event.purchase_id)
